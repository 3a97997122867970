import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.continuations.screening import Screened, usable
from probes.errors import ProbeError
from probes.tasks.problems import TASKS, Setting, problems
from probes.tasks.prompting import examples, few_shot, fresh
from probes.traces.extraction import extract_answer
from probes.traces.segmentation import segment

EVERY = st.builds(
    Setting, task=st.sampled_from(sorted(TASKS)), size=st.integers(2, 6), limit=st.integers(3, 30)
)


@settings(max_examples=40, deadline=None)
@given(EVERY, st.integers(0, 50))
def test_problems_are_seeded_different_and_their_worked_answers_are_right(setting, seed):
    made = problems(setting, 8, seed=seed)
    assert made == problems(setting, 8, seed=seed)
    assert made[:3] == problems(setting, 3, seed=seed)
    assert len({problem.question for problem in made}) == len(made)
    for problem in made:
        assert extract_answer(problem.worked) == problem.gold
        assert len(segment(problem.worked)) >= 2


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(2, 40), st.integers(0, 20))
def test_sums_add_up_at_every_step(size, limit, seed):
    for problem in problems(Setting(task="addition", size=size, limit=limit), 3, seed=seed):
        terms = [int(x) for x in re.findall(r"\d+", problem.question)]
        assert str(sum(terms)) == problem.gold
        for step in re.findall(r"(\d+) \+ (\d+) = (\d+)", problem.worked):
            assert int(step[0]) + int(step[1]) == int(step[2])


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(0, 20))
def test_flips_stories_and_letters_agree_with_a_recount(size, seed):
    for problem in problems(Setting(task="parity", size=size), 3, seed=seed):
        flips = len(re.findall(r"flips the coin", problem.question))
        assert problem.gold == ("yes" if flips % 2 == 0 else "no")
    for problem in problems(Setting(task="letter_count", size=size + 2), 3, seed=seed):
        letter, word = re.findall(r"'([^']+)'", problem.question)
        assert str(word.split().count(letter)) == problem.gold
    for problem in problems(Setting(task="story", size=size), 3, seed=seed):
        for a, sign, b, c in re.findall(r"(\d+) ([-+*]) (\d+) = (\d+)", problem.worked):
            result = {"-": int(a) - int(b), "+": int(a) + int(b), "*": int(a) * int(b)}
            assert result[sign] == int(c) >= 0


def test_no_example_is_asked():
    setting = Setting(task="letter_count", size=3)
    shown = {example.question for example in examples(setting, 6)}
    asked = fresh(setting, 30, seed=7_919, shots=6)
    assert not shown & {problem.question for problem in asked}
    prompt = few_shot(examples(setting, 2), "Why?")
    assert prompt.endswith("Q: Why?\nA:")
    assert prompt.count("Q: ") == 3


def test_an_unknown_task_is_named():
    with pytest.raises(ValueError, match="No task 'chess'"):
        problems(Setting(task="chess", size=1), 1, seed=0)


def test_only_settings_between_floor_and_ceiling_are_kept():
    hard, middle, easy = (
        Screened(setting=Setting(task="addition", size=size), right=right, asked=20, generated=1)
        for size, right in ((5, 1), (4, 10), (2, 19))
    )
    assert usable([hard, middle, easy]) == [middle.setting]
    with pytest.raises(ProbeError, match=r"addition-5x9 0\.05, addition-2x9 0\.95"):
        usable([hard, easy])
