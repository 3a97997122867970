"""`inquire mark` and `inquire marks` make, list and take back marks, and answer wrong use in one line."""

import pytest

ASKED = "Do middle layers give better features?"
SENTENCE = "The cause of the gain of middle layers is left open."


@pytest.fixture
def mark(inquire, own_library):
    def run(*, source="middle-layers", sentence=SENTENCE, grade="helps", asked=ASKED):
        return inquire(
            "mark", asked, "--source", source, "--sentence", sentence, "--as", grade, "--json", data=own_library
        )  # fmt: skip

    return run


def test_a_mark_is_set_listed_and_taken_back(inquire, own_library, mark):
    made = mark().document
    assert made["sentence"] == SENTENCE  # the line break is not part of the sentence
    assert inquire("marks", "--json", data=own_library).document == [made]
    assert (
        f"{made['id']}  {made['day']}  helps  middle-layers"
        in inquire("marks", data=own_library).out
    )
    gone = inquire("marks", "--remove", str(made["id"]), "--json", data=own_library)
    assert gone.document == {"removed": [made["id"]]}
    assert inquire("marks", "--json", data=own_library).document == []
    assert "no mark yet" in inquire("marks", data=own_library).out


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"source": "middle-layer"}, "did you mean middle-layers"),
        ({"sentence": "The cause is known by now."}, "does not say"),
        ({"grade": "good"}, "'answers', 'helps', 'misleads'"),
        ({"asked": "?!"}, "The question is empty"),
    ],
)
def test_wrong_use_is_one_line(mark, inquire, own_library, wrong, told):
    ran = mark(**wrong)
    assert ran.code == 2
    assert told in ran.err
    assert ran.err.count("\n") == 1
    assert inquire("marks", "--json", data=own_library).document == []


def test_an_unknown_number_takes_nothing_back(inquire, own_library, mark):
    id = mark().document["id"]
    ran = inquire("marks", "--remove", str(id), "--remove", "99", data=own_library)
    assert (ran.code, ran.err) == (2, "inquire: There is no mark 99; `inquire marks` lists them.\n")
    assert len(inquire("marks", "--json", data=own_library).document) == 1
