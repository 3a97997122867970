"""Seeded problems of adjustable difficulty, each with its answer and a worked solution."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A question, its answer, and the solution in the style that the prompt teaches."""

    question: str
    gold: str
    worked: str
    setting: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A kind of problem at one difficulty: `size` is the number of steps, and `limit` bounds the numbers."""

    task: str
    size: int
    limit: int = 9

    @property
    def name(self) -> str:
        """Return the name of the setting, such as `addition-3x9`."""
        return f"{self.task}-{self.size}x{self.limit}"


def problems(setting: Setting, count: int, *, seed: int) -> list[Problem]:
    """Return different problems of one setting, fewer than `count` where there are not as many.

    The same seed gives the same problems, and a larger count only adds to them.

    Raises:
        ValueError: the task is not in `TASKS`, or its size is below 1.
    """
    if setting.task not in TASKS or setting.size < 1:
        raise ValueError(f"No task {setting.task!r} of size {setting.size}; of {', '.join(TASKS)}.")
    rng = random.Random(f"{setting.name}/{seed}")  # noqa: S311 (no secret)
    found: dict[str, Problem] = {}
    # A small setting runs out of new problems: there are only 151 letter counts of one kind.
    for _ in range(40 * count):
        if len(found) == count:
            break
        question, steps, gold = TASKS[setting.task](rng, setting)
        problem = Problem(
            question=question, gold=gold, worked=_worked(steps, gold), setting=setting.name
        )
        found.setdefault(question, problem)
    return list(found.values())


def _worked(steps: list[str], gold: str) -> str:
    """Return the steps after "First" and "Then", and the boxed answer after "So": these are words that cut a trace."""
    parts = [f"{'First' if i == 0 else 'Then'}, {step}." for i, step in enumerate(steps)]
    return " ".join([*parts, f"So the answer is \\boxed{{{gold}}}."])


_Made = tuple[str, list[str], str]


def _addition(rng: random.Random, setting: Setting) -> _Made:
    terms = [rng.randint(1, setting.limit) for _ in range(setting.size)]
    total, steps = terms[0], []
    for term in terms[1:]:
        steps.append(f"{total} + {term} = {total + term}")
        total += term
    return f"What is {' + '.join(map(str, terms))}?", steps, str(total)


def _parity(rng: random.Random, setting: Setting) -> _Made:
    people = rng.sample(_NAMES, setting.size)
    heads, told, steps = True, [], []
    for person in people:
        flips = rng.random() < 0.5
        heads ^= flips
        told.append(f"{person} {'flips' if flips else 'does not flip'} the coin.")
        steps.append(f"after {person} it is {'heads' if heads else 'tails'}")
    question = f"A coin is heads up. {' '.join(told)} Is the coin still heads up?"
    return question, steps, "yes" if heads else "no"


def _last_letters(rng: random.Random, setting: Setting) -> _Made:
    people = rng.sample(_NAMES, setting.size)
    steps = [f"{person} ends in {person[-1]}" for person in people]
    question = f"Take the last letter of each name in '{' '.join(people)}' and join them."
    return question, steps, "".join(person[-1] for person in people)


def _letter_count(rng: random.Random, setting: Setting) -> _Made:
    word = "".join(rng.choice("abcde") for _ in range(setting.size))
    letter = rng.choice(word)
    count, steps = 0, []
    for found in word:
        count += found == letter
        steps.append(f"{found} makes {count}")
    return f"How many times is '{letter}' in '{' '.join(word)}'?", steps, str(count)


def _story(rng: random.Random, setting: Setting) -> _Made:
    """Make a word problem in the manner of GSM8K: one thing, counted through several events."""
    person, thing = rng.choice(_NAMES), rng.choice(_THINGS)
    have = rng.randint(2, setting.limit)
    told, steps = [f"{person} has {have} {thing}."], []
    for _ in range(setting.size):
        kind = rng.choice(("gets", "gives", "times"))
        if kind == "gives" and have > 1:
            some = rng.randint(1, min(have - 1, setting.limit))
            told.append(f"{person} gives {some} away.")
            steps.append(f"{have} - {some} = {have - some}")
            have -= some
        elif kind == "times" and have <= setting.limit:
            told.append(f"{person} then doubles what is left.")
            steps.append(f"{have} * 2 = {have * 2}")
            have *= 2
        else:
            some = rng.randint(1, setting.limit)
            told.append(f"{person} gets {some} more.")
            steps.append(f"{have} + {some} = {have + some}")
            have += some
    question = f"{' '.join(told)} How many {thing} does {person} have now?"
    return question, steps, str(have)


TASKS: Mapping[str, Callable[[random.Random, Setting], _Made]] = {
    "addition": _addition,
    "parity": _parity,
    "last_letters": _last_letters,
    "letter_count": _letter_count,
    "story": _story,
}
_NAMES = (
    "Ada Ben Cleo Dan Eva Finn Gus Hana Ida Jon Kim Leo Mia Ned Ola Pam Quin Rosa Sam Tom Uma Vera "
    "Will Yan Zoe"
).split()
_THINGS = ("apples", "books", "coins", "marbles", "pens", "stamps", "shells", "tickets")
