"""Reads the final answer out of a response.

The rule, in order: the last closed box outside the thought; an `<answer>` element; the last stated
final answer (`#### 18`, `A: 18`, `the answer is 18`); the last number. Nothing is ever read from
inside a thought, so a response that ends before its thought is closed has no answer.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["boxed", "tagged", "stated", "number", "missing", "unfinished"]
"""Which step of the rule found the answer, or why there is none."""


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """The answer as written, thousands separators, signs, units and intervals kept."""

    answer: str | None
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response split at its thought."""

    thought: str | None
    """`None` if the text has no thought."""
    final: str
    """What stands outside the thought; empty if the thought was never closed."""
    finished: bool
    """False if a thought was opened and never closed."""


def extract_answer(
    text: str, *, starts_in_thought: bool = False, truncated: bool = False
) -> str | None:
    """The answer alone, `None` if it is missing; see `extract`."""
    return extract(text, starts_in_thought=starts_in_thought, truncated=truncated).answer


def extract(text: str, *, starts_in_thought: bool = False, truncated: bool = False) -> Extraction:
    """Reads the final answer of a response.

    Args:
        text: The response, thought included.
        starts_in_thought: The text begins inside the thought, its opening tag being part of the
            prompt; then an answer needs the closing tag.
        truncated: Generation was cut at its token limit. Only a closed box or element counts then:
            a number at the cut may have lost its last digits.
    """
    response = split_response(text, starts_in_thought=starts_in_thought)
    if not response.finished:
        return Extraction(answer=None, kind="unfinished")
    final = response.final
    if (boxed := _boxed(final, unclosed_too=not truncated)) is not None:
        return Extraction(answer=boxed, kind="boxed")
    if tagged := [found.strip() for found in _ANSWER_ELEMENT.findall(final) if found.strip()]:
        return Extraction(answer=tagged[-1], kind="tagged")
    if not truncated:
        if (stated := _stated(final)) is not None:
            return Extraction(answer=stated, kind="stated")
        if numbers := _NUMBER.findall(final):
            return Extraction(answer=numbers[-1].replace("−", "-"), kind="number")
    return Extraction(answer=None, kind="missing")


def split_response(text: str, *, starts_in_thought: bool = False) -> Response:
    """Splits a response at the tags of its thought.

    A closing tag without an opening one ends a thought opened by the prompt. A text without tags
    is all answer, unless it starts inside the thought.
    """
    closing = max(_CLOSING.finditer(text), key=re.Match.start, default=None)
    start = closing.end() if closing else 0
    opening = _OPENING.search(text, start)
    if opening is not None:
        return Response(thought=text[opening.end() :], final="", finished=False)
    if closing is None:
        if starts_in_thought:
            return Response(thought=text, final="", finished=False)
        return Response(thought=None, final=text, finished=True)
    thought = _OPENING.sub("", text[: closing.start()], count=1)
    return Response(thought=thought, final=text[start:], finished=True)


def _boxed(text: str, *, unclosed_too: bool) -> str | None:
    """Content of the last box that holds anything."""
    closing = _matching_braces(text)
    for box in reversed(list(_BOX.finditer(text))):
        end = closing.get(box.end() - 1)
        if box["bare"] is not None:
            content = box["bare"]
        elif end is not None:
            content = text[box.end() : end]
        elif unclosed_too:
            line_end = text.find("\n", box.end())
            content = text[box.end() : line_end if line_end >= 0 else len(text)].rstrip("$.\\)] ")
        else:
            continue
        if content.strip():
            return content.strip()
    return None


def _matching_braces(text: str) -> dict[int, int]:
    """Position of each opening brace -> its closing one; escaped braces are text."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for token in _BRACE.finditer(text):
        if token[0] == "{":
            opened.append(token.start())
        elif token[0] == "}" and opened:
            pairs[opened.pop()] = token.start()
    return pairs


def _stated(text: str) -> str | None:
    """What follows the last statement of a final answer: its formula, number or short phrase."""
    for statement in reversed(list(_STATEMENT.finditer(text))):
        said = _LINE.match(text, statement.end())
        line = said[1].strip(" \t*_:") if said else ""
        if formula := _FORMULA.match(line):
            return next(group for group in formula.groups() if group is not None).strip()
        if number := _LEADING_NUMBER.match(line):
            return number[1].replace("−", "-")
        phrase = re.split(r"[.!?](?:\s|$)", line, maxsplit=1)[0].strip(" *_")
        words = phrase.split()
        if words and len(words) <= _PHRASE_WORDS and words[0].lower() != "not":
            return phrase
    return None


_PHRASE_WORDS = 6
"""A longer remainder is a sentence about the answer, not the answer."""

_OPENING = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSING = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_ANSWER_ELEMENT = re.compile(r"<answer>((?:(?!<answer>).)*?)</answer>", re.IGNORECASE | re.DOTALL)
# The word "boxed" alone is not a box.
_BOX = re.compile(r"\\(?:boxed|fbox)\s*(?:\{|(?P<bare>[-+]?\d[\d.,]*\d|[-+]?\d))")
_BRACE = re.compile(r"\\[\\{}]|[{}]")
_LINE = re.compile(r"\s*([^\n]*)")
_STATEMENT = re.compile(
    r"^[ \t]*####(?!#)|^[ \t]*A:(?=[^\n]*+\s*+\Z)"
    r"|\banswer(?:[^.:\n]{0,40}?[ \t](?:is|was|equals))?(?:\*\*)?[ \t]*"
    r"(?::|=|(?<=is)|(?<=was)|(?<=equals))(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
# A dollar sign before a digit opens an amount of money unless a lone one closes it.
_FORMULA = re.compile(r"\$\$?(?![\d$])([^$]+)\$|\$(\d[^$]*)\$(?!\d)|\\\((.+?)\\\)|\\\[(.+?)\\\]")
_NUMERAL = (
    r"(?:\\[dt]?frac\{\d+\}\{\d+\}"
    r"|(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+(?!\w))?(?:/\d+(?!\d|\.\d))?"
    r"|(?<!\d)\.\d+)"
)
# A minus that follows a digit, a letter or a bracket subtracts; it is no sign.
_NUMBER = re.compile(rf"((?:(?<![\w)\]}}])[-−])?(?:\\?[$€£])?{_NUMERAL}(?:\\?%)?)")
_LEADING_NUMBER = re.compile(rf"((?:[-−])?(?:\\?[$€£])?[-−]?{_NUMERAL}(?:\\?%)?)(?!\w)")
