"""The nouns of the assistant: sources, passages, hits and the parts of an answer."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["note", "paper", "evidence"]
Coverage = Literal["answered", "partial", "absent"]
Length = Literal["brief", "full"]
Grade = Literal["answers", "helps", "misleads"]
LineCoverage = Literal["answerable", "partly", "needs a paper", "needs an experiment"]
Role = Literal["claim", "link", "gap"]
Support = Literal["exact", "paraphrase"]
Stance = Literal["supports", "contests"]
FoldKind = Literal["quotes", "evidence", "reservations", "experiments"]
FileStatus = Literal["new", "changed", "unchanged", "deleted", "refused", "duplicate"]

Progress = Callable[[str, float], None]


def part_of(progress: Progress, begin: float, end: float) -> Progress:
    """Return a progress callback for a part of the work, which covers the share from `begin` to `end`, in [0, 1]."""
    return lambda message, fraction: progress(message, begin + (end - begin) * fraction)


"""It is called with one line about the current work and the share done, in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word printed on a PDF page, with its place in the stored text and on the page.

    `start` and `end` index the source's stored text; the box is in PDF points, with the origin at
    the lower left corner of the unrotated page.
    """

    start: int
    end: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a PDF is a half-open span of the stored text. `number` counts from 1."""

    number: int
    start: int
    end: int
    width: float = 0.0
    height: float = 0.0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document is what a reader makes of one file: stored text, pages, and the metadata found.

    `metadata` uses the keys title, authors (list), year, venue, doi, arxiv, url, abstract, and for
    notes also key, claim, relations (list of {to, kind}), probes (list of families), tags.
    `warnings` are one-line remarks for the reader (a page without text, a repaired file).
    """

    kind: Kind
    title: str
    text: str
    claim: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source is one entry of the library; its key stays the same when its file changes."""

    key: str
    kind: Kind
    title: str
    claim: str
    text: str
    content_hash: str
    path: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()

    @property
    def is_reference(self) -> bool:
        """Return whether the library has only the bibliographic record and not the text."""
        return self.kind == "paper" and self.metadata.get("text_here") is False

    def page_at(self, start: int) -> int | None:
        """Return the number of the PDF page that prints the character at `start`; None for notes."""
        return page_at(self.pages, start)


def page_at(pages: Sequence[Page], start: int) -> int | None:
    """Return the number of the page that contains the character at `start`; `pages` are in text order."""
    at = bisect_right(pages, start, key=lambda page: page.start) - 1
    # An empty page begins where the next page begins.
    return pages[at].number if at >= 0 and start < pages[at].end else None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A passage is a citable span of a source: `text` is the source's stored text between start and end."""

    id: str
    source: str
    text: str
    start: int
    end: int
    page: int | None = None
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A hit is a passage with its score for a question; scores are comparable only within one search."""

    rank: int
    passage: Passage
    score: float


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A citation holds the exact words that a sentence rests on: stored text of `source` from start to end.

    `last_page` is the page on which the words end, if it is not `page`. `stance` says whether they
    speak for or against the claim that the question states or asks about, if that is clear.
    """

    source: str
    passage: str
    quote: str
    page: int | None
    start: int
    end: int
    support: Support = "exact"
    stance: Stance | None = None
    last_page: int | None = None

    @property
    def pages(self) -> str:
        """Return the printed page or pages, such as "p. 3" or "pp. 3-4"; empty for notes."""
        if self.page is None:
            return ""
        return f"p. {self.page}" if self.last_page is None else f"pp. {self.page}-{self.last_page}"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of an answer; a claim carries at least one citation.

    `lead_in` is what the program says before it, such as "By contrast:" or, before the first
    sentence, the verdict "Not as stated:". If `text` differs from its quote, the difference stands
    in square brackets.
    """

    text: str
    paragraph: int
    role: Role
    citations: tuple[Citation, ...] = ()
    lead_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A fold holds the sentences shown only on request, in the order of their sources.

    `summary` describes the content, such as "More evidence: 9 sentences from 4 sources". Sentences
    of one source share a paragraph number.
    """

    kind: FoldKind
    summary: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A gap is a part of the question without evidence, with the nearest sources and what would fill it."""

    aspect: str
    nearest: tuple[str, ...] = ()
    statement: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class CitedSource:
    """A line of the source list. `label` is its number in the text: 1, 2, ... or E1, E2, ...

    `same_work` are the keys of other sources of the same work, cited or not: the paper that a note
    is about, or a note on a paper. If `text_here` is false, the library has only the bibliographic
    record.
    """

    key: str
    kind: Kind
    title: str
    claim: str
    label: str
    same_work: tuple[str, ...] = ()
    text_here: bool = True


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment is a probe that tests a claim of the cited sources, with the results of earlier runs.

    `title` is the question that it asks; it is empty in answers that were stored before it had one.
    """

    probe: str
    claim: str
    why: str
    parameters: Mapping[str, Any]
    seconds: float
    evidence: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class NextLine:
    """A next line is a question to ask next, already checked against the index."""

    question: str
    coverage: LineCoverage
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A sentence that was not shown, with the reason."""

    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A checked answer; `headings` names the subject of each paragraph, in paragraph order.

    `permalink` is its name: two answers have the same name exactly if the same question was asked
    of the same index with the same settings, and then only their times differ. `seconds` is the
    wall-clock time of each stage, `processor_seconds` the time of all processor cores together.
    `read_as` is the completed form of a follow-up question; it is empty if the question was asked
    in full. `author` is the model that wrote the answer; it is empty if nothing was generated.
    `sentences` are shown at once, `folds` on request. A `length` of "full" folds nothing. `notices`
    are single lines about how the answer was written, for example that a writer's server stopped
    answering.
    """

    question: str
    deck: str
    coverage: Coverage
    writer: str
    index_hash: str
    author: str = ""
    sentences: tuple[Sentence, ...]
    permalink: str = ""
    headings: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()
    length: Length = "brief"
    gaps: tuple[Gap, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    next_lines: tuple[NextLine, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    notices: tuple[str, ...] = ()
    read_as: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    processor_seconds: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """The result for one file of a sync: its status, its source, and one line if it was refused."""

    path: str
    status: FileStatus
    source: str | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class SyncReport:
    """The results for every file of a sync, and the index hash afterwards."""

    files: tuple[FileReport, ...]
    index_hash: str
    seconds: float

    def count(self, status: FileStatus) -> int:
        """Return how many files ended with `status`."""
        return sum(file.status == status for file in self.files)


@dataclass(frozen=True, kw_only=True)
class VectorServer:
    """A chroma server that keeps the vectors of indexes, and the token that it or its proxy asks for."""

    url: str = ""
    token: str = field(default="", repr=False)


EMBEDDED = VectorServer()
"""No server: vectors lie in the folder of their index."""
