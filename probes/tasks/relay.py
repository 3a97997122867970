"""Documents that go through edits and their inverses: the plan, the prompts, and the fate of the cells."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from probes.tasks import documents
from probes.tasks.documents import COPY, EDITS, KINDS, Change, Editor

Texts = list[str]
Fates = Float[np.ndarray, "documents trips+1 3"]
"""The shares of each document's cells that are deleted, altered and made up: at the start and after each round trip."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The edits that each document goes through; an edit and its inverse are a round trip.

    Every document goes through the edits in an order of its own, so that no edit is always the first.
    """

    count: int
    """Documents of each kind."""
    lines: int
    trips: int
    seed: int

    @property
    def kinds(self) -> list[str]:
        """Return the kind of each document."""
        return [name for name in KINDS for _ in range(self.count)]

    @property
    def edits(self) -> int:
        """Return how many edits there are in all, inverses included."""
        return 2 * self.trips

    def documents(self) -> Texts:
        """Return the documents as they are handed in; a larger count only adds to them."""
        rngs = {name: np.random.default_rng([self.seed, *name.encode()]) for name in KINDS}
        return [KINDS[name].document(self.lines, rngs[name]) for name in self.kinds]

    def change(self, document: int, step: int) -> Change:
        """Return the change that a document, by its number, is asked for at a step."""
        edit = EDITS[self._order(document)[step // 2]]
        return edit.inverse if step % 2 else edit.forward

    def examples(
        self, document: int, step: int, shots: int, *, copy: bool
    ) -> list[tuple[str, str]]:
        """Return worked examples of a step, before and after; each step draws its own, with a seed of their own."""
        rngs = [np.random.default_rng([_EXAMPLES, step, shot]) for shot in range(shots)]
        shown = [KINDS[self.kinds[document]].document(self.lines, rng) for rng in rngs]
        if copy:
            return [(text, text) for text in shown]
        if step % 2:
            shown = [self.change(document, step - 1).apply(text) for text in shown]
        return [(text, self.change(document, step).apply(text)) for text in shown]

    def prompt(self, document: int, step: int, text: str, shots: int, *, copy: bool = False) -> str:
        """Return worked examples and the document as it is now, ready to be written anew."""
        change = COPY if copy else self.change(document, step)
        shown = self.examples(document, step, shots, copy=copy)
        parts = [f"{_asked(change, before)}{after}\n\n" for before, after in shown]
        return "".join([*parts, _asked(change, text)])

    def by_program(self, editor: Editor) -> list[Texts]:
        """Return the documents at the start and after each edit by a program."""
        rng = np.random.default_rng([self.seed, *editor.__name__.encode()])
        found = [self.documents()]
        for step in range(self.edits):
            rows = enumerate(zip(self.kinds, found[-1], strict=True))
            found.append(
                [editor(self.change(n, step), text, KINDS[k], rng) for n, (k, text) in rows]
            )
        return found

    def carried_out(self, texts: Sequence[Texts]) -> Float[np.ndarray, "documents edits"]:
        """Return which edits were made; NaN where there was nothing to do."""
        steps = itertools.pairwise(texts)
        made = [
            [
                documents.carried_out(self.change(document, step), *pair)
                for document, pair in enumerate(zip(*both, strict=True))
            ]
            for step, both in enumerate(steps)
        ]
        return np.array(made, dtype=np.float64).T

    def fates(self, texts: Sequence[Texts]) -> Fates:
        """Return the fate of the cells after each round trip."""
        read = [
            [KINDS[k].read(text) for k, text in zip(self.kinds, row, strict=True)]
            for row in texts[::2]
        ]
        found = [
            [documents.compared(first, now) for first, now in zip(read[0], row, strict=True)]
            for row in read
        ]
        rows = [[(fate.deleted, fate.altered, fate.added) for fate in row] for row in found]
        return np.array(rows).swapaxes(0, 1)

    def _order(self, document: int) -> list[str]:
        """Return the edits in seeded order; each comes once before any comes again."""
        rng = np.random.default_rng(
            [self.seed, _ORDER, document % self.count, document // self.count]
        )
        rounds = -(-self.trips // len(EDITS))
        return [str(name) for _ in range(rounds) for name in rng.permutation(list(EDITS))]


def lost(fates: Fates) -> Float[np.ndarray, "documents trips+1"]:
    """Return the share of the content that is not kept."""
    return np.asarray(fates.sum(axis=-1).clip(0, 1))


def sudden(fates: Fates, least: float) -> Float[np.ndarray, " documents"]:
    """Return the share of the loss that comes in single round trips of `least` or more; NaN where nothing is lost."""
    drops = np.diff(lost(fates), axis=1).clip(min=0)
    # The tolerance keeps a drop of exactly `least` from falling below it by rounding.
    large = np.where(drops >= least - _ROUNDING, drops, 0).sum(axis=1)
    return _share(large, drops.sum(axis=1))


def deleted(fates: Fates) -> Float[np.ndarray, " documents"]:
    """Return the share of the loss at the end that is deletion; NaN where nothing is lost."""
    return _share(fates[:, -1, 0], fates[:, -1].sum(axis=-1))


def share_made(made: Float[np.ndarray, "documents edits"]) -> Float[np.ndarray, " documents"]:
    """Return the share of the edits made among those there were to make; NaN where there was none."""
    asked = np.isfinite(made)
    return _share(np.where(asked, made, 0).sum(axis=1), asked.sum(axis=1))


def _share(
    part: Float[np.ndarray, " documents"], whole: Float[np.ndarray, " documents"]
) -> Float[np.ndarray, " documents"]:
    found = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return np.asarray(found.clip(max=1))


def _asked(change: Change, text: str) -> str:
    return f"Edit: {change.asked}\nBefore:\n{text}\nAfter:\n"


# These primes keep the draws of the examples and of the order apart.
_EXAMPLES = 7_919
_ORDER = 104_729
_ROUNDING = 1e-9
