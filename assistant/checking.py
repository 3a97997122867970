"""Put on the page what passes the gate: drafts come in, checked sentences go out."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace

from assistant.compose.plan import Folded, Line, Plan
from assistant.compose.repairs import is_repair_of
from assistant.drafts import Draft, Notice
from assistant.library import Library
from assistant.select.quotes import Quote
from assistant.stance import clear_stance
from assistant.types import Citation, Dropped, Fold, Sentence, Support
from assistant.verification import Entailment, verify

Listener = Callable[[Sentence], None]


@dataclass
class Page:
    """What is written so far, and the stored texts that were read for it.

    `words` is what the program itself says beside quotes. `standing` holds the quotes that are cited already,
    true for those in their own words. `claim` is what the question states or asks for yes or no; its quotes are marked
    where they clearly speak for it or against it.
    """

    library: Library
    words: Collection[str]
    entails: Entailment | None = None
    claim: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    standing: dict[Quote, bool] = field(default_factory=dict)

    def text_of(self, quote: Quote) -> str:
        """Return the stored text of a quote's source."""
        if quote.source not in self.stored:
            source = self.library.get(quote.source)
            self.stored[quote.source] = source.text if source else ""
        return self.stored[quote.source]


def write(
    plan: Plan, drafts: Iterable[Draft | Notice], page: Page, listen: Listener = lambda _: None
) -> None:
    """Put on the page what passes the gate; a refused claim gives way to the plan's own line.

    What is no claim rests on no quote, so it has to be what the program itself says there, and so has a lead-in.
    """
    lines = {line.quote: line for line in plan.lines()}
    said = {line.lead_in for line in plan.lines()}
    # Closed even when it is left in the middle: a model must not write on for nobody.
    with closing(drafts) if isinstance(drafts, Generator) else nullcontext():
        for draft in drafts:
            if isinstance(draft, Notice):
                page.notices.append(draft.text)
                continue
            if draft.role != "claim" and draft.text not in page.words:
                page.dropped.append(Dropped(text=draft.text, reason="it rests on no quote"))
                continue
            kept = replace(draft, lead_in=draft.lead_in if draft.lead_in in said else "")
            for passed in _passed(kept, lines, page):
                sentence = _taking_sides(_echoed(passed, draft, lines, page), page.claim)
                page.sentences.append(sentence)
                listen(sentence)


def folded(fold: Folded, page: Page) -> Fold:
    """Return a fold with those of its quotes that stand in their sources and above no fold."""
    numbers: dict[str, int] = {}
    sentences = []
    for quote in fold.quotes:
        if quote in page.standing or not _exists(quote, page):
            continue
        page.standing[quote] = True
        paragraph = numbers.setdefault(quote.source, len(numbers))
        sentences.append(
            Sentence(
                text=quote.plain(), paragraph=paragraph, role="claim", citations=(quote.citation(),)
            )
        )
    return Fold(kind=fold.kind, summary=fold.summary, sentences=tuple(sentences))


def _passed(draft: Draft, lines: Mapping[Quote, Line], page: Page) -> Iterator[Sentence]:
    """Yield the sentence if it passes, else what the plan says of its quotes."""
    if draft.role != "claim":
        yield Sentence(text=draft.text, paragraph=draft.paragraph, role=draft.role)
        return
    citations: list[Citation] = []
    refused = draft.refused or ("" if draft.quotes else "it rests on no quote")
    if draft.quotes and all(page.standing.get(quote) for quote in draft.quotes):
        refused = "its quote stands there already"
    for quote in draft.quotes if not refused else ():
        support, reason = _judged(draft.text, quote, page)
        if reason:
            refused = reason
            break
        citations.append(replace(quote.citation(), support=support))
    if not refused:
        for quote in draft.quotes:
            page.standing.setdefault(quote, is_repair_of(draft.text, quote.text))
        yield Sentence(
            text=draft.text, paragraph=draft.paragraph, role="claim", citations=tuple(citations),
            lead_in=draft.lead_in,
        )  # fmt: skip
        return
    page.dropped.append(Dropped(text=draft.text, reason=refused))
    for quote in draft.quotes:
        line = lines.get(quote) or Line(quote=quote, text=quote.plain())
        if quote in page.standing or (line.text == draft.text and not draft.refused):
            continue
        if _exists(quote, page):
            page.standing[quote] = True
            yield Sentence(
                text=line.text, paragraph=draft.paragraph, role="claim",
                citations=(quote.citation(),), lead_in=line.lead_in,
            )  # fmt: skip


def _taking_sides(sentence: Sentence, claim: str) -> Sentence:
    """Return the sentence with what each of its quotes says to the claim that is asked about."""
    if not claim:
        return sentence
    citations = (replace(c, stance=clear_stance(claim, c.quote)) for c in sentence.citations)
    return replace(sentence, citations=tuple(citations))


def _judged(text: str, quote: Quote, page: Page) -> tuple[Support, str]:
    """Return how a quote supports a sentence, and why it does not where it does not."""
    if is_repair_of(text, quote.text):
        return "exact", "" if _exists(quote, page) else "its quote does not stand in the source"
    ruling = verify(text, quote.text, page.text_of(quote), quote.start, quote.end, page.entails)
    return ruling.support or "paraphrase", "" if ruling.passes else ruling.reason


def _exists(quote: Quote, page: Page) -> bool:
    place = page.text_of(quote), quote.start, quote.end
    return verify(quote.plain(), quote.text, *place).passes


def _echoed(sentence: Sentence, draft: Draft, lines: Mapping[Quote, Line], page: Page) -> Sentence:
    """Return the sentence with what bears it in the other sources of its work: the first echo that passes.

    A note's sentence then carries its paper's as well: one sentence, two places where it stands.
    """
    more: dict[str, Citation] = {}
    for echo in (e for quote in draft.quotes if quote in lines for e in lines[quote].echoes):
        support, reason = _judged(sentence.text, echo, page)
        if not reason:
            more.setdefault(echo.source, replace(echo.citation(), support=support))
    return replace(sentence, citations=(*sentence.citations, *more.values())) if more else sentence
