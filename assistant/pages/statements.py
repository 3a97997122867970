"""Find the sentences of a source that can be quoted, each with its part of the source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.text.anchors import locate
from assistant.text.orders import gives_orders
from assistant.text.prose import Block, Span, blocks, sentences, stands_alone
from assistant.types import Source

# A printed abstract stands within the first pages.
_OPENING = 20_000


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A sentence as it stands in the stored text: `text` is `stored[start:end]`.

    `part` says which part of the source contains the sentence. Notes have claim, fact, caveat,
    open, method and remark (an addition by the note's author); papers have abstract, introduction,
    related, method, results, discussion, limitations, future, conclusion and body; evidence has
    claim, control and caveat.
    """

    text: str
    start: int
    end: int
    page: int | None
    part: str

    def plain(self) -> str:
        """Return the sentence on one line."""
        return " ".join(self.text.split())

    def quote(self) -> dict[str, Any]:
        """Return the sentence as JSON values, with its place."""
        return {"text": self.text, "start": self.start, "end": self.end, "page": self.page}


def statements(source: Source) -> list[Statement]:
    """Return the quotable sentences of a source in the order of its text, each once.

    Front matter, reference lists and appendices of papers are left out, and so are sentences
    that cannot stand alone.
    """
    found: list[Statement] = []
    seen: set[str] = set()
    for block, part in _parted(source):
        for whole in sentences(source.text, block.span.start, block.span.end):
            span = _bare(source.text, whole)
            text = span.of(source.text)
            folded = " ".join(text.split())
            own = part if source.kind != "note" else _note_part(source, part, folded)
            # A note's claim opens it, so it refers to nothing before it, whatever its first word
            # is.
            alone = stands_alone(text, finished=source.kind == "paper") or (
                own == "claim" and len(folded.split()) >= 5 and not gives_orders(text)
            )
            if not alone or folded in seen or _SPOILT.search(text) or _PART_OF_LIST.match(text):
                continue
            seen.add(folded)
            found.append(
                Statement(
                    text=text, start=span.start, end=span.end, page=source.page_at(span.start),
                    part=own,
                )
            )  # fmt: skip
    return found


def abstract(source: Source) -> Span | None:
    """Return the place of a paper's abstract, or of a note's claim, in the stored text."""
    own = source.metadata.get("abstract") if source.kind == "paper" else source.claim
    wanted = str(own or "")
    return locate(wanted, source.text[:_OPENING]) if wanted.strip() else None


def _parted(source: Source) -> Iterator[tuple[Block, str]]:
    """Yield the blocks of prose with the part of the source they belong to."""
    if source.kind == "paper":
        yield from _paper_blocks(source)
    elif source.kind == "evidence":
        yield from _evidence_blocks(source)
    else:
        for block in blocks(source.text):
            if block.kind != "heading":
                named = "" if block.section == source.title else _note_section(block.section)
                yield block, named


# ── notes ────────────────────────────────────────────────────────────────────────────────────────


def _note_section(section: str) -> str:
    return next((part for part, named in _NOTE_SECTIONS if named.search(section.lower())), "")


_NOTE_SECTIONS = (
    ("caveat", re.compile(r"^(?:caveats?|limit|cautions?|weakness|threats|problems)")),
    ("open", re.compile(r"^(?:open|future|unknown|to do|unanswered)")),
    ("method", re.compile(r"^(?:method|set-?up|approach|how it )")),
    ("fact", re.compile(r"^(?:facts?|results?|findings?|numbers)")),
)


def _note_part(source: Source, section: str, folded: str) -> str:
    if folded.startswith("Own "):
        return "remark"
    if not section and folded in source.claim:
        return "claim"
    return section or "fact"


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────


def _evidence_blocks(source: Source) -> Iterator[tuple[Block, str]]:
    """Yield the sentences of a run with the parts that its metadata give, without the claim under test."""
    for mark in source.metadata.get("sentences") or ():
        if mark["role"] in _EVIDENCE_PARTS:
            span = Span(mark["start"], mark["end"])
            yield Block(span, "prose", mark["role"]), _EVIDENCE_PARTS[mark["role"]]


_EVIDENCE_PARTS = {"finding": "claim", "control": "control", "caveat": "caveat"}


# ── papers ───────────────────────────────────────────────────────────────────────────────────────


def _paper_blocks(source: Source) -> Iterator[tuple[Block, str]]:
    headings = [(int(m["start"]), str(m["title"])) for m in source.metadata.get("sections") or ()]
    parts = paper_parts([title for _, title in headings])
    starts = {start for start, _ in headings}
    summary = abstract(source)
    told = False
    at, part = 0, "front" if "abstract" in parts else "body"
    for block in blocks(source.text):
        while at < len(headings) and headings[at][0] <= block.span.start:
            part = parts[at]
            at += 1
        if summary and _overlaps(block.span, summary):
            # The text is taken whole, because a sentence may continue in the next column.
            if not told:
                yield Block(summary, "prose", block.section), "abstract"
            told = True
            continue
        before = summary is not None and block.span.start < summary.start
        read = block.kind != "heading" and block.span.start not in starts
        if read and not before and part not in ("front", "back"):
            yield block, part


def _overlaps(one: Span, other: Span) -> bool:
    return max(one.start, other.start) < min(one.end, other.end)


def paper_parts(titles: Sequence[str]) -> list[str]:
    """Return the part to which each section of a paper belongs, by its heading.

    A subsection with a name of its own ("3.1 Fluency") belongs to its parent's part; after the
    references everything is appendix.
    """
    tested = any(_EXPERIMENT.search(title) for title in titles)
    numbered = sum(bool(_NUMBERED.match(title)) for title in titles) >= 3
    parents: dict[str, str] = {}
    parts: list[str] = []
    current, back = "front", False
    for title in titles:
        number = match[1] if (match := _NUMBERED.match(title)) else ""
        name = title[len(match[0]) :].lower() if match else title.lower()
        part = _named(name, tested=tested)
        parent = parents.get(number.rpartition(".")[0]) if "." in number else None
        if parent is not None and part not in ("limitations", "future"):
            part = parent
        elif not part:
            part = "body" if number or not (numbered or current == "front") else current
        if number:
            parents[number] = part
        back = back or _REFERENCES.search(name) is not None
        current = "back" if back else part
        parts.append(current)
    return parts


def _named(name: str, *, tested: bool) -> str:
    for part, pattern in _PAPER_SECTIONS:
        if pattern.search(name):
            return part
    if "evaluat" in name:
        return "method" if tested else "results"
    return ""


_NUMBERED = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)\.?\s+")
_EXPERIMENT = re.compile(r"experiment|results?\b|findings", re.IGNORECASE)
_REFERENCES = re.compile(r"^\W*(?:references|bibliography|works cited|appendi)")
_PAPER_SECTIONS = tuple(
    (part, re.compile(words))
    for part, words in (
        ("abstract", r"^\W*(?:abstract|summary)\b"),
        ("back", r"acknowledg|^\W*(?:references|bibliography|appendi|supplement|funding)|ethic|"
                 r"author contribution|checklist|broader impact|availability"),
        ("limitations", r"limitation|threats to validity|caveats"),
        ("future", r"^future|outlook|open (?:problem|question)"),
        ("conclusion", r"conclu|closing remark"),
        ("discussion", r"discussion|implications"),
        ("related", r"related|prior work|previous work|background|literature|preliminar"),
        ("introduction", r"introduc|motivation"),
        ("results", r"results?\b|finding|experiment|ablation|performance|comparison"),
        ("method", r"method|approach|model|set-?up|data|corpus|corpora|architecture|training|"
                   r"implementation|algorithm|framework|\btask|design|procedure|metric|pipeline"),
    )
)  # fmt: skip


def _bare(text: str, span: Span) -> Span:
    """Return the sentence without a reference number after its full stop, and without "(3)" before it."""
    marker = _MARKER.match(text, span.start, span.end) or _NOTE_NUMBER.match(
        text, span.start, span.end
    )
    start = marker.end() if marker else span.start
    match = _FOOTNOTE.search(text, start, span.end)
    return Span(start, match.start(1) if match and match.end() == span.end else span.end)


_MARKER = re.compile(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\)\s+(?=[A-Z])")
# This is the number of a footnote before its first word, as in "1We use"; "3D models" has none.
_NOTE_NUMBER = re.compile(r"\d{1,2}(?=[A-Z][a-z]+ )")
# "(2) the second reason is" shows that the sentence began at (1).
_PART_OF_LIST = re.compile(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\)\s+[a-z]")
_FOOTNOTE = re.compile(r"(?<=[a-z)\]”\"][.!?])(\d{1,3}(?:[,–-]\d{1,3})*)$")
# This is a line of a figure or table that the reading order put inside a sentence.
_SPOILT = re.compile(r"[☆✓✗■□▲●◦]|(?:\b\d+\.\d+\s+){3}|\b(?:Figure|Table) \d+: ")
