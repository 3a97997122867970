"""The result of an experiment is told in lines: those of a trace are set in, and no effect is made up."""

from dataclasses import replace

from assistant.commands.results import found
from tests.assistant.experiments.runs import result


def test_the_lines_of_a_trace_stay_lines_and_none_looks_like_a_row():
    told = found(
        replace(result("layer_valley-00000000-1"), summary="Question: 3 + 4?\nverdict  supported")
    )
    assert told.startswith("Question: 3 + 4?\n  verdict supported\n")
    assert told.count("\nverdict") == 1
    assert "n = 12" in told


def test_a_run_that_compared_nothing_says_so():
    told = found(replace(result("layer_valley-00000000-1"), n=0))
    assert "nothing was compared" in told
    assert "n = 0" not in told
