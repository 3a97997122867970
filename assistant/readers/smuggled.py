"""Report text that a file contains without showing it, and remove characters that print nothing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from assistant.printable import printable

_MOST_WORDS, _MOST_LETTERS = 8, 60

# These are copies of ASCII that no font prints, so only programs read a text in them.
TAGS = re.compile("[\U000e0020-\U000e007e]+")
# Zero-width spaces and joiners, embeddings, overrides and isolates, tags, spare variation
# selectors.
_UNPRINTED = re.compile(
    "[\u200b-\u200d\u2060-\u2064\ufeff\u180e\u202a-\u202e\u2066-\u206f"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]+"
)
_JOINERS = "\u200c\u200d"


def hidden_text(why: str, words: Sequence[str]) -> str:
    """Return one line on text that is not quoted: how many words, why they are hidden, how they begin.

    The words are escaped and cut short, because anyone may have written the file.
    """
    many = "1 hidden word" if len(words) == 1 else f"{len(words)} hidden words"
    shown = printable(" ".join(words[:_MOST_WORDS]))
    cut = len(words) > _MOST_WORDS or len(shown) > _MOST_LETTERS
    return f"{many} left out ({why}): “{shown[:_MOST_LETTERS]}{'…' if cut else ''}”"


def untagged(tags: Iterable[str]) -> str:
    """Return the ASCII text that runs of tag characters spell."""
    return "".join(chr(ord(character) - 0xE0000) for run in tags for character in run)


def without_unprinted(text: str) -> tuple[str, list[str]]:
    """Return the text without the characters that print nothing, and a line on each kind left out.

    Joiners are kept if a script or a picture character needs them: beside any character that is
    neither ASCII nor a Latin letter.
    """
    told: list[str] = []
    names: dict[str, int] = {}

    def leave_out(match: re.Match[str]) -> str:
        run = match.group()
        around = (
            text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        )
        if all(character in _JOINERS for character in run) and any(map(_needs_joiners, around)):
            return run
        told.extend(TAGS.findall(run))
        for character in TAGS.sub("", run):
            name = f"U+{ord(character):04X}"
            names[name] = names.get(name, 0) + 1
        return ""

    bare = _UNPRINTED.sub(leave_out, text)
    lines = []
    if words := untagged(told).split():
        lines.append(hidden_text("in characters that print nothing", words))
    if names:
        many = sum(names.values())
        kinds = ", ".join(sorted(names)[:6])
        lines.append(
            f"{many} character{'s' if many > 1 else ''} that print{'s' if many == 1 else ''} "
            f"nothing left out ({kinds})"
        )
    return bare, lines


def _needs_joiners(character: str) -> bool:
    return not character.isascii() and not unicodedata.name(character, "").startswith("LATIN")
