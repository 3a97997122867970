"""Questions of graded difficulty, and the state in which a model reads the end of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from probes.metrics import energy
from probes.types import Array, LanguageModel, ProbeError

if TYPE_CHECKING:
    from probes.layers.lenses import LogitLens

Question = tuple[str, str]
"""A question and its answer."""
Asked = tuple[list[int], int]
"""Token ids of a question and its answer, and how many of them are the question's."""
LEVELS = 5
FILLING = (
    "This page holds sums of whole numbers. Each stands on a line of its own with its result behind it. "
    "They were set for practice, and none of them has anything to do with another. "
)


@dataclass(frozen=True, kw_only=True)
class LastStates:
    """The states and losses at the end of each question.

    `last` are the states `[items, layers, d]`, `mean` the energy in the largest tenth of units, averaged
    over the tokens of the question but the first, `[items, layers]`; `loss` is that of the answer in nats
    a token and `right` whether each of its tokens is the likeliest, both NaN without a lens, `[items]`.
    """

    last: Array
    mean: NDArray[np.float64]
    loss: NDArray[np.float64]
    right: NDArray[np.float64]


def sums(count: int, seed: int) -> list[list[Question]]:
    """Return series of `LEVELS` questions: the sums of the first 1, 2, ... digits of the same two numbers."""
    rng = np.random.default_rng(seed)
    return [
        [_sum(first[:n], second[:n]) for n in range(1, LEVELS + 1)]
        for first, second in ((_number(rng), _number(rng)) for _ in range(count))
    ]


def _number(rng: np.random.Generator) -> str:
    """Draw a number; its first digit is not zero, so that it has as many digits as asked for."""
    return "".join(map(str, [rng.integers(1, 10), *rng.integers(0, 10, LEVELS - 1)]))


def _sum(first: str, second: str) -> Question:
    return f"Q: What is {first} + {second}?\nA:", f" {int(first) + int(second)}"


def asked(model: LanguageModel, question: Question) -> Asked:
    """Return a question with its answer as token ids, and where the question ends.

    Raises:
        ProbeError: a token spans question and answer, and would show the answer at the end of the question.
    """
    (own,) = model.encode([question[0]], max_tokens=512)
    (both,) = model.encode(["".join(question)], max_tokens=512)
    if both[: len(own)] != own:
        raise ProbeError(
            f"model {model.record.id} joins a question and its answer in one token; choose another model"
        )
    return both, len(own)


def padded(model: LanguageModel, items: Sequence[Asked], length: int) -> list[Asked]:
    """Return the same questions behind the first tokens of a text, so that each has `length` tokens."""
    (filling,) = model.encode([FILLING], max_tokens=512)
    found = []
    for tokens, own in items:
        before = filling[: max(0, length - own)]
        found.append(([*before, *tokens], len(before) + own))
    return found


def read(
    model: LanguageModel, items: Sequence[Asked], lens: "LogitLens | None" = None
) -> LastStates:
    """Return the state of each item's last question token at every layer; with a lens, the answer's loss."""
    last: list[list[Array]] = [[] for _ in items]
    mean: list[list[float]] = [[] for _ in items]
    loss, right = np.full(len(items), np.nan), np.full(len(items), np.nan)

    def see(item: int, layer: int, states: NDArray[np.float32]) -> None:
        tokens, length = items[item]
        last[item].append(states[length - 1].copy())
        # The first token is left out, because its state is huge whatever the text.
        mean[item].append(float(energy.top_energy(states[1:length], 0.1).mean()))
        if lens is not None and layer == model.layers - 1:
            told = lens.logits(states[length - 1 : -1], normed=True).astype(np.float64)
            wanted = np.array(tokens[length:])
            own = told[np.arange(len(wanted)), wanted]
            loss[item] = float((special.logsumexp(told, axis=1) - own).mean())
            right[item] = float((told.argmax(axis=1) == wanted).all())

    model.hidden_states([tokens for tokens, _ in items], see)
    return LastStates(last=np.array(last), mean=np.array(mean), loss=loss, right=right)
