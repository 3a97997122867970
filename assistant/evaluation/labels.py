"""Labelled answers say which sentences of a library open, improve or spoil an answer."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.types import Citation, Coverage

# A citation shows a labelled sentence if it overlaps this share of the shorter of the two.
_OVERLAP = 0.5


@dataclass(frozen=True, kw_only=True)
class LabelledSentence:
    """A sentence with the name that questions use for it: a half-open span of a source's stored text."""

    name: str
    source: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class LabelledQuestion:
    """A question with names of sentences: any of `opening` may come first, `brief` is the ideal answer.

    `good` fits a longer answer, `tempting` shares words and does not help, `caveat` must not be
    missed. `coverage` is the right label, or None if it is not known.
    """

    id: str
    question: str
    coverage: Coverage | None
    opening: frozenset[str] = frozenset()
    brief: frozenset[str] = frozenset()
    good: frozenset[str] = frozenset()
    tempting: frozenset[str] = frozenset()
    caveat: frozenset[str] = frozenset()
    group: str = "questions"

    @property
    def helpful(self) -> frozenset[str]:
        """Return all sentences that help."""
        return self.brief | self.good | self.caveat | self.opening

    @property
    def named(self) -> frozenset[str]:
        """Return all sentences that carry a label for this question."""
        return self.helpful | self.tempting


@dataclass(frozen=True, kw_only=True)
class AnswerLabels:
    """Labelled questions for the reader's library, with the sentences that they name."""

    name: str = "answers"
    about: str = "labelled questions to your library"
    origin: str
    cases: tuple[LabelledQuestion, ...]
    sentences: tuple[LabelledSentence, ...]


class Places:
    """The places of labelled sentences in the library as it is now.

    If a sentence is no longer at its offsets, its source is searched for its text, first unchanged,
    then with any white space between its words; the place nearest to the old one is taken. `moved`
    names the sentences found in this way, `lost` those that were not found.
    """

    def __init__(self, sentences: Sequence[LabelledSentence], library: Library) -> None:
        sources = {sentence.source for sentence in sentences}
        texts = {source.key: source.text for source in library.get_all(sorted(sources))}
        self._by_source: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        self.texts = {sentence.name: sentence.text for sentence in sentences}
        self.moved: list[str] = []
        self.lost: list[str] = []
        for sentence in sentences:
            span = _place(sentence, texts.get(sentence.source, ""))
            if span is None:
                self.lost.append(sentence.name)
                continue
            self._by_source[sentence.source].append((*span, sentence.name))
            if span != (sentence.start, sentence.end):
                self.moved.append(sentence.name)

    def shown(self, citation: Citation) -> list[str]:
        """Return the labelled sentences that a citation overlaps by at least half of the shorter one."""
        found = []
        for start, end, name in self._by_source.get(citation.source, ()):
            common = min(citation.end, end) - max(citation.start, start)
            if common >= _OVERLAP * min(citation.end - citation.start, end - start):
                found.append(name)
        return found

    def spans(self) -> Mapping[str, tuple[str, int, int]]:
        """Return source, start and end of every sentence that was found, by its name."""
        return {
            name: (source, start, end)
            for source, found in self._by_source.items()
            for start, end, name in found
        }


def placed(labels: AnswerLabels, library: Library) -> tuple[Places, list[str]]:
    """Return the places of the sentences, with a line for each kind of difference from the labels.

    Raises:
        Mendable: the library contains none of the sentences.
    """
    places = Places(labels.sentences, library)
    if len(places.lost) == len(labels.sentences):
        raise Mendable(
            f"None of the {len(labels.sentences)} labelled sentences of {labels.origin} stands in this library; "
            "add the sources that they are from (`inquire add`), or name another library with --data-dir."
        )
    return places, list(_remarks(labels, places))


def _remarks(labels: AnswerLabels, places: Places) -> Iterator[str]:
    total = f"{len(labels.sentences)} labelled sentences"
    if places.moved:
        yield (
            f"{len(places.moved)} of {total} stand elsewhere than the labels say and were found by their text."
        )
    if places.lost:
        yield f"{len(places.lost)} of {total} found no place and count as not shown{_where(places.lost, labels)}"
    unknown = sorted(frozenset().union(*(case.named for case in labels.cases)) - set(places.texts))
    if unknown:
        yield (
            f"{len(unknown)} names in the questions are of no sentence and count as not shown"
            f"{_where(unknown, labels)}"
        )


def _where(names: Sequence[str], labels: AnswerLabels) -> str:
    touched = [case.id for case in labels.cases if case.helpful & set(names)]
    lacking = f"; {len(touched)} questions lack a sentence that helps by it: {', '.join(touched)}."
    return f" ({', '.join(names)}){lacking if touched else '.'}"


def _place(sentence: LabelledSentence, text: str) -> tuple[int, int] | None:
    if text[sentence.start : sentence.end] == sentence.text:
        return sentence.start, sentence.end
    words = map(re.escape, sentence.text.split())
    for pattern in (re.escape(sentence.text), r"\s+".join(words)):
        spans = (
            [found.span() for found in re.finditer(pattern, text)] if sentence.text.strip() else []
        )
        if spans:
            return min(spans, key=lambda span: abs(span[0] - sentence.start))
    return None
