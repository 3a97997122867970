"""From a model's text, as it arrives, to sentences with the quote each of them rests on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.prompts import CANNOT_ANSWER

LONGEST_LINE = 2_000
"""Characters after which a line that never ends is given up."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sentence as a model wrote it, on one line, and the numbers of the quotes it names."""

    text: str
    handles: tuple[int, ...] = ()


@dataclass
class Lines:
    """Takes a model's text piece by piece, in whatever pieces it comes, and gives finished lines.

    A line is `Q2: A sentence.`; list marks, emphasis and brackets around the name do no harm, and
    names may stand behind their sentences instead, as in `A sentence [Q2].` What a model
    thinks aloud between `<think>` and `</think>`, fences and the words for "cannot answer" are
    passed over; `thinking` says that such a thought is under way. Any text whatever can be fed.
    """

    thinking: bool = False
    _rest: str = ""
    _before: str = ""
    _skipping: bool = False

    def feed(self, piece: str) -> Iterator[Line]:
        """The lines that this piece finishes."""
        self._rest += piece
        while True:
            mark, newline = _THOUGHT.search(self._rest), self._rest.find("\n")
            if self.thinking:
                if mark is None:
                    self._rest = self._rest[-_MARK_LENGTH:]
                    return
                closes = mark.group().startswith("</")
                self._rest = (self._before if closes else "") + self._rest[mark.end() :]
                self.thinking = not closes
            elif mark and (newline < 0 or mark.start() < newline):
                # Where only an end is seen, the model's template began the thought.
                self.thinking = not mark.group().startswith("</")
                self._before = self._rest[: mark.start()] if self.thinking else ""
                self._rest = self._rest[mark.end() :]
            elif newline >= 0:
                line, self._rest = self._rest[:newline], self._rest[newline + 1 :]
                yield from self._finished(line)
            else:
                break
        if len(self._rest) > LONGEST_LINE + _MARK_LENGTH:
            # The beginning of an overlong line is reported; the rest of it is not kept.
            if not self._skipping:
                yield from self._read(self._rest)
            self._rest, self._skipping = self._rest[-_MARK_LENGTH:], True

    def end(self) -> Iterator[Line]:
        """The line that was under way when the text ended."""
        rest, self._rest = "" if self.thinking else self._rest, ""
        yield from self._finished(rest)

    def _finished(self, line: str) -> Iterator[Line]:
        if self._skipping:
            self._skipping = False
            return
        yield from self._read(line)

    def _read(self, line: str) -> Iterator[Line]:
        line = line[:LONGEST_LINE].strip()
        if not line or line.startswith("```") or line.strip(" .*_`") == CANNOT_ANSWER:
            return
        if opened := _OPENING.match(line):
            said = _plain(line[opened.end() :])
            # A name behind the sentence as well repeats the one before it.
            said = _CLOSING.sub("", said)
            if said:
                yield Line(text=said, handles=_numbers(opened.group("names")))
            return
        at = 0
        for closed in _BEHIND.finditer(line):
            if said := _plain(line[at : closed.start()]):
                full = closed.group("stop") and said[-1] not in ".!?"
                text = f"{said}{closed.group('stop')}" if full else said
                yield Line(text=text, handles=_numbers(closed.group("names")))
            at = closed.end()
        if said := _plain(line[at:]):
            yield Line(text=said)


def _plain(text: str) -> str:
    """The sentence on one line, without the emphasis and the mark of a list around it."""
    return _MARKS.sub("", " ".join(text.split())).rstrip("*_ ").strip()


def _numbers(names: str) -> tuple[int, ...]:
    """Each number once, in order; one of absurd length names nothing."""
    found = (int(digits) for digits in re.findall(r"\d+", names) if len(digits) < 5)
    return tuple(dict.fromkeys(found))


_NAMES = r"(?P<names>Q\s?[0-9]+(?:\s*(?:,|;|and|&)\s*Q?\s?[0-9]+)*)"
_MARKS = re.compile(r"^(?:[-*•+>#]+\s+|\d+[.)]\s+|[*_]+)")
_OPENING = re.compile(
    rf"^[\s*_\-•+>(\[<\"]*(?:\d+[.)]\s+)?[*_(\[<]*{_NAMES}[\])>*_\"]*\s*[:.)\-–—]+[*_]*\s+"
)
_BEHIND = re.compile(rf"\s*[(\[<]\s*{_NAMES}\s*[)\]>]\s*(?P<stop>[.!?]?)")
_CLOSING = re.compile(rf"\s*[(\[<]\s*{_NAMES}\s*[)\]>](?=[.!?]?$)")
_THOUGHT = re.compile(r"</?think>", re.IGNORECASE)
# Of a mark that may be on its way, this much is kept.
_MARK_LENGTH = len("</think>") - 1
