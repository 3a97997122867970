"""A language model writes a whole essay: one request, each sentence through the gate, one round of repairs."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from assistant.compose.plan import Plan
from assistant.compose.repairs import is_repair_of
from assistant.question.language import foreign
from assistant.select.quotes import Quote
from assistant.text.prose import leans
from assistant.writers import parsing, prompts
from assistant.writers.drafts import Deck, Draft, Judge, Notice, Withdrawn, Written
from assistant.writers.stream import Budget, Ended, Model, pieces

MOST_QUOTES = 48
"""A model is shown this many quotes: about 4,000 tokens, which leaves room for the essay in a context of 8,192."""


@dataclass(frozen=True, kw_only=True)
class Essayist:
    """A `Writer` that asks a model for an essay; every answer has the whole budget.

    The paragraphs are judged as they arrive, and passing sentences are yielded at once. Refused
    sentences go back once, with the reasons; a sentence refused again is dropped. An essay without
    an end, or with too few remaining sentences, is withdrawn. If an answer has more than `quotes`
    quotes, the model is shown the best.
    """

    model: Model
    tokens: int
    seconds: float
    stop: threading.Event
    quotes: int = MOST_QUOTES

    @property
    def author(self) -> str:
        """Return the name of the model for the reader."""
        return self.model.name

    def __call__(self, plan: Plan, judge: Judge) -> Iterator[Written]:
        """Yield the sentences of an answer; see `Writer`.

        Raises:
            Stopped: the reader stopped it.
        """
        quotes = _best(plan, self.quotes)
        if not plan.paragraphs:
            yield Withdrawn(reason="")
            return
        sheet = _Sheet(plan=plan, quotes=quotes, judge=judge)
        text = parsing.EssayText()
        budget = Budget(tokens=self.tokens, seconds=self.seconds)
        prompt = prompts.essay(
            plan.question, [_shown(quote, plan) for quote in quotes], len(plan.quotes()), plan.missing
        )  # fmt: skip
        schema = prompts.essay_schema(len(quotes))
        try:
            with closing(pieces(self.model, prompt, schema, budget, self.stop)) as arriving:
                for piece in arriving:
                    for part in text.feed(piece):
                        yield from sheet.take(part)
            for part in text.end():
                yield from sheet.take(part)
        except (Ended, parsing.Unreadable) as error:
            yield Notice(text=f"{self.model.name} {error}; the quotes stand in its place.")
            yield from sheet.given_up("the essay did not come to its end")
            yield Withdrawn(reason="the essay did not come to its end")
            return
        if text.deck:
            yield Deck(text=text.deck)
        if returned := sheet.returned():
            said = self._again(prompts.again(prompt, text.said(), returned), sheet, budget)
            yield from sheet.mend(parsing.written_again(said))
        yield from sheet.end(self.model.name)

    def complete(self, questions: Sequence[str]) -> str:
        """Return the last question of a thread as the model completes it, or "" if it gives none.

        Raises:
            Stopped: the reader stopped it.
        """
        budget = Budget(tokens=min(_QUESTION, self.tokens), seconds=min(_MOMENT, self.seconds))
        said = ""
        try:
            asked = prompts.follow_up(questions)
            with closing(pieces(self.model, asked, None, budget, self.stop)) as arriving:
                for piece in arriving:
                    said += piece
                    if "\n" in said.strip() and "<think>" not in said:
                        break
        except Ended:
            return ""
        lines = said.rpartition("</think>")[2].splitlines()
        return next((line.strip() for line in lines if line.strip()), "")

    def _again(self, prompt: prompts.Prompt, sheet: "_Sheet", budget: Budget) -> str:
        """Return the model's new versions of the refused sentences; the essay can also remain without them."""
        schema = prompts.again_schema(len(sheet.quotes), [each.number for each in sheet.returned()])
        said = ""
        try:
            with closing(pieces(self.model, prompt, schema, budget, self.stop)) as arriving:
                for piece in arriving:
                    said += piece
                    if len(said) > parsing.LONGEST:
                        break
        except Ended:
            return said
        return said


@dataclass
class _Slot:
    """A sentence of the essay: why it may not stand, and whether it was yielded."""

    draft: Draft
    handles: tuple[int, ...]
    refused: str = ""
    yielded: bool = False

    @property
    def links(self) -> bool:
        return self.draft.role == "link"


@dataclass(kw_only=True)
class _Sheet:
    """An essay in progress: every sentence that was written, in order."""

    plan: Plan
    quotes: Sequence[Quote]
    judge: Judge
    slots: list[_Slot] = field(default_factory=list)
    paragraphs: int = 0

    def take(self, part: parsing.Part) -> Iterator[Draft]:
        """Yield the claims of a paragraph that may stand where they are.

        Links wait for the end, and so does a claim that depends on a refused one.
        """
        before: _Slot | None = None
        for place, sentence in enumerate(part.sentences):
            slot = self._slot(sentence, self.paragraphs, place)
            self.slots.append(slot)
            if not slot.refused and not slot.links and not _hangs(slot, before):
                slot.yielded = True
                yield slot.draft
            before = slot
        self.paragraphs += 1

    def returned(self) -> list[prompts.Returned]:
        """Return the sentences that go back, with the reasons."""
        return [
            prompts.Returned(
                number=number, text=slot.draft.text, handles=slot.handles, reason=slot.refused
            )
            for number, slot in enumerate(self.slots, 1)
            if slot.refused
        ][:_MOST_RETURNED]

    def mend(self, again: Sequence[parsing.Written]) -> Iterator[Draft]:
        """Yield the rewritten sentences that may stand now, each in its old place."""
        waiting = {each.number: self.slots[each.number - 1] for each in self.returned()}
        for sentence in again:
            slot = waiting.pop(sentence.number, None)
            if slot is None:
                continue
            mended = self._slot(sentence, slot.draft.paragraph, slot.draft.place)
            slot.draft, slot.refused, slot.handles = mended.draft, mended.refused, mended.handles
            if not slot.refused and not slot.links:
                slot.yielded = True
                yield slot.draft

    def end(self, name: str) -> Iterator[Written]:
        """Yield the waiting sentences, then the brief's opening if the essay's own was dropped, and the gaps."""
        claims = [slot for slot in self.slots if not slot.links]
        self._settle()
        kept = sum(slot.yielded or not slot.refused for slot in claims)
        if kept < min(_LEAST, len(self.quotes)) or kept < _SHARE * len(claims):
            reason = "too little of the essay was left"
            yield Notice(text=_left(name, kept, claims))
            yield from self.given_up(reason)
            yield Withdrawn(reason=reason)
            return
        yield from self._waited()
        first = next(iter(claims))
        if first.refused and first.draft.paragraph == 0:
            line = self.plan.paragraphs[0][0]
            yield Draft(
                text=line.text, role="claim", place=-1, quotes=(line.quote,), lead_in=line.lead_in
            )
        if self.plan.closing:
            yield Draft(text=self.plan.closing, role="gap", paragraph=self.paragraphs)

    def given_up(self, reason: str) -> Iterator[Draft]:
        """Yield every sentence that was not yielded, with the reason."""
        for slot in self.slots:
            if not slot.yielded:
                yield replace(slot.draft, refused=slot.refused or reason)

    def _slot(self, sentence: parsing.Written, paragraph: int, place: int) -> _Slot:
        sentence = self._at_its_quote(sentence)
        named = tuple(self.quotes[n - 1] for n in sentence.handles if 1 <= n <= len(self.quotes))
        draft = Draft(
            text=sentence.text, role="claim" if sentence.handles else "link", paragraph=paragraph,
            place=place, quotes=named,
        )  # fmt: skip
        refused = _refused(sentence, named) or self.judge(draft)
        return _Slot(draft, sentence.handles, refused)

    def _at_its_quote(self, sentence: parsing.Written) -> parsing.Written:
        """Return a sentence that copies a quote with the handle of that quote.

        Small models copy quotes and count them wrong: no word of the sentence changes, and its citation becomes right.
        """
        copied = [n for n, q in enumerate(self.quotes, 1) if is_repair_of(sentence.text, q.text)]
        if not copied or set(copied) & set(sentence.handles):
            return sentence
        return replace(sentence, handles=(copied[0],))

    def _settle(self) -> None:
        """Refuse sentences that depend on a dropped one, and links to or from one."""
        for number, slot in enumerate(self.slots):
            before = self._beside(number, -1)
            if not slot.refused and not slot.yielded and not slot.links and _hangs(slot, before):
                slot.refused = "it depends on a sentence that was dropped"
        for number, slot in enumerate(self.slots):
            if slot.refused or not slot.links:
                continue
            after, before = self._beside(number, 1), self._beside(number, -1)
            if after is not None and after.refused:
                slot.refused = "what it leads to was dropped"
            elif after is None and before is not None and before.refused:
                slot.refused = "what it follows from was dropped"

    def _waited(self) -> Iterator[Draft]:
        """Yield the waiting sentences: claims first, because at most a quarter of the sentences may be links."""
        for slot in sorted(self.slots, key=lambda slot: slot.links):
            if not slot.yielded:
                yield replace(slot.draft, refused=slot.refused)

    def _beside(self, number: int, step: int) -> _Slot | None:
        """Return the sentence before or after one in its paragraph."""
        at = number + step
        if not 0 <= at < len(self.slots):
            return None
        found = self.slots[at]
        return found if found.draft.paragraph == self.slots[number].draft.paragraph else None


def _hangs(slot: _Slot, before: _Slot | None) -> bool:
    """Return whether a sentence depends on one that may not stand."""
    return before is not None and bool(before.refused) and leans(slot.draft.text)


def _refused(sentence: parsing.Written, named: Sequence[Quote]) -> str:
    """Return why the program refuses a sentence before it is judged."""
    if len(named) < len(sentence.handles):
        return "it names a quote that it was not given"
    if len(sentence.text.split()) > _LONGEST:
        return "it is too long to be one sentence"
    if foreign(sentence.text) and not any(foreign(quote.text) for quote in named):
        return "it is in another language than its quotes"
    return ""


def _best(plan: Plan, most: int) -> list[Quote]:
    """Return the quotes of the lines, then those of runs and the best of the folds, in order."""
    lines = plan.quotes()
    rest = [quote for quote in plan.evidence() if quote not in lines]
    ranked = sorted(rest, key=lambda quote: (quote.role != "run", -quote.value))
    kept = set(ranked[: max(0, most - len(lines))])
    return [*lines, *(quote for quote in rest if quote in kept)]


def _shown(quote: Quote, plan: Plan) -> prompts.Shown:
    part = _PARTS.get(quote.role, quote.role)
    name = plan.names.get(quote.source, quote.source)
    return prompts.Shown(source=name, part=part, text=quote.shown() if quote.under else quote.text)


def _left(name: str, kept: int, claims: Sequence[_Slot]) -> str:
    reasons = [slot.refused for slot in claims if slot.refused]
    often = max(sorted(set(reasons)), key=reasons.count, default="")
    why = f" (most often: {often})" if often else ""
    return (
        f"{kept} of {len(claims)} claims that {name} wrote are borne by their quotes{why}; "
        "the quotes stand in its place."
    )


# These are a reader's words for the parts of a note; a body is a paper's.
_PARTS = {"body": "paper", "run": "experiment on this machine", "open": "open question"}
# An essay must keep this many claims, and this share of those written; with fewer it has too many
# holes.
_LEAST, _SHARE = 3, 0.5
# At most this many sentences go back: more of them would be another essay.
_MOST_RETURNED = 12
# A sentence has at most this many words; the longest of the fourteen model essays has 52.
_LONGEST = 70
# The tokens of a question, and the seconds to wait for one, because the rules can read it as well.
_QUESTION, _MOMENT = 200, 20.0
