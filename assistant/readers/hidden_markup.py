"""Find the parts of a Markdown note that its reader never sees: comments, and HTML that is styled away."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.readers.smuggled import hidden_text


class _Stretch(NamedTuple):
    """A half-open stretch of the note that is not shown, with its text, and the reason."""

    start: int
    end: int
    text: str
    why: str


def without_hidden(text: str) -> tuple[str, list[str]]:
    """Return the note without the parts that a viewer does not show, and one line for each omitted part.

    These are HTML comments, comments written as link definitions (`[//]: # (…)`), scripts and
    styles, and elements that are hidden or styled invisible. Code shows its markup and stays whole.
    """
    kept: list[str] = []
    lines: list[str] = []
    at = 0
    for stretch in _stretches(text):
        kept.append(text[at : stretch.start])
        at = stretch.end
        if words := stretch.text.split():
            lines.append(hidden_text(stretch.why, words))
    return "".join([*kept, text[at:]]), lines


_MARK = re.compile(
    r"""\\[\\<`\[]
    | ^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*$
    | (?P<ticks>(?<!`)`+(?!`))
    | (?P<comment><!--)
    | ^[ ]{0,3}\[[^\]\n]+\]:[ \t]*(?:\#|<>)[ \t]*(?P<quote>[("'])(?P<said>.*?)[)"'][ \t]*$
    | <(?P<tag>[a-z][a-z0-9-]*)(?P<attributes>(?:\s[^<>]*)?)>
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NEVER_SHOWN = ("script", "style", "template", "noscript")
_HIDDEN = re.compile(
    r"""(?:^|\s)hidden(?=$|[\s=/])
    | display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse)
    | (?<![-\w])(?:font-size|opacity|(?:max-)?height|(?:max-)?width)\s*:\s*(?:0++(?:\.0*+)?+|\.0++)(?![.\d])
    | (?<![-\w])color\s*:\s*(?:white|transparent|\#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_VOID = ("br", "hr", "img", "input", "meta", "link", "wbr", "source", "col", "area", "base")


def _stretches(text: str) -> Iterator[_Stretch]:
    at, code, last = 0, _Code(text), text.rfind("-->")
    while (match := _MARK.search(text, at)) is not None:
        at = match.end()
        if match["fence"]:
            at = _after_fence(text, match["fence"], match.end())
        elif match["ticks"]:
            at = code.after(match["ticks"], match.end())
        elif match["comment"]:
            stretch = _comment(text, match.start(), last)
            if stretch:
                yield stretch
                at = stretch.end
        elif match["said"] is not None:
            yield _Stretch(match.start(), match.end(), match["said"], "in a comment")
        elif match["tag"] and _is_hidden(match["tag"].lower(), match["attributes"]):
            end, inner = _element(text, match["tag"], match.end())
            said = re.sub(r"<[^<>]*>", " ", text[match.end() : inner])
            yield _Stretch(match.start(), end, said, "in an element that is not shown")
            at = end


def _is_hidden(tag: str, attributes: str) -> bool:
    if tag in _VOID or attributes.rstrip().endswith("/"):
        return False
    return tag in _NEVER_SHOWN or _HIDDEN.search(attributes) is not None


def _after_fence(text: str, fence: str, start: int) -> int:
    """Return the end of a fenced block; an unclosed block extends to the end of the note."""
    close = re.compile(rf"^[ ]{{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
    match = close.search(text, start)
    return match.end() if match else len(text)


class _Code:
    """The ends of code spans; runs of backticks and ends of paragraphs are found once."""

    def __init__(self, text: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._runs.setdefault(len(run.group()), []).append(run.start())
        self._ends = [match.start() for match in re.finditer(r"\n(?=[ \t]*\n)", text)]

    def after(self, ticks: str, start: int) -> int:
        """Return the end of the code span that opens before `start`, or None if its paragraph has no matching run."""
        close, end = _next(self._runs[len(ticks)], start), _next(self._ends, start)
        if close is None or (end is not None and end < close):
            return start
        return close + len(ticks)


def _next(places: Sequence[int], start: int) -> int | None:
    """Return the first of the sorted places at or after `start`."""
    at = bisect_left(places, start)
    return places[at] if at < len(places) else None


def _comment(text: str, start: int, last: int) -> _Stretch | None:
    """Return a comment; an unclosed one hides the rest if it opens a line, and is text elsewhere.

    `last` is the place of the last end of a comment in the text.
    """
    if last >= start + 4:
        end = text.find("-->", start + 4)
        return _Stretch(start, end + 3, text[start + 4 : end], "in a comment")
    opening = text[max(start - 4, 0) : start].rpartition("\n")[2]
    if opening.strip() or len(opening) > 3:
        return None
    return _Stretch(start, len(text), text[start + 4 :], "in a comment")


def _element(text: str, tag: str, start: int) -> tuple[int, int]:
    """Return the end of the element and of its content, counting nested elements of the same name."""
    depth = 1
    for match in re.compile(rf"<(/?){re.escape(tag)}(?=[\s>/])[^<>]*>", re.IGNORECASE).finditer(
        text, start
    ):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end(), match.start()
    return len(text), len(text)
