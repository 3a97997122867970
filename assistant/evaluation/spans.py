"""Compare shown spans of passages with those that annotators chose: precision, recall and F1 of their words.

The five passages of a query are notes of a library of their own. A word of a passage, split at
white space, is shown if the answer quotes a part of it, and wanted if a gold span contains a part
of it. Words are counted over all passages of all queries together (micro-average).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float

from assistant.build import Assistant
from assistant.evaluation.cases import SetDocument
from assistant.evaluation.closed import opened
from assistant.evaluation.fold import above_the_fold, unfolded
from assistant.evaluation.sentence_rankings import SHOWN, SentenceRankings
from assistant.evaluation.yardstick import Figure, Measured, Values, asked, figured, quoted
from assistant.select.spans import helping
from assistant.types import Progress, Sentence

# Returns, for a question and its passages, the helpful spans of each passage: half-open, in
# characters.
Select = Callable[[str, Sequence[str]], Sequence[Sequence[tuple[int, int]]]]
_NAME = "acl_verbatim"


def selection(reader: Assistant) -> Select | None:
    """Return the selector's own choice of spans, measured beside answers; None if its weights are missing."""
    scores = reader.desk().scores
    return partial(helping, scores) if scores else None


def _ratio(
    drawn: Float[np.ndarray, "resamples questions values"],
) -> Float[np.ndarray, " resamples"]:
    """Return words in both over the mean of the other counts, each summed over questions; 0 if there are no words."""
    both, *others = np.moveaxis(drawn.sum(axis=-2), -1, 0)
    counted = np.asarray(sum(others)) / len(others)
    found: np.ndarray = np.divide(both, counted, out=np.zeros_like(both), where=counted > 0)
    return found


def _figures(kind: str, of: str) -> tuple[Figure, ...]:
    both, shown = f"both_{kind}", f"shown_{kind}"
    return (
        Figure(key=f"f1_{kind}", label=f"word F1, {of}", statistic=_ratio, of=(both, shown, "gold")),
        Figure(key=f"precision_{kind}", label=f"precision, {of}", statistic=_ratio, of=(both, shown)),
        Figure(key=f"recall_{kind}", label=f"recall, {of}", statistic=_ratio, of=(both, "gold")),
    )  # fmt: skip


FIGURES = (
    *_figures("above", "above the fold"),
    *_figures("unfolded", "folds included"),
    *_figures("selected", "the selection itself"),
)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A passage with its title and the spans that annotators chose; there are none if nothing in it helps."""

    title: str
    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SpanQuestion:
    """A question and the passages that were found for it."""

    id: str
    question: str
    passages: tuple[Marked, ...]
    group: str = "queries"


@dataclass(frozen=True, kw_only=True)
class SpanQuestions:
    """Questions with passages in which the right spans are marked."""

    name: str = _NAME
    about: str = "spans of passages against those that annotators chose"
    cases: tuple[SpanQuestion, ...]


def measured(
    reader: Assistant, cases: Sequence[SpanQuestion], report: Progress, seed: int,
    select: Select | None = None,
) -> Measured:  # fmt: skip
    """Ask each question of its passages alone, and show the sentences nearest by simple methods.

    If `select` is given, it chooses spans of the same passages without an answer around them.
    """
    libraries = [opened(reader, _NAME, _documents(case), report) for case in cases]
    answers = asked([(lib, c.question) for lib, c in zip(libraries, cases, strict=True)], report)
    store = reader.data_dir / "evaluations" / "sentences.sqlite"
    values: list[dict[str, float]] = []
    simple: dict[str, list[Values]] = {"all words": []}
    failures: list[Mapping[str, Any]] = []
    lost = 0
    for case, library, answer in zip(cases, libraries, answers, strict=True):
        marks = _Marks(case, library)
        lost += marks.lost
        above = marks.quoted(above_the_fold(answer))
        found = {
            **marks.counts("above", above),
            **marks.counts("unfolded", marks.quoted(unfolded(answer))),
        }
        if select:
            found |= marks.counts("selected", marks.chosen(select))
        values.append(found)
        failures += marks.failures(above)
        simple["all words"].append(marks.counts("above", marks.all_words()))
        rankings = SentenceRankings(library, store, report)
        for name, rank in rankings.systems().items():
            best = marks.quoted(rankings.best(rank(case.question)))
            rows = simple.setdefault(f"{name}, {SHOWN} sentences", [])
            rows.append(marks.counts("above", best))
    group = "queries"
    stand = quoted(list(zip(libraries, answers, strict=True)))
    return Measured(
        library=libraries[0] if libraries else reader,
        groups={group: {**figured(FIGURES, values, seed), **stand}}, main=group,
        values={case.id: each for case, each in zip(cases, values, strict=True)},
        baselines={group: {n: figured(FIGURES, rows, seed) for n, rows in simple.items()}},
        labels={f.key: f.label for f in FIGURES} | _COUNTS, failures=failures,
        remarks=[f"{lost} gold spans do not stand in their passages and are left out."] if lost else [],
    )  # fmt: skip


_COUNTS = {
    f"{count}_{kind}": f"{said}, {where}"
    for count, said in (("both", "gold words shown"), ("shown", "words shown"))
    for kind, where in (("above", "above the fold"), ("unfolded", "folds included"),
                        ("selected", "the selection itself"))
}  # fmt: skip


def _key(at: int) -> str:
    return f"passage-{at}"


def _documents(case: SpanQuestion) -> list[SetDocument]:
    return [
        SetDocument(key=_key(at), title=each.title, text=each.text)
        for at, each in enumerate(case.passages)
    ]


class _Marks:
    """The words of a question's passages: which are gold, and which some spans show.

    A word is identified by the number of its passage and its own number.
    """

    def __init__(self, case: SpanQuestion, library: Assistant) -> None:
        self._case = case
        self._words = [_words(passage.text) for passage in case.passages]
        self.gold: set[tuple[int, int]] = set()
        self.lost = 0
        for at, passage in enumerate(case.passages):
            for span in passage.gold:
                pattern = r"\s+".join(map(re.escape, span.split()))
                # Some letters of the annotators' spans were changed to capitals.
                found = re.search(pattern, passage.text, re.IGNORECASE) if pattern else None
                self.lost += found is None
                self.gold |= self._covered(at, [found.span()] if found else [])
        self._stored = [
            _aligned(library.source(_key(at)).text, passage.text)
            for at, passage in enumerate(case.passages)
        ]

    def quoted(self, sentences: Sequence[Sentence]) -> set[tuple[int, int]]:
        """Return the words in the citations of sentences."""
        found = set()
        numbers = {_key(at): at for at in range(len(self._words))}
        for citation in (c for sentence in sentences for c in sentence.citations):
            if (at := numbers.get(citation.source)) is not None:
                for start, end, word in self._stored[at]:
                    if start < citation.end and end > citation.start:
                        found.add((at, word))
        return found

    def chosen(self, select: Select) -> set[tuple[int, int]]:
        """Return the words of the spans that a selection chooses."""
        spans = select(self._case.question, [passage.text for passage in self._case.passages])
        covered = (self._covered(at, each) for at, each in enumerate(spans))
        return set[tuple[int, int]]().union(*covered)

    def all_words(self) -> set[tuple[int, int]]:
        """Return every word of every passage."""
        return {(at, word) for at, words in enumerate(self._words) for word in range(len(words))}

    def counts(self, kind: str, shown: set[tuple[int, int]]) -> dict[str, float]:
        """Return how many words are gold, how many are shown, and how many are both."""
        return {
            "gold": float(len(self.gold)), f"shown_{kind}": float(len(shown)),
            f"both_{kind}": float(len(shown & self.gold)),
        }  # fmt: skip

    def failures(self, shown: set[tuple[int, int]]) -> list[Mapping[str, Any]]:
        """Return the passages whose gold is missed completely, and quoted passages without gold."""
        found: list[Mapping[str, Any]] = []
        for at, passage in enumerate(self._case.passages):
            ours = sorted(word for number, word in shown if number == at)
            gold = {word for number, word in self.gold if number == at}
            if bool(ours) != bool(gold) or (gold and not gold & set(ours)):
                text = [passage.text[start:end] for start, end in self._words[at]]
                found.append({
                    "id": f"{self._case.id}.{at + 1}", "question": self._case.question,
                    "passage": passage.title, "shown": " ".join(text[word] for word in ours),
                    "wanted": list(passage.gold) or "nothing of this passage",
                })  # fmt: skip
        return found

    def _covered(self, at: int, spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        return {
            (at, word)
            for start, end in spans
            for word, (begin, stop) in enumerate(self._words[at])
            if begin < end and stop > start
        }


def _words(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"\S+", text)]


def _aligned(stored: str, passage: str) -> list[tuple[int, int, int]]:
    """Return the words of a stored text, each with its span there and its number in the original passage.

    A note is stored without the marks of its headings and emphasis; words that it shares with the
    passage in the same order are the same words.
    """
    ours, theirs = _words(stored), _words(passage)
    matcher = SequenceMatcher(
        None, [stored[a:b] for a, b in ours], [passage[a:b] for a, b in theirs], autojunk=False
    )
    return [
        (*ours[block.a + at], block.b + at)
        for block in matcher.get_matching_blocks()
        for at in range(block.size)
    ]
