"""Turn an answer into blocks of runs, from which paper and word-processor documents are made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.printable import folded, visible
from assistant.rendering.parts import (
    NO_TITLES,
    Closing,
    Folded,
    Gaps,
    Listed,
    Missing,
    NextLines,
    Offer,
    Offers,
    Opening,
    Paragraph,
    Part,
    Sources,
    Told,
    parts,
)
from assistant.types import Answer

Style = Literal["plain", "strong", "emphasis", "small", "code", "citation"]
BlockKind = Literal["kicker", "title", "deck", "small", "paragraph", "heading", "item", "quote"]


@dataclass(frozen=True)
class Run:
    """Words in one style; `to` is the label of the source that a citation links to."""

    text: str
    style: Style = "plain"
    to: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or item; `label` is that of the source which it introduces."""

    kind: BlockKind
    runs: tuple[Run, ...]
    label: str = ""


def blocks(answer: Answer, titles: Mapping[str, str] = NO_TITLES) -> Iterator[Block]:
    """Yield the answer as blocks, in reading order; no run contains a line break.

    Paper has no folds, so one line describes what is folded.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
    """
    folds: list[str] = []
    for part in parts(answer, titles):
        if isinstance(part, Folded):
            folds.append(part.summary)
        else:
            yield from _blocks(part)
    if folds:
        yield _block("small", f"Folded: {' · '.join(folds)}.")


def _blocks(part: Part) -> Iterator[Block]:
    match part:
        case Opening():
            yield from _opening(part)
        case Paragraph():
            heading = [Run(f"{folded(part.heading)} ", "strong")] if part.heading else []
            yield Block("paragraph", (*heading, *_spaced(map(_told, part.told))))
        case Gaps():
            yield _block("heading", part.heading)
            yield from map(_missing, part.missing)
        case Sources():
            yield _block("heading", part.heading)
            for listed in part.listed:
                yield from _listed(listed)
        case NextLines():
            yield _block("heading", part.heading)
            for line in part.lines:
                coverage = Run(f" {line.coverage}", "emphasis")
                yield Block("item", (Run(folded(line.question)), coverage))
        case Offers():
            yield _block("heading", part.heading)
            if part.why:
                yield _block("small", part.why)
            yield from map(_offer, part.offers)
        case Closing():
            yield _block("small", part.line)


def _block(kind: BlockKind, text: str) -> Block:
    return Block(kind, (Run(folded(text)),))


def _opening(part: Opening) -> Iterator[Block]:
    yield _block("kicker", part.kicker)
    yield _block("title", part.question)
    if part.read_as:
        yield _block("small", f"Read as: {part.read_as}")
    if part.deck:
        yield _block("deck", part.deck)
    for line in (part.byline, *part.notices):
        yield _block("small", line)


def _spaced(groups: Iterable[tuple[Run, ...]]) -> Iterator[Run]:
    for at, group in enumerate(groups):
        if at:
            yield Run(" ")
        yield from group


def _told(told: Told) -> tuple[Run, ...]:
    lead: tuple[Run, ...] = ()
    if told.lead_in.strip():
        lead = (Run(f"{folded(told.lead_in)} ", "strong" if told.verdict else "emphasis"),)
    cited: list[Run] = []
    for each in told.cited:
        label = each.source.label
        # No line begins with a citation.
        cited += [Run("\N{NO-BREAK SPACE}"), Run(f"[{label}]", "citation", label)]
        if each.side:
            cited.append(Run(f" ({each.side})", "small"))
    return (*lead, Run(folded(told.text)), *cited)


def _missing(missing: Missing) -> Block:
    said = [Run(folded(missing.aspect), "emphasis"), Run(f": {folded(missing.statement)}")]
    if missing.nearest:
        labels = (f" [{near.source.label}]" if near.source else "" for near in missing.nearest)
        near = (
            f"“{folded(n.title)}”{label}" for n, label in zip(missing.nearest, labels, strict=True)
        )
        said.append(Run(f" Nearest: {'; '.join(near)}."))
    if missing.remedy:
        said.append(Run(f" Would fill it: {folded(missing.remedy)}"))
    return Block("item", tuple(said))


def _listed(listed: Listed) -> Iterator[Block]:
    source = listed.source
    claim = [Run(f" — {folded(listed.claim)}")] if listed.claim else []
    runs = (
        Run(f"[{source.label}] "), Run(folded(source.title), "strong"), *claim,
        Run(f" {listed.sort} ", "small"), Run(folded(source.key), "code"),
    )  # fmt: skip
    yield Block("item", runs, label=source.label)
    for quote in listed.quotes:
        place = [Run(f" {quote.pages}", "small")] if quote.pages else []
        yield Block("quote", (Run(" ".join(visible(quote.quote).split())), *place))


def _offer(offer: Offer) -> Block:
    experiment = offer.experiment
    said = [offer.why, offer.takes]
    if experiment.evidence:
        said.append(f"Earlier runs: {', '.join(experiment.evidence)}.")
    told = " ".join(filter(None, map(folded, (f"Tests: {experiment.claim}", *said))))
    return Block(
        "item",
        (Run(folded(offer.title), "strong"), Run(f" {told} Run: "), Run(folded(offer.command), "code")),
    )  # fmt: skip
