"""A question, a prompt through a probe and a path through `add` go down the floors of the house, and never back up."""

from pathlib import Path

import pytest

from assistant.question.terms import terms
from tests.tools import tool

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def walks():
    return tool("walks")


@pytest.fixture(scope="module")
def floors(walks):
    return walks.Floors()


@pytest.mark.parametrize(
    ("caller", "called", "up"),
    [
        ("assistant.answering", "assistant.search", False),
        ("assistant.search", "assistant.answering", True),
        ("assistant.experiments", "probes.registry", False),
        ("probes.registry", "assistant.experiments", True),
        ("probes.layers", "probes.models", False),
        ("probes.models", "probes.layers", True),
    ],
)
def test_a_call_from_a_lower_floor_to_a_higher_one_goes_up(floors, caller, called, up):
    assert floors.climbs(caller, called) is up


def test_a_walk_that_goes_up_is_seen(walks, floors):
    def words(text):
        return terms(text)

    # `types` stands below `question`; this function says that it is of `types`.
    of_types = type(words)(words.__code__, {"__name__": "assistant.types", "terms": terms})
    with walks.walking(floors) as seen:
        of_types("One sentence.")
    assert [*seen.climbs] == ["assistant.types -> assistant.question.terms.terms"]


def test_the_three_walks_go_down_and_do_not_come_back(walks, floors, decoder, tmp_path):
    through = {
        "a question": {"assistant.answering", "assistant.select", "assistant.search"},
        "a prompt through a probe": {
            "probes.experiments",
            "probes.layers",
            "probes.metrics",
        },
        "a path through add": {"assistant.upkeep", "assistant.library", "assistant.readers"},
    }
    for name, walk in walks.walks(tmp_path, str(decoder)).items():
        with walks.walking(floors) as seen:
            walk()
        assert not seen.climbs, name
        assert {folder for edge in seen.path for folder in edge} >= through[name]
