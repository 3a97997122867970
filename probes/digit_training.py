"""Small networks that learn arithmetic on digits, several runs side by side."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from probes.digit_scores import Answers
from probes.digit_tasks import DIGITS, FIRST_DIGIT, DigitProblems, Tokens
from probes.small_networks import Parameters, Shape, initial, logits, states


def learnt(
    shape: Shape,
    problems: DigitProblems,
    seeds: tuple[int, ...],
    *,
    steps: int,
    batch: int,
    rate: float = 1e-2,
    advance: Callable[[float], None] = lambda _share: None,
) -> dict[str, Tensor]:
    """Networks that predict the digits of answers, one per seed; the same call gives the same.

    The loss is the cross-entropy of the answer's digits alone. Adam with linear warm-up over a
    tenth of the steps and linear decay. Every run reads problems of its own draw, and a run of any
    shape reads the same ones.
    """
    parameters = initial(shape, seeds)
    optimiser = torch.optim.Adam(parameters.values(), lr=rate, betas=(0.9, 0.95))
    draws = [np.random.default_rng(seed) for seed in seeds]
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min((step + 1) / (0.1 * steps + 1), 1 - step / steps)
        rows = [problems.train[rng.integers(len(problems.train), size=batch)] for rng in draws]
        optimiser.zero_grad()
        losses(shape, parameters, torch.tensor(np.stack(rows)), problems.answer).sum().backward()
        optimiser.step()
        advance((step + 1) / steps)
    return {name: value.detach() for name, value in parameters.items()}


def scores(shape: Shape, parameters: Parameters, rows: Tensor, answer: int) -> Tensor:
    """Scores of every token at each place of the answers, `[runs, rows, answer, tokens]`."""
    last = states(shape, parameters, rows[..., :-1], causal=True)[-1]
    return logits(parameters, last[:, :, -answer:])


def losses(shape: Shape, parameters: Parameters, rows: Tensor, answer: int) -> Tensor:
    """Mean cross-entropy of the answers' digits, `[runs]`."""
    found = scores(shape, parameters, rows, answer).movedim(-1, 1)
    wanted = rows[..., -answer:]
    return functional.cross_entropy(found, wanted, reduction="none").mean((1, 2))


def answers(shape: Shape, parameters: Parameters, rows: Tokens, answer: int) -> Answers:
    """What networks answer to the questions of `rows`; only digits count as an answer."""
    runs = parameters["norm"].shape[0]
    tokens = torch.tensor(rows).expand(runs, -1, -1).clone()
    ten = slice(FIRST_DIGIT, FIRST_DIGIT + DIGITS)
    with torch.no_grad():
        told = scores(shape, parameters, tokens, answer)[..., ten].double().softmax(-1).numpy()
        for place in range(tokens.shape[-1] - answer, tokens.shape[-1]):
            last = states(shape, parameters, tokens[..., :place], causal=True)[-1]
            best = logits(parameters, last[:, :, -1:])[..., 0, ten].argmax(-1)
            tokens[..., place] = best + FIRST_DIGIT
    return Answers(written=tokens[..., -answer:].numpy() - FIRST_DIGIT, probabilities=told)
