"""Small networks that learn arithmetic on digits, several runs side by side."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from probes.networks import kept_training
from probes.networks.digit_scores import Answers
from probes.networks.digit_tasks import DIGITS, FIRST_DIGIT, DigitProblems, Tokens
from probes.networks.seq_vcr import Penalty, penalties, projections
from probes.networks.small_networks import Parameters, Shape, initial, logits, states


def learnt(
    shape: Shape,
    problems: DigitProblems,
    seeds: tuple[int, ...],
    *,
    steps: int,
    batch: int,
    rate: float = 1e-2,
    penalty: Penalty | None = None,
    device: str = "cpu",
    draft: Path | None = None,
    advance: Callable[[float], None] = lambda _share: None,
) -> dict[str, Tensor]:
    """Train networks to predict the digits of answers, one per seed; the same call gives the same networks.

    The loss is the cross-entropy of the answer's digits alone. Adam with linear warm-up over a
    tenth of the steps and linear decay. Every run reads problems of its own draw; runs of different shapes with one
    seed read the same problems.

    Args:
        shape: width and depth of the networks.
        problems: the problems to learn.
        seeds: one seed for each network.
        steps: training steps.
        batch: the number of problems in a step.
        rate: the highest learning rate.
        penalty: a term added to the loss; its projection is trained as well and returned as `projection`.
        device: where the networks are trained.
        draft: a file from which a killed training goes on where it stopped.
        advance: called with the share of steps done.
    """
    made = initial(shape, seeds)
    if penalty:
        made["projection"] = projections(penalty, shape.width, seeds)
    parameters = {n: value.detach().to(device).requires_grad_() for n, value in made.items()}
    optimiser = torch.optim.Adam(parameters.values(), lr=rate, betas=(0.9, 0.95))
    draws = [np.random.default_rng(seed) for seed in seeds]
    begun = kept_training.taken_up(draft, parameters, optimiser, draws) if draft else 0
    saving = max(1, steps // kept_training.SAVINGS)
    for step in range(begun, steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min((step + 1) / (0.1 * steps + 1), 1 - step / steps)
        rows = [problems.train[rng.integers(len(problems.train), size=batch)] for rng in draws]
        optimiser.zero_grad()
        told = torch.tensor(np.stack(rows), device=device)
        losses(shape, parameters, told, problems.answer, penalty).sum().backward()
        optimiser.step()
        if draft and (step + 1) % saving == 0:
            kept_training.put_down(draft, step + 1, parameters, optimiser, draws)
        advance((step + 1) / steps)
    return {name: value.detach() for name, value in parameters.items()}


def scores(shape: Shape, parameters: Parameters, rows: Tensor, answer: int) -> Tensor:
    """Return scores of every token at each place of the answers, `[runs, rows, answer, tokens]`."""
    last = states(shape, parameters, rows[..., :-1], causal=True)[-1]
    return logits(parameters, last[:, :, -answer:])


def losses(
    shape: Shape,
    parameters: Parameters,
    rows: Tensor,
    answer: int,
    penalty: Penalty | None = None,
) -> Tensor:
    """Return the mean cross-entropy of the answers' digits, and the penalty where there is one, `[runs]`."""
    seen = states(shape, parameters, rows[..., :-1], causal=True)
    found = logits(parameters, seen[-1][:, :, -answer:]).movedim(-1, 1)
    wanted = rows[..., -answer:]
    loss = functional.cross_entropy(found, wanted, reduction="none").mean((1, 2))
    if penalty is None:
        return loss
    return loss + penalties(penalty, parameters["projection"], seen[penalty.layer])


def answers(shape: Shape, parameters: Parameters, rows: Tokens, answer: int) -> Answers:
    """Return the networks' answers to the questions of `rows`; only digits count as an answer."""
    runs = parameters["norm"].shape[0]
    tokens = torch.tensor(rows, device=parameters["norm"].device).expand(runs, -1, -1).clone()
    ten = slice(FIRST_DIGIT, FIRST_DIGIT + DIGITS)
    with torch.no_grad():
        told = scores(shape, parameters, tokens, answer)[..., ten]
        told = told.double().softmax(-1).cpu().numpy()
        for place in range(tokens.shape[-1] - answer, tokens.shape[-1]):
            last = states(shape, parameters, tokens[..., :place], causal=True)[-1]
            best = logits(parameters, last[:, :, -1:])[..., 0, ten].argmax(-1)
            tokens[..., place] = best + FIRST_DIGIT
    return Answers(written=tokens[..., -answer:].cpu().numpy() - FIRST_DIGIT, probabilities=told)
