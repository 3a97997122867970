"""Find the settings that are neither too easy nor too hard for a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from probes.continuations.types import Backend, Decoding, Request
from probes.errors import ProbeError
from probes.tasks.problems import Setting
from probes.tasks.prompting import examples, few_shot, fresh
from probes.traces.equality import equal
from probes.traces.extraction import extract_answer

SETTINGS = (
    Setting(task="addition", size=3, limit=9),
    Setting(task="addition", size=4, limit=9),
    Setting(task="addition", size=5, limit=9),
    Setting(task="addition", size=3, limit=19),
    Setting(task="parity", size=3),
    Setting(task="last_letters", size=2),
    Setting(task="letter_count", size=4),
    Setting(task="story", size=1),
)
LADDERS = tuple(
    tuple(Setting(task=task, size=size, limit=limit) for size, limit in rungs)
    for task, rungs in (
        ("addition", ((2, 5), (2, 9), (3, 5), (3, 9), (4, 9), (4, 19), (4, 49), (4, 99), (5, 99), (5, 199),
                      (5, 299), (5, 399), (5, 499), (5, 699), (5, 999))),
        ("story", ((1, 5), (1, 9), (2, 9), (3, 9), (4, 19), (4, 49), (4, 99))),
        ("letter_count", ((2, 9), (3, 9), (4, 9), (6, 9), (8, 9), (10, 9))),
        ("last_letters", ((1, 9), (2, 9), (3, 9), (4, 9), (6, 9))),
    )
)  # fmt: skip
"""These settings, from easy to hard, are for models that the built-in ones do not fit.

Parity is left out, because a guess is right half of the time; the steps are few, so that no worked answer needs
more tokens than a response may have."""
BAND = (0.30, 0.80)
_SCREEN_SEED = 104_729


@dataclass(frozen=True, kw_only=True)
class Screened:
    """The share of right greedy last answers in one setting."""

    setting: Setting
    right: int
    asked: int
    generated: int

    @property
    def accuracy(self) -> float:
        """Return the share of right answers, in [0, 1]."""
        return self.right / self.asked

    @property
    def kept(self) -> bool:
        """Return whether the accuracy lies in the band in which an aggregation can help or hurt."""
        return BAND[0] <= self.accuracy <= BAND[1]


def screen(
    backend: Backend,
    settings: Sequence[Setting],
    *,
    count: int,
    shots: int,
    decoding: Decoding,
    done: Callable[[float], None] = lambda _share: None,
    over: Callable[[], bool] = lambda: False,
) -> list[Screened]:
    """Measure greedy accuracy in each setting, on problems of its own that no experiment uses.

    Args:
        backend: the model that answers.
        settings: the candidate settings.
        count: the number of problems per setting.
        shots: the number of worked examples before each.
        decoding: the decoding of the answers; its temperature should be 0.
        done: called with the share of answers that have arrived.
        over: returns whether to stop; settings without all answers by then are left out.
    """
    posed = [
        (place, problem)
        for place, setting in enumerate(settings)
        for problem in fresh(setting, count, seed=_SCREEN_SEED, shots=shots)
    ]
    shown = [examples(setting, shots) for setting in settings]
    requests = [
        Request(prefix=backend.prefix(few_shot(shown[place], problem.question)), decoding=decoding)
        for place, problem in posed
    ]
    right, asked, generated = ([0] * len(settings) for _ in range(3))
    for number, (index, written) in enumerate(backend.complete(requests), start=1):
        place, problem = posed[index]
        answer = extract_answer(written.text, truncated=written.finish == "length")
        right[place] += equal(answer, problem.gold)
        asked[place] += 1
        generated[place] += written.generated
        done(number / len(requests))
        if over():
            break
    return [
        Screened(setting=setting, right=r, asked=a, generated=g)
        for setting, r, a, g in zip(settings, right, asked, generated, strict=True)
        if a == count
    ]


def cost(count: int, tokens: int, size: float) -> float:
    """Return how many seconds trying everything takes at most on two cores.

    Args:
        count: the number of problems per setting.
        tokens: the most tokens of an answer.
        size: the model's size over that of SmolLM2-135M.
    """
    rungs = sum(len(ladder).bit_length() for ladder in LADDERS)
    return (len(SETTINGS) + rungs) * count * tokens * size / _TOKENS_PER_SECOND


_TOKENS_PER_SECOND = 64
"""SmolLM2 writes so many tokens a second at 48 rows, as measured for the engine."""


def fitting(
    backend: Backend,
    *,
    count: int,
    shots: int,
    decoding: Decoding,
    done: Callable[[float], None] = lambda _share: None,
    over: Callable[[], bool] = lambda: False,
) -> list[Screened]:
    """Try the built-in settings; where none lies in the band, try others up to the first that does.

    Each ladder of settings is halved: after a setting that is too easy only harder ones remain, and after a too hard
    one only easier ones. Once `over` returns true, no further setting is tried.
    """
    tried: list[Screened] = []
    for start in range(0, len(SETTINGS), _TOGETHER):
        pair = SETTINGS[start : start + _TOGETHER]
        if over():
            return tried
        begin, part = start / len(SETTINGS), len(pair) / len(SETTINGS)

        def told(share: float, begin: float = begin, part: float = part) -> None:
            done(_BUILT_IN * (begin + part * share))

        tried += screen(
            backend, pair, count=count, shots=shots, decoding=decoding, done=told, over=over
        )
    for number, ladder in enumerate(LADDERS):
        low, high = 0, len(ladder)
        while low < high and not any(found.kept for found in tried):
            middle = (low + high) // 2
            found = screen(
                backend, [ladder[middle]], count=count, shots=shots, decoding=decoding, over=over
            )
            if over() or not found:
                return [*tried, *found]
            tried += found
            low, high = (middle + 1, high) if tried[-1].accuracy > BAND[1] else (low, middle)
        done(_BUILT_IN + (1 - _BUILT_IN) * (number + 1) / len(LADDERS))
    return tried


_TOGETHER = 2
"""The answers of so many settings are written in one batch: with fewer, time is wasted; with more, more is lost
when time is up."""
_BUILT_IN = 0.6
"""The built-in settings are this share of the screening."""


def usable(screened: Sequence[Screened]) -> list[Setting]:
    """Return the settings in the band.

    Raises:
        ProbeError: no setting lies in the band; the line gives each setting's accuracy.
    """
    kept = [found.setting for found in screened if found.kept]
    if not kept:
        said = ", ".join(f"{found.setting.name} {found.accuracy:.2f}" for found in screened)
        raise ProbeError(
            f"no setting is answered right in 30 to 80 % of cases ({said}); "
            "choose another model, or bring problems of your own with problems=FILE.jsonl"
        )
    return kept
