"""Words from outside as they may be printed: a name forges no line, and nothing writes on the reader's terminal."""

import re


def printable(name: str) -> str:
    r"""Return a name on one line, with everything that does not print, or turns what follows, as an escape: \n, \u202e.

    It is for names of files, keys and whatever stands in a line of a report or a log: what is shown tells two names
    apart, and a name that is no Unicode is shown too.
    """
    if name.isprintable():
        return name
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in name
    )


def folded(text: str) -> str:
    """Return a text on one line, white space folded and without what does not print."""
    return visible(" ".join(text.split()))


def visible(text: str) -> str:
    """Return the text with a mark in place of every control character other than newline and tab.

    Controls are also those that turn the order of what is read, other ends of lines, and halves of characters.
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


# Escape codes would let a document write on the reader's terminal; overrides and isolates reorder what is read.
# The last two are no characters: neither XML nor a Word file may hold them.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def indented(text: str) -> str:
    """Lines of a text that hold words from outside, each set in, so that none passes for a line of a log."""
    return "\n".join(f"  {visible(line)}" for line in text.split("\n"))


def escaped_json(document: str) -> str:
    """Return a JSON document that says the same, with what does not print in it as JSON's own escapes.

    In the text of a document such characters stand in strings alone.
    """
    return _UNPRINTED.sub(_escape, document)


# What prints something is left to the reader's font; line ends of the document's own layout stay.
_UNPRINTED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
