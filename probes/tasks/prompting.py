"""Put a problem to a model: with worked examples before it, or in the model's own chat template."""

from collections.abc import Sequence

from probes.tasks.problems import Problem, Setting, problems

_SHOT_SEED = 7_919
"""Examples are drawn with a seed of their own; a question among them is never asked."""
INSTRUCTION = "Reason step by step, and put your final answer within \\boxed{}."


def examples(setting: Setting, shots: int) -> list[Problem]:
    """Return the worked examples of a setting."""
    return problems(setting, shots, seed=_SHOT_SEED)


def few_shot(shown: Sequence[Problem], question: str) -> str:
    """Return worked examples and the question, ready to be answered on one line."""
    parts = [f"Q: {example.question}\nA: {example.worked}\n\n" for example in shown]
    return "".join([*parts, f"Q: {question}\nA:"])


def asked(question: str) -> str:
    """Return the question as it is put into a chat."""
    return f"{question}\n{INSTRUCTION}"


def fresh(setting: Setting, count: int, *, seed: int, shots: int) -> list[Problem]:
    """Return problems to ask, none of which is among the examples."""
    known = {example.question for example in examples(setting, shots)}
    drawn = problems(setting, count + shots, seed=seed)
    return [problem for problem in drawn if problem.question not in known][:count]
