"""Parse a model's text as it arrives into a deck and paragraphs of sentences with their quotes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from assistant.text.prose import sentences as sentence_spans
from assistant.writers.prompts import ANGLES, MOST_HANDLES

LONGEST = 20_000
"""A text with more characters than this is not an essay of 330 words."""
MOST_SENTENCES = 40
"""At most this many sentences of an essay are examined; a requested essay has ten to fourteen."""


class Unreadable(Exception):
    """The text contains no essay; `str()` says why in words to follow the model's name."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A sentence as a model wrote it, on one line, with the numbers of its quotes; without any it is a link.

    `number` is its place in the essay if it was rewritten, else 0.
    """

    text: str
    handles: tuple[int, ...] = ()
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """A paragraph and its purpose."""

    angle: str
    sentences: tuple[Written, ...]


@dataclass
class EssayText:
    """Takes a model's text in any pieces; `deck` and `parts` hold the finished parts.

    Prose and fences around the JSON do no harm, nor do thoughts between `<think>` and `</think>`. A
    paragraph is finished when the next one begins or the JSON ends. Any text can be fed.
    """

    deck: str = ""
    parts: list[Part] = field(default_factory=list)
    _text: str = ""
    _seen: int = 0

    def feed(self, piece: str) -> Iterator[Part]:
        """Yield the paragraphs that this piece finishes.

        Raises:
            Unreadable: the text is longer than any essay.
        """
        self._text = _trimmed(self._text + _encodable(piece))
        if len(self.said()) > LONGEST:
            raise Unreadable("ran on past any essay")
        # Only a bracket can finish a paragraph, so the text is parsed only some dozens of times.
        if "}" in piece or "]" in piece:
            yield from self._finished(_partial(self.said()), last=False)

    def end(self) -> Iterator[Part]:
        """Yield the paragraphs that the end of the text finishes.

        Raises:
            Unreadable: the text contains no essay, half of one, or one without a sentence.
        """
        said = self.said()
        if not said.strip():
            raise Unreadable("sent nothing")
        essay = _whole(said)
        if essay is None:
            begun = _partial(said) is not None
            raise Unreadable(
                "broke off in mid-essay"
                if begun
                else "answered in prose, not with an essay in JSON"
            )
        yield from self._finished(essay, last=True)
        if not self.parts:
            raise Unreadable("wrote no essay over these quotes")

    def said(self) -> str:
        """Return the text so far without thoughts."""
        return _spoken(self._text)

    def _finished(self, essay: dict[str, Any] | None, *, last: bool) -> Iterator[Part]:
        if essay is None:
            return
        self.deck = plain(essay.get("deck")) or self.deck
        raw = _list(essay.get("paragraphs"))
        for value in raw[self._seen : None if last else max(0, len(raw) - 1)]:
            self._seen += 1
            room = MOST_SENTENCES - sum(len(part.sentences) for part in self.parts)
            if (part := _part(value, room)).sentences:
                self.parts.append(part)
                yield part


def written_again(text: str) -> list[Written]:
    """Return the rewritten sentences; there are none if the text contains none."""
    found = _object(_spoken(text), lambda value: "sentences" in value)
    return [
        sentence
        for value in _list((found or {}).get("sentences"))[:MOST_SENTENCES]
        if isinstance(value, dict)
        for sentence in _sentences(value)[:1]
    ]


def plain(value: object) -> str:
    """Return a sentence on one line, without emphasis and list mark; "" for anything but a text."""
    if not isinstance(value, str):
        return ""
    line = " ".join(_encodable(value).split())
    return _MARKS.sub("", line).replace("**", "").strip().strip("*_").strip()


def _encodable(text: str) -> str:
    """Return a text without lone surrogates, which some servers send."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _part(value: object, room: int) -> Part:
    given = value if isinstance(value, dict) else {}
    angle = given.get("angle")
    found = [
        sentence
        for raw in _list(given.get("sentences"))[: max(0, room)]
        for sentence in _sentences(raw)
    ]
    return Part(
        angle=angle if isinstance(angle, str) and angle in ANGLES else "",
        sentences=tuple(found[: max(0, room)]),
    )


def _sentences(value: object) -> list[Written]:
    """Return the sentences of one entry, each with its quotes; some models put a whole paragraph into one."""
    given = value if isinstance(value, dict) else {"text": value}
    text = plain(next((given[name] for name in _TEXTS if name in given), ""))
    named = next((given[name] for name in _NAMES if name in given), ())
    handles = tuple(dict.fromkeys(_numbers(named)))
    number = next(iter(_numbers(given.get("number", ()))), 0)
    return [
        Written(text=own, handles=handles[:MOST_HANDLES], number=number)
        for span in sentence_spans(text, 0, len(text))
        if any(map(str.isalpha, own := _unnumbered(span.of(text).strip(), handles)))
    ]


def _unnumbered(text: str, handles: tuple[int, ...]) -> str:
    """Return a sentence without the numbers of its own quotes in brackets; others stay, to be refused."""

    def kept(match: re.Match[str]) -> str:
        return "" if set(_numbers(match.group())) <= set(handles) else match.group()

    return " ".join(_BRACKETS.sub(kept, text).split())


def _numbers(value: object) -> Iterator[int]:
    """Yield the numbers in a value of any shape; an absurdly long one gives 0, which names nothing."""
    if isinstance(value, (list, tuple)):
        for each in value[:20]:
            yield from _numbers(each)
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        for digits in re.findall(r"\d+", str(value)[:200].removesuffix(".0")):
            yield int(digits) if len(digits) < 5 else 0


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _spoken(text: str) -> str:
    """Return a text without its thoughts; an unfinished thought removes the text after it."""
    return _trimmed(text).partition(_THINKS)[0]


def _trimmed(text: str) -> str:
    """Return a text without anything before the last end of a thought; of an unfinished thought keep only the tail.

    If there is only an end, the model's template began the thought.
    """
    _, closed, after = text.rpartition(_THOUGHT)
    text = after if closed else text
    before, opened, thought = text.partition(_THINKS)
    return f"{before}{opened}{thought[1 - len(_THOUGHT) :]}"


def _whole(text: str) -> dict[str, Any] | None:
    return _object(text, _is_essay)


def _partial(text: str) -> dict[str, Any] | None:
    """Return the part of an essay that has arrived."""
    for match in list(_OPENS.finditer(text))[:_STARTS]:
        try:
            value = from_json(text[match.start() :], allow_partial="trailing-strings")
        except ValueError:
            continue
        if isinstance(value, dict) and (found := _essay_in(value)):
            return found
    return None


def _object(text: str, is_it: Any) -> dict[str, Any] | None:
    """Return the first whole JSON object in a text that is the wanted one, or contains it."""
    decoder = json.JSONDecoder(strict=False)
    for match in list(_OPENS.finditer(text))[:_STARTS]:
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and is_it(value):
            return value
        inner = value.values() if isinstance(value, dict) else ()
        if found := next((each for each in inner if isinstance(each, dict) and is_it(each)), None):
            return found
    return None


def _essay_in(value: dict[str, Any]) -> dict[str, Any] | None:
    if _is_essay(value):
        return value
    return next((v for v in value.values() if isinstance(v, dict) and _is_essay(v)), None)


def _is_essay(value: dict[str, Any]) -> bool:
    return "paragraphs" in value


_TEXTS = ("text", "sentence", "content")
_NAMES = ("rests_on", "quotes", "handles", "evidence", "sources", "citations")
_OPENS = re.compile(r"\{")
# An essay is sought at this many braces, because a formula or a template before it may contain
# some.
_STARTS = 20
_THINKS, _THOUGHT = "<think>", "</think>"
_MARKS = re.compile(r"^(?:[-*•+>#]+\s+|\d+[.)]\s+)")
_BRACKETS = re.compile(
    r"\s*[\[(]\s*(?:quotes?\s*|Q\s?)?\d+(?:\s*(?:,|;|and|&|–|-)\s*(?:Q\s?)?\d+)*\s*[\])]",
    re.IGNORECASE,
)
