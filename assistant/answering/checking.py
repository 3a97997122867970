"""Put drafts on the page if they pass the gate: drafts come in, checked sentences go out."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace

from assistant.compose.plan import Folded, Line, Plan
from assistant.compose.repairs import is_repair_of
from assistant.library.store import Library
from assistant.select.quotes import Quote
from assistant.types import Citation, Dropped, Fold, Sentence
from assistant.verify.evidence import Judges
from assistant.verify.grounds import Grounds
from assistant.verify.stance import clear_stance
from assistant.writers.drafts import Deck, Draft, Notice, Withdrawn, Written
from assistant.writers.links import announces, states_fact

Listener = Callable[[Sentence], None]


@dataclass
class Page:
    """A page holds the sentences written so far and the quotes they rest on.

    `words` are the program's own words beside quotes. `standing` holds the quotes that are already
    cited, with true for those shown in their own words. `claim` is the statement that the question
    makes or asks about (yes or no); quotes that clearly speak for or against it are marked. `judge`
    decides on sentences that differ in words from their quotes; if there is no judge, `unjudged`
    says why. `rulings` keeps past decisions, because a writer asks for one before it yields a
    draft.
    """

    library: Library
    words: Collection[str]
    question: str = ""
    judge: Judges | None = None
    unjudged: str = ""
    claim: str = ""
    deck: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    standing: dict[Quote, bool] = field(default_factory=dict)
    rulings: dict[tuple[str, tuple[Quote, ...]], tuple[tuple[Citation, ...], str]] = field(
        default_factory=dict
    )
    grounds: Grounds = field(init=False)
    _places: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grounds = Grounds(self.library, self.judge, self.unjudged, self.note)

    def note(self, line: str) -> None:
        """Show the reader a notice about how the answer was written, once."""
        if line and line not in self.notices:
            self.notices.append(line)

    def put(self, sentence: Sentence, place: int) -> None:
        """Put a sentence at the end of its paragraph."""
        at = bisect_right(self._places, (sentence.paragraph, place))
        self._places.insert(at, (sentence.paragraph, place))
        self.sentences.insert(at, sentence)

    def withdraw(self, reason: str) -> None:
        """Take back what is written, and count it with the reason."""
        self.dropped += [Dropped(text=sentence.text, reason=reason) for sentence in self.sentences]
        self.sentences, self._places, self.standing, self.deck = [], [], {}, ""

    def claims(self) -> int:
        """Return the number of sentences that rest on quotes."""
        return sum(sentence.role == "claim" for sentence in self.sentences)


def write(
    plan: Plan, drafts: Iterable[Written], page: Page, listen: Listener = lambda _: None
) -> None:
    """Put drafts on the page if they pass the gate; refused drafts are counted and not shown.

    A draft that is not a claim rests on no quote: it must be one of the program's own words or
    state no fact. A lead-in must be one of the plan's.
    """
    lines = {line.quote: line for line in plan.lines()}
    said = {line.lead_in for line in plan.lines()}
    # The generator is closed even if it is left in the middle, so that a model does not go on
    # writing for nobody.
    with closing(drafts) if isinstance(drafts, Generator) else nullcontext():
        for draft in drafts:
            if not isinstance(draft, Draft):
                _note(draft, page)
                continue
            if reason := refusal(draft, page) or _surplus(draft, page):
                page.dropped.append(Dropped(text=draft.text, reason=reason))
                continue
            kept = replace(draft, lead_in=draft.lead_in if draft.lead_in in said else "")
            passed = _echoed(_sentence(kept, page), draft, lines, page)
            sentence = _taking_sides(passed, page.claim)
            page.put(sentence, draft.place)
            listen(sentence)


def refusal(draft: Draft, page: Page) -> str:
    """Return why a draft may not stand on the page, or "" if it may."""
    if draft.refused:
        return draft.refused
    if draft.text in {sentence.text for sentence in page.sentences}:
        return "it stands there already"
    if draft.role == "gap":
        return "" if draft.text in page.words else "it rests on no quote"
    if draft.role == "link":
        return states_fact(draft.text, page.question)
    if not draft.quotes:
        return "it rests on no quote"
    if all(page.standing.get(quote) for quote in draft.quotes):
        return "its quote stands there already"
    return _ruling(draft, page)[1]


def _note(said: Deck | Notice | Withdrawn, page: Page) -> None:
    """Keep a remark of the writer that is not a sentence of the answer."""
    if isinstance(said, Notice):
        page.note(said.text)
    elif isinstance(said, Withdrawn):
        page.withdraw(said.reason)
    elif announces(said.text, page.question):
        page.deck = said.text
    elif said.text:
        page.dropped.append(Dropped(text=said.text, reason="it says more than what is asked"))


def _surplus(draft: Draft, page: Page) -> str:
    """Return why a link is one too many: at most a quarter of an answer may be links."""
    links = sum(sentence.role == "link" for sentence in page.sentences)
    if draft.role == "link" and 3 * (links + 1) > page.claims():
        return "a quarter of the answer links already"
    return ""


def folded(fold: Folded, page: Page) -> Fold:
    """Return a fold with those of its quotes that stand in their sources and are not already on the page."""
    numbers: dict[str, int] = {}
    sentences = []
    for quote in fold.quotes:
        if quote in page.standing or not page.grounds.exists(quote):
            continue
        page.standing[quote] = True
        paragraph = numbers.setdefault(quote.source, len(numbers))
        sentences.append(
            Sentence(
                text=quote.shown(), paragraph=paragraph, role="claim", citations=(quote.citation(),)
            )
        )
    return Fold(kind=fold.kind, summary=fold.summary, sentences=tuple(sentences))


def _sentence(draft: Draft, page: Page) -> Sentence:
    """Return an admitted draft as a sentence with its citations."""
    citations = _ruling(draft, page)[0] if draft.role == "claim" else ()
    for quote in draft.quotes:
        page.standing.setdefault(quote, is_repair_of(draft.text, quote.text))
    return Sentence(
        text=draft.text, paragraph=draft.paragraph, role=draft.role, citations=citations,
        lead_in=draft.lead_in,
    )  # fmt: skip


def _ruling(draft: Draft, page: Page) -> tuple[tuple[Citation, ...], str]:
    """Return the citations of the quotes that support a claim, or why the quotes do not support it."""
    key = draft.text, draft.quotes
    if key not in page.rulings:
        page.rulings[key] = page.grounds.judged(draft.text, draft.quotes)
    return page.rulings[key]


def _taking_sides(sentence: Sentence, claim: str) -> Sentence:
    """Return the sentence with each quote marked as for or against the claim that the question asks about."""
    if not claim:
        return sentence
    citations = (replace(c, stance=clear_stance(claim, c.quote)) for c in sentence.citations)
    return replace(sentence, citations=tuple(citations))


def _echoed(sentence: Sentence, draft: Draft, lines: Mapping[Quote, Line], page: Page) -> Sentence:
    """Return the sentence with the first echo in another source of the same work that also supports it.

    A sentence of a note then carries a citation of its paper as well: one sentence, two places.
    """
    more: dict[str, Citation] = {}
    for echo in (e for quote in draft.quotes if quote in lines for e in lines[quote].echoes):
        if echo.source not in more and (cited := page.grounds.echoed(sentence.text, echo)):
            more[echo.source] = cited
    return replace(sentence, citations=(*sentence.citations, *more.values())) if more else sentence
