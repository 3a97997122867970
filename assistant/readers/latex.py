r"""Turn LaTeX of bibliographies into plain text: accents become letters, braces go, mathematics stays."""

import logging
import re

from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from assistant.errors import Refused
from assistant.readers.references import fold
from assistant.readers.rich_text import raised
from probes.files import foreign

logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

# Titles nest braces two or three levels deep; the decoder calls itself at every level.
_DEEPEST = 40
# An abstract has some 2,000 characters.
_LONGEST = 100_000


def latex_to_text(value: str) -> str:
    r"""Return LaTeX as plain text on one line.

    Mathematics stays as written if it has markup ("$x^2$"), and loses its dollars if it has none
    ("$p$ < 0.05"). A macro that is not known loses its name and keeps its words. A value that is
    nested too deeply, or that the decoder cannot read, loses only its braces; text beyond 100,000
    characters is cut.
    """
    value = value[:_LONGEST]
    if _depth(value) > _DEEPEST:
        return fold(re.sub(r"[{}]", "", value))
    written = value
    # Bibliographies write "50%", "$5" and "A & B" without the backslash; none of these signs is
    # markup there.
    value = re.sub(r"(?<!\\)([%&])", r"\\\1", value)
    if len(_DOLLAR.findall(value)) % 2:
        value = _DOLLAR.sub(r"\\$", value)
    if re.search(r"[\\{}$~]|--|``|''", value):
        value = _MATH.sub(_unmarked, value)
        value = _LEVEL.sub(lambda found: raised(found[2], above=found[1] == "super"), value)
        value = _ADDRESS.sub("", value)
        try:
            with foreign.calls(Refused):
                value = str(_DECODER.latex_to_text(value))
        except Refused:
            value = re.sub(r"[{}]", "", written)
    for sign, letter in _RESTORED.items():
        value = value.replace(sign, letter)
    return fold(value)


def _depth(value: str) -> int:
    """Return the nesting depth of braces, brackets and environments, counting each opening as unclosed."""
    deepest = depth = 0
    for match in _NESTING.finditer(value):
        depth += 1 if match["open"] else -1
        deepest = max(deepest, depth)
    return deepest


_NESTING = re.compile(r"(?P<open>\\[\[(]|\\begin\b|(?<!\\)\{|\[)|\\[\])]|\\end\b|(?<!\\)\}|\]")
_DOLLAR = re.compile(r"(?<!\\)\$")
# Dollars are taken in pairs, so that what stands between two formulas is none.
_MATH = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)*)\$", re.DOTALL)
_LEVEL = re.compile(r"\\text(super|sub)script\s*\{([^{}]{1,20})\}")
# An address is shown by the words that link to it, and one without words by itself.
_ADDRESS = re.compile(r"\\href\s*\{[^{}]*\}|\\url(?=\s*\{)")


def _unmarked(formula: re.Match[str]) -> str:
    """Return mathematics without markup ("$p$", "$n=5$") without its dollars, and any other as it is."""
    said = formula[1]
    if re.search(r"[\\^_{}]", said) or not said:
        return formula[0]
    # No formula begins or ends with a space: these are amounts of money, as in "$5 and $6".
    return said if said == said.strip() else rf"\${said}\$"


# The decoder drops these signs or mistakes them for others; the first two are not braces of the
# value.
_SIGNS = {
    "textbraceleft": "\ue000", "textbraceright": "\ue001", "textasciicircum": "^", "textless": "<",
    "textgreater": ">", "textbar": "|", "textasciigrave": "`", "TeX": "TeX", "LaTeX": "LaTeX",
    "BibTeX": "BibTeX",
}  # fmt: skip
_RESTORED = {"\ue000": "{", "\ue001": "}"}


def _decoder() -> LatexNodes2Text:
    known = get_default_latex_context_db()
    known.add_context_category(
        "signs", macros=[MacroTextSpec(name, sign) for name, sign in _SIGNS.items()], prepend=True
    )
    known.set_unknown_macro_spec(MacroTextSpec("", discard=False))
    return LatexNodes2Text(math_mode="verbatim", latex_context=known)


_DECODER = _decoder()
