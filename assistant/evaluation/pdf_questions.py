"""Measure questions about PDFs: is the first quote right, is any, and is the coverage not claimed too high?

Each question is asked of a library with its file alone, and of a library with all files. A quote is
right if a pattern of the question matches it, and it is in the right file on one of the right
pages.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.build import Assistant
from assistant.evaluation.closed import opened_files
from assistant.evaluation.fold import above_the_fold, unfolded
from assistant.evaluation.sentence_rankings import SHOWN, SentenceRankings
from assistant.evaluation.yardstick import Figure, Measured, Values, asked, figured, quoted
from assistant.types import Answer, Citation, Progress, Sentence, Source

ALONE, TOGETHER = "its file alone", "all files together"
_NAME = "pdf_questions"

FIGURES = (
    Figure(key="first_right", label="first quote right"),
    Figure(key="any_right", label="any quote right"),
    Figure(key="any_right_unfolded", label="any quote right, folds included"),
    Figure(key="first_right_text", label="first quote right, where the text says it"),
    Figure(key="any_right_text", label="any quote right, where the text says it"),
    Figure(key="first_right_table", label="first quote right, where only a table says it"),
    Figure(key="any_right_table", label="any quote right, where only a table says it"),
    Figure(key="all_parts_right", label="both papers' quotes right, where two are needed"),
    Figure(key="answered_wrong", label="called answered and no quote right, of the answerable"),
    Figure(key="wrong_of_answered", label="the same, of those called answered"),
    Figure(key="held_back", label="unanswerable, not called answered"),
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A wanted quote: of this file, on one of these pages (any if there are none), matching a pattern."""

    file: str
    pages: frozenset[int]
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, kw_only=True)
class PdfQuestion:
    """A question about a file. `parts` are the quotes that answer it; it has none if nothing in the file does."""

    id: str
    question: str
    file: str
    parts: tuple[Part, ...]
    in_table: bool = False
    evidence: str = ""

    @property
    def group(self) -> str:
        """Return the group of the question; a sample takes equally from each group."""
        return "unanswerable" if not self.parts else "table" if self.in_table else "text"


@dataclass(frozen=True, kw_only=True)
class PdfQuestions:
    """Questions about PDFs, with the places of the files by name."""

    name: str = _NAME
    about: str = "questions about PDFs, each asked of its file alone and of all files together"
    cases: tuple[PdfQuestion, ...]
    files: Mapping[str, Path]


class Shelf:
    """A library of some of the files, with the source of each."""

    def __init__(self, library: Assistant, progress: Progress) -> None:
        library.index(progress)
        self.library = library
        read = {Path(path).name: file for path, file in library.library.files().items()}
        self.keys = {name: file.source for name, file in read.items() if file.source}
        self.refused = {n: file.message for n, file in read.items() if file.status == "refused"}
        self._sources: dict[str, Source] = {s.key: s for s in library.library.sources()}

    def holds(self, citation: Citation, part: Part) -> bool:
        """Return whether a quote is the wanted one."""
        if citation.source != self.keys.get(part.file):
            return False
        on = {citation.page}
        if source := self._sources.get(citation.source):
            # A sentence over a page break stands on two pages.
            on |= {source.page_at(citation.start), source.page_at(citation.end - 1)}
        if part.pages and not part.pages & on:
            return False
        return any(pattern.search(citation.quote) for pattern in part.patterns)


def measured(
    reader: Assistant, asked_of: PdfQuestions, cases: Sequence[PdfQuestion], report: Progress, seed: int
) -> Measured:  # fmt: skip
    """Ask questions about PDFs of the library and of a ranking by cosine."""
    together = _shelf(reader, list(asked_of.files.values()), report)
    alone = {
        name: _shelf(reader, [asked_of.files[name]], report)
        for name in dict.fromkeys(case.file for case in cases)
    }
    store = reader.data_dir / "evaluations" / "sentences.sqlite"
    rankings = SentenceRankings(together.library, store, report)
    groups, baselines, failures = {}, {}, []
    values: dict[str, dict[str, float]] = {case.id: {} for case in cases}
    for group in (ALONE, TOGETHER):
        shelves = [together if group == TOGETHER else alone[case.file] for case in cases]
        pairs = list(zip(cases, shelves, strict=True))
        answers = asked([(shelf.library, case.question) for case, shelf in pairs], report)
        found = [
            scored(case, above_the_fold(answer), unfolded(answer), answer.coverage, shelf)
            for (case, shelf), answer in zip(pairs, answers, strict=True)
        ]
        stand = quoted([(s.library, a) for s, a in zip(shelves, answers, strict=True)])
        groups[group] = {**figured(FIGURES, found, seed), **stand}
        baselines[group] = {
            name: figured(FIGURES, rows, seed)
            for name, rows in _baselines(cases, rankings, together, alone=group == ALONE).items()
        }
        for case, each, answer in zip(cases, found, answers, strict=True):
            values[case.id] |= {f"{group}: {name}": value for name, value in each.items()}
            if not _good(each):
                failures.append(_failure(case, answer, group))
    return Measured(
        library=together.library, groups=groups, values=values, main=ALONE, baselines=baselines,
        failures=failures, labels=_labels(),
        remarks=[f"{name} could not be read: {why}" for name, why in together.refused.items()],
    )  # fmt: skip


def scored(
    case: PdfQuestion, above: Sequence[Sentence], all_shown: Sequence[Sentence], coverage: str, shelf: Shelf
) -> Values:  # fmt: skip
    """Return 0 or 1 for each figure of an answer that is defined for the question.

    Args:
        case: The question with the wanted quotes.
        above: The sentences above the fold.
        all_shown: The sentences above the fold and in folds.
        coverage: The coverage of the answer.
        shelf: The library that was asked.
    """
    if not case.parts:
        return {"held_back": float(coverage != "answered")}

    def right(citation: Citation) -> bool:
        return any(shelf.holds(citation, part) for part in case.parts)

    quotes = _quotes(above)
    first, any_ = bool(quotes) and right(quotes[0]), any(map(right, quotes))
    said = "table" if case.in_table else "text"
    found = {
        "first_right": first, f"first_right_{said}": first, "any_right": any_, f"any_right_{said}": any_,
        "any_right_unfolded": any(map(right, _quotes(all_shown))),
        "answered_wrong": coverage == "answered" and not any_,
    }  # fmt: skip
    if len(case.parts) > 1 and all(part.file in shelf.keys for part in case.parts):
        found["all_parts_right"] = all(
            any(shelf.holds(quote, part) for quote in quotes) for part in case.parts
        )
    if coverage == "answered":
        found["wrong_of_answered"] = not any_
    return {name: float(value) for name, value in found.items()}


def _shelf(reader: Assistant, files: Sequence[Path], report: Progress) -> Shelf:
    return Shelf(opened_files(reader, _NAME, files, report), report)


def _baselines(
    cases: Sequence[PdfQuestion], rankings: SentenceRankings, together: Shelf, *, alone: bool
) -> dict[str, list[Values]]:
    """Return the figures of the nearest sentences, of the question's own file or of all files."""
    found: dict[str, list[Values]] = {}
    for name, most in (("cosine, 1 sentence", 1), (f"cosine, {SHOWN} sentences", SHOWN)):
        found[name] = []
        for case in cases:
            among = {together.keys.get(case.file) or ""} if alone else None
            shown = rankings.best(rankings.cosine(case.question), most, among)
            found[name].append(scored(case, shown, shown, "answered", together))
    return found


def _quotes(sentences: Sequence[Sentence]) -> list[Citation]:
    return [citation for sentence in sentences for citation in sentence.citations]


def _good(values: Values) -> bool:
    """Return whether the answer is good: the first quote is right, or the coverage is rightly "absent"."""
    return values.get("first_right", 1.0) == values.get("held_back", 1.0) == 1.0


def _failure(case: PdfQuestion, answer: Answer, group: str) -> Mapping[str, Any]:
    quotes = _quotes(above_the_fold(answer))
    wanted = [f"p. {', '.join(map(str, sorted(part.pages)))} of {part.file}" for part in case.parts]
    return {
        "id": case.id, "question": case.question, "asked_of": group, "label": answer.coverage,
        "first_quote": f"p. {quotes[0].page} of {quotes[0].source}: {quotes[0].quote}" if quotes else "",
        "wanted": f"{' and '.join(wanted)}: {case.evidence}" if wanted else "not to be called answered",
    }  # fmt: skip


def _labels() -> dict[str, str]:
    named = {figure.key: figure.label for figure in FIGURES}
    both = {f"{g}: {key}": f"{g}: {said}" for g in (ALONE, TOGETHER) for key, said in named.items()}
    return named | both
