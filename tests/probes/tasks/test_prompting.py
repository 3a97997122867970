"""No question that is asked stands among the worked examples before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.tasks import prompting
from probes.tasks.problems import TASKS, Setting


@pytest.mark.parametrize("task", TASKS)
@given(seed=st.integers(0, 50), shots=st.integers(0, 4))
def test_what_is_asked_is_not_shown(task, seed, shots):
    shown = {example.question for example in prompting.examples(Setting(task=task, size=3), shots)}
    asked = prompting.fresh(Setting(task=task, size=3), 5, seed=seed, shots=shots)
    assert len(asked) <= 5
    assert not shown & {problem.question for problem in asked}


def test_the_examples_come_before_the_question_each_with_its_answer():
    shown = prompting.examples(Setting(task="addition", size=3), 2)
    text = prompting.few_shot(shown, "And now?")
    assert text.endswith("Q: And now?\nA:")
    assert [text.index(example.worked) for example in shown] == sorted(
        text.index(e.worked) for e in shown
    )
