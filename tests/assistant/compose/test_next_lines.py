"""A next line is a question in a reader's words, also where an experiment would answer it."""

import pytest

from assistant import Assistant
from assistant.compose.next_lines import next_lines
from assistant.types import Experiment
from probes import registry


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=None).library


@pytest.mark.parametrize("name", registry.names())
def test_an_experiment_is_proposed_by_its_question_and_not_by_its_name(library, name):
    experiment = Experiment(probe=name, claim="", why="", parameters={}, seconds=1.0)
    (line,) = next_lines(library, "Why?", (), (), (), [experiment], 4)
    assert line.coverage == "needs an experiment"
    assert line.question.endswith("?")
    assert not any(other in line.question for other in registry.names())
