"""Find words in all pages of a paper: the places, the field to type in, and what it tells."""

import re
from dataclasses import dataclass

from assistant.text.anchors import occurrences
from assistant.text.prose import Span
from assistant.types import Page, Source
from assistant.views.markup import Html, button, join, tag

LONGEST = 200
"""The most characters that are searched for."""
# This many characters before and after a place are told with it.
_AROUND = 60


@dataclass(frozen=True, kw_only=True)
class Found:
    """The places of a source that say the words; `at` is the one that is shown, if any is."""

    words: str = ""
    places: tuple[Span, ...] = ()
    at: int | None = None

    @property
    def now(self) -> Span | None:
        """Return the place that is shown."""
        return None if self.at is None else self.places[self.at]


def find(source: Source, words: str, begin: int, step: int) -> Found:
    """Return the places that say the words, of which one is shown; behind the last comes the first.

    Args:
        source: The paper.
        words: What is searched for.
        begin: The place in the text from which is searched.
        step: 1 takes the first place after `begin`, -1 the last one before it, and 0 the first one
            from `begin` on.
    """
    words = " ".join(words[:LONGEST].split())
    places = tuple(occurrences(words, source.text))
    if not places:
        return Found(words=words)
    before = [at for at, place in enumerate(places) if place.start < begin]
    beyond = [
        at for at, place in enumerate(places)
        if place.start > begin or (step == 0 and place.start == begin)
    ]  # fmt: skip
    at = (before or [len(places) - 1])[-1] if step < 0 else (beyond or [0])[0]
    return Found(words=words, places=places, at=at)


def field(source: Source, page: Page, span: tuple[int, int], found: Found) -> Html:
    """Return the field with its buttons, the number of places, and the words around the one shown.

    Args:
        source: The paper.
        page: The page that is shown.
        span: The quote that is highlighted, which stays so.
        found: The places found so far.
    """
    begin = found.now.start if found.now else page.start
    held = {
        "data_key": source.key, "data_number": page.number, "data_start": span[0], "data_end": span[1],
        "data_begin": begin, "data_sought": found.words,
    }  # fmt: skip
    none = bool(found.words) and not found.places
    return tag(
        "div",
        tag("label", "Find in this paper", for_="find-words", class_="unseen"),
        tag(
            "input", type="search", id="find-words", name="words", value=found.words, maxlength=LONGEST,
            placeholder="Find in this paper", autocomplete="off", spellcheck="false", aria_describedby="find-told",
        ),
        button("↑", "seek", data_step="-1", aria_label="Previous place (Shift+Enter)", disabled=none, **held),
        button("↓", "seek", data_step="1", aria_label="Next place (Enter)", disabled=none, **held),
        tag("span", _told(source, found), id="find-told", class_="muted", role="status"),
        class_="find", role="search", data_form=True,
    )  # fmt: skip


def _told(source: Source, found: Found) -> Html:
    if not found.words:
        return Html()
    if found.at is None or found.now is None:
        return join(f"Nowhere in this paper: “{found.words}”")
    low, high = found.now.start, found.now.end
    page = source.page_at(low)
    # Half words at both ends are left out.
    before = re.sub(
        r"^\S*\s" if low > _AROUND else "", "", source.text[max(low - _AROUND, 0) : low]
    )
    after = re.sub(r"\s\S*$", "", source.text[high : high + _AROUND])
    count = f"{found.at + 1} of {len(found.places)}"
    where = f", page {page}" if page else ""
    said = (re.sub(r"\s+", " ", part) for part in (before, source.text[low:high], after))
    first, found_here, last = said
    return join(f"{count}{where}: … {first}", tag("mark", found_here), f"{last} …")
