"""Make text from outside safe to print: it can neither forge a line nor control the reader's terminal."""

import re


def printable(name: str) -> str:
    r"""Return a name on one line, with escapes for characters that do not print or change direction: \n, \u202e.

    It is for names of files, keys and other text in a line of a report or a log: different names
    stay different, and a name that is not valid Unicode is shown too.
    """
    if name.isprintable():
        return name
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in name
    )


def folded(text: str) -> str:
    """Return a text on one line with its white space folded, without characters that do not print."""
    return visible(" ".join(text.split()))


def visible(text: str) -> str:
    """Return the text with a mark in place of every control character other than newline and tab.

    Controls include characters that reorder text, other line ends, and lone surrogates.
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


# Escape codes would let a document write on the reader's terminal; overrides and isolates reorder
# the text. The last two are not characters: neither XML nor a Word file may contain them.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def indented(text: str) -> str:
    """Return the lines of a text from outside, each indented, so that none looks like a line of a log."""
    return "\n".join(f"  {visible(line)}" for line in text.split("\n"))


def escaped_json(document: str) -> str:
    """Return an equivalent JSON document, with characters that do not print as JSON escapes.

    In a JSON document such characters occur only in strings.
    """
    return _UNPRINTED.sub(_escape, document)


# Printing characters are left to the reader's font; line ends of the document's own layout stay.
_UNPRINTED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
