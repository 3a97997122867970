"""Score one set of answers under every metric: exact match, edit distance, Brier's score, and in expectation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probes.metrics import sharpness
from probes.networks.digit_tasks import DIGITS, FIRST_DIGIT, DigitProblems


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of networks to the same problems.

    `written` are the digits they write, each the likeliest after those before it, `[runs, problems, answer]`;
    `probabilities` are those of the ten digits at each place after the right ones, `[runs, problems, answer, 10]`.
    """

    written: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def scored(told: Answers, problems: DigitProblems, few: int) -> dict[str, NDArray[np.float64]]:
    """Return every metric of the same answers, each `[runs]`, and the accuracy of digits `[runs, places]`.

    All but the last are 0 for guessing and 1 for perfection. The level of guessing is the score of other problems'
    answers; for Brier's score it is the score of each digit's frequency at a place.

    Args:
        told: answers of several networks.
        problems: the problems that were asked.
        few: the number of problems to which `exact_few` is limited.
    """
    wanted = problems.test[:, -problems.answer :] - FIRST_DIGIT
    others = np.roll(wanted, 1, axis=0)
    length = problems.answer
    right = told.written == wanted
    exact = right.all(axis=-1)
    edit = [1 - sharpness.edit_distances(run, wanted) / length for run in told.written]
    own = np.take_along_axis(told.probabilities, wanted[None, ..., None], axis=-1)[..., 0]
    shares = np.stack([(wanted == digit).mean(axis=0) for digit in range(DIGITS)], -1)
    guessed = {
        "exact": float((others == wanted).all(axis=-1).mean()),
        "edit": float((1 - sharpness.edit_distances(others, wanted) / length).mean()),
        "brier": float(sharpness.brier(np.broadcast_to(shares, (*wanted.shape, 10)), wanted).mean()),
    }  # fmt: skip
    measured = {
        "exact": exact.mean(axis=-1),
        "expected": own.prod(axis=-1).mean(axis=-1),
        "power": right.mean(axis=(1, 2)) ** length,
        "exact_few": exact[:, :few].mean(axis=-1),
    }
    found = {name: sharpness.rescaled(value, guessed["exact"]) for name, value in measured.items()}
    found["edit"] = sharpness.rescaled(np.stack(edit).mean(axis=-1), guessed["edit"])
    spread = sharpness.brier(told.probabilities, np.broadcast_to(wanted, right.shape))
    found["brier"] = sharpness.rescaled(spread.mean(axis=(1, 2)), guessed["brier"], perfect=0.0)
    return found | {"digits": right.mean(axis=1)}
