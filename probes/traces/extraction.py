"""Read the final answer out of a response.

The rule takes, in this order: the last closed box outside the thought; an `<answer>` element; the last stated
final answer (`#### 18`, `A: 18`, `the answer is 18`); the last number. Nothing is ever read from
inside a thought, so a response that ends before its thought is closed has no answer. A further question that a model
asks itself after its answer is not part of the response.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from probes.traces.equality import normalise
from probes.traces.spans import closing_formula, leading_answer, lone_number, numbers_in
from probes.traces.thoughts import split_response
from probes.traces.words import is_remark, opens_with_number_word, speaks, spells_a_number

Kind: TypeAlias = Literal["boxed", "tagged", "stated", "number", "missing", "unfinished"]
"""Which step of the rule found the answer, or why there is none."""


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """The answer as written, with thousands separators, signs, units and intervals."""

    answer: str | None
    kind: Kind


def extract_answer(
    text: str,
    *,
    starts_in_thought: bool = False,
    truncated: bool = False,
    in_words: bool = False,
) -> str | None:
    """Return the answer alone, `None` if it is missing; see `extract`."""
    found = extract(
        text, starts_in_thought=starts_in_thought, truncated=truncated, in_words=in_words
    )
    return found.answer


def extract(
    text: str,
    *,
    starts_in_thought: bool = False,
    truncated: bool = False,
    in_words: bool = False,
) -> Extraction:
    """Read the final answer of a response.

    Args:
        text: The response, thought included.
        starts_in_thought: The text begins inside the thought, its opening tag being part of the
            prompt; then an answer needs the closing tag.
        truncated: Generation was cut at its token limit. Only a closed box or element counts then:
            a number at the cut may have lost its last digits.
        in_words: The task's answers are words (`speaks_in_words`). Otherwise a number in words
            (`The answer is twelve.`) is no answer.
    """
    response = split_response(text, starts_in_thought=starts_in_thought)
    if not response.finished:
        return Extraction(answer=None, kind="unfinished")
    final = _SPECIAL_TOKEN.sub("\n", response.final)
    final = _SEPARATOR.sub(lambda found: _PLAIN[found[0]], final)
    if next_question := _NEXT_QUESTION.search(final, _first_line_end(final)):
        found = _read(final[: next_question.start()], truncated=False, in_words=in_words)
        if found.kind in ("boxed", "tagged", "stated"):
            return found
    return _read(final, truncated=truncated, in_words=in_words)


def speaks_in_words(gold: str) -> bool:
    """Return whether a gold answer is words and not mathematics, so that words can answer its task."""
    return speaks(normalise(gold) or "")


def _read(final: str, *, truncated: bool, in_words: bool) -> Extraction:
    if (boxed := _boxed(final, unclosed_too=not truncated)) is not None:
        return Extraction(answer=boxed, kind="boxed")
    if tagged := [found.strip() for found in _ANSWER_ELEMENT.findall(final) if found.strip()]:
        said = _stated(tagged[-1], in_words=in_words)
        return Extraction(answer=said or tagged[-1], kind="tagged")
    if not truncated:
        if (stated := _stated(final, in_words=in_words)) is not None:
            return Extraction(answer=stated, kind="stated")
        if (told := _stated_elsewhere(final)) is not None:
            return Extraction(answer=told, kind="stated")
        if (formula := closing_formula(final[-_TAIL:])) is not None:
            return Extraction(answer=formula, kind="number")
        if numbers := numbers_in(final):
            return Extraction(answer=numbers[-1], kind="number")
    return Extraction(answer=None, kind="missing")


def _boxed(text: str, *, unclosed_too: bool) -> str | None:
    """Return the content of the last box that holds anything."""
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
    """Return the position of each opening brace with that of its closing one; escaped braces are text."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for token in _BRACE.finditer(text):
        if token[0] == "{":
            opened.append(token.start())
        elif token[0] == "}" and opened:
            pairs[opened.pop()] = token.start()
    return pairs


def _stated(text: str, *, in_words: bool) -> str | None:
    """Return what the last statement of a final answer says: its expression or its short phrase.

    A statement that names the answer counts before one about it (`The answer is correct.`, `The
    answer is an integer.`).
    """
    remark = described = None
    for statement in list(_STATEMENT.finditer(text))[: -_STATEMENTS - 1 : -1]:
        said = _said(text[statement.end() : statement.end() + _TAIL], in_words=in_words)
        if said is not None and is_remark(said):
            remark = remark or said
        elif said is not None and not in_words and _DESCRIPTION.match(said):
            described = described or said
        elif said is not None:
            return said
    return (remark if in_words else None) or described


def _stated_elsewhere(text: str) -> str | None:
    """Return the expression behind the last statement of an answer in a language other than English."""
    found = next(iter(deque(_ELSEWHERE.finditer(text), maxlen=1)), None)
    if found is None:
        return None
    said = _EITHER.sub(" or ", text[found.end() : found.end() + _TAIL])
    # Languages without spaces go on right after a number.
    return leading_answer(_GLUED.sub(" ", said))


def _said(text: str, *, in_words: bool) -> str | None:
    """Return the expression or short phrase that a text opens with, as an answer."""
    begun = _BEGINNING.match(text)
    text = text[begun.end() :] if begun else text
    if not in_words:
        text = _ABBREVIATED.sub("", text)
    line = text.split("\n", 1)[0].strip(" \t*_")
    phrase = re.split(r"[.!?](?:\s|$)", line, maxsplit=1)[0].strip(" *_\"'`“”‘’")
    short = 0 < len(phrase.split()) <= _PHRASE_WORDS or spells_a_number(phrase)
    if in_words and short and speaks(phrase):
        return None if _NEGATED.match(phrase) else _VERB.sub("", phrase, count=1)
    if (leading := leading_answer(text)) is not None:
        return leading
    if not short or _NEGATED.match(phrase):
        return None
    if is_remark(judged := re.split(r"[,;]\s", phrase, maxsplit=1)[0]):
        return judged
    if verb := _VERB.match(phrase):
        return _said(phrase[verb.end() :], in_words=in_words)
    if not in_words and opens_with_number_word(phrase):
        return None
    return lone_number(phrase) or phrase


def _first_line_end(text: str) -> int:
    """Return the offset after the first line with text: a response may restate its own question first."""
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


_PHRASE_WORDS = 6
"""A longer remainder is a sentence about the answer, not the answer."""
_TAIL = 2_000
"""An answer is looked for in so many characters behind a statement, or at the end."""
_STATEMENTS = 50
"""So many statements are looked at, from the last one back, so that a response that repeats itself costs no more."""

_ANSWER_ELEMENT = re.compile(r"<answer>((?:(?!<answer>).)*?)</answer>", re.IGNORECASE | re.DOTALL)
_SPECIAL_TOKEN = re.compile(r"<\|[^|<>\s]{1,40}\|>|</s>")
_PLAIN = {"．": ".", "：": ":", "٫": ".", "٬": ","}
"""Points, colons and group signs between digits, as they are written beside digits of other scripts."""
_SEPARATOR = re.compile(rf"(?<=\d)[{''.join(_PLAIN)}](?=\d)")
# The word "boxed" alone is not a box.
_BOX = re.compile(
    r"\\(?:boxed|fbox|framebox)\s*(?:\{|(?P<bare>[-+]?\d[\d.,]*\d|[-+]?\d"
    r"|[-+]?\\[dt]?frac(?:\d\d|\{[^{}]{1,200}\}\{[^{}]{1,200}\})))"
)
_BRACE = re.compile(r"\\[\\{}]|[{}]")
# A base model that has answered goes on with the next question of its prompt.
_NEXT_QUESTION = re.compile(r"^[ \t]*(?:Q|Question|Problem)[ \t]*\d{0,3}[ \t]*:", re.MULTILINE)
_STATEMENT = re.compile(
    r"^[ \t]*####(?!#)|^[ \t]*A:(?=[^\n]*+\s*+\Z)"
    r"|^[ \t]*+[#*_]*+[ \t]*+(?:(?:the|my)[ ])?(?:final[ ])?answer[ \t*_]*\n"
    r"|\b(?:answer|correct[ ](?:option|choice))"
    r"(?:[^.:\n]{0,40}?[ \t](?:is|was|equals|(?:w|sh)ould be|must be))?(?:\*\*)?[ \t]*"
    r"(?::|=|(?<=is)|(?<=was)|(?<=equals)|(?<= be))(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
# These words mean "The answer is" in the languages that reasoning models are often asked in, or slip into. Where a
# language is written with spaces, the words open their line or sentence, after a few words with a comma (`Por lo tanto,
# la respuesta ...`), an article and an adjective; elsewhere a number follows them.
_ELSEWHERE = re.compile(
    r"(?:答案|解答|答え|答|정답|답)[ ]?(?:是|为|為|等于|は|은|는)?[ ]?[:：]?(?=[ ]?[\d$\\(*+−-])"
    r"|(?:^|[.!?][ ])[ \t]*(?:\*\*)?(?:(?:[^\W\d_]+[ ]){0,3}[^\W\d_]+,[ ])?"
    r"(?:(?!the\b)[^\W\d_]+[ ]){0,2}"
    r"(?:Antwort|Lösung|réponse|respuesta|resposta|risposta|ответ)\b"
    r"(?:[^.:\n]{0,30}?[ ](?:ist|lautet|est|es|é|è)(?=[ :])[ ]?:?"
    r"|(?:[ ][^\W\d_]+)?(?:[ ]?[:：]|[ ][—–-]))(?:\*\*)?",
    re.IGNORECASE | re.MULTILINE,
)
# This is a choice between two numbers in these languages: `7 oder 8`.
_EITHER = re.compile(r"(?<=\d)[ ]?(?:\b(?:oder|ou|o|или)\b|或者?)[ ]?(?=[-−]?\d)")
_GLUED = re.compile(r"(?<=\d)(?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])")
# An answer may stand on a line of its own, as an item of a list, a quotation or code.
_BEGINNING = re.compile(r"(?:\s*\n[ \t]*(?:(?:[-+•>]|```\w*)(?=\s)|`{1,3}(?=\S))|[\s*_:])+")
# The point after these ends no sentence where a number follows.
_ABBREVIATED = re.compile(
    r"\A(?:Rs|Re|Tk|No|Nr|approx|ca|circa|abt|max|min)\.[ ]?(?=[-−$€£₹.\d\\])", re.IGNORECASE
)
_DESCRIPTION = re.compile(
    r"(?:an?|the|what|in|of|less|greater|more|at|even|odd|prime|positive|negative)\b[^\d]*\Z",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:not|n't|unknown|unclear)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\A(?:[^\W\d_]+[ \t]+){0,5}?(?:is|are|was|equals|=|be)[ \t:]+(?!not\b)", re.IGNORECASE
)
