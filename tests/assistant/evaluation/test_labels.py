"""A labelled sentence is found where it stands now, and one that is gone is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Mendable
from assistant.evaluation.labels import AnswerLabels, LabelledQuestion, LabelledSentence, placed
from assistant.types import Citation

WORDS = "The cause of the gain of middle layers is left open."


def labels(start, text=WORDS, named="a"):
    sentence = LabelledSentence(
        name="a", source="middle-layers", start=start, end=start + len(text), text=text
    )
    other = LabelledSentence(name="b", source="logit-lens", start=0, end=4, text="gone")
    case = LabelledQuestion(id="Q1", question="Why?", coverage=None, opening=frozenset({named}), brief=frozenset(),
                            good=frozenset(), tempting=frozenset(), caveat=frozenset())  # fmt: skip
    return AnswerLabels(origin="here", cases=(case,), sentences=(sentence, other))


def test_a_sentence_that_moved_is_found_by_its_words_and_one_that_is_gone_is_named(reader):
    stored = reader.library.get("middle-layers").text
    places, remarks = placed(labels(0), reader.library)
    _, start, end = places.spans()["a"]
    assert " ".join(stored[start:end].split()) == WORDS
    assert (places.moved, places.lost) == (["a"], ["b"])
    assert len(remarks) == 2
    assert "b" in remarks[1]
    exact, _ = placed(labels(start, stored[start:end]), reader.library)
    assert exact.moved == []


def test_a_citation_shows_a_sentence_that_it_overlaps_by_half(reader):
    places, _ = placed(labels(0), reader.library)
    _, start, end = places.spans()["a"]

    @given(st.integers(-30, 30))
    def shown(shift):
        cited = Citation(
            source="middle-layers",
            passage="p",
            quote="",
            page=None,
            start=start + shift,
            end=end + shift,
        )
        assert bool(places.shown(cited)) == (end - start - abs(shift) >= (end - start) / 2)

    shown()


def test_a_name_of_no_sentence_is_told_and_labels_of_another_library_are_refused(reader, tmp_path):
    _, remarks = placed(labels(0, named="c"), reader.library)
    assert any(
        "1 names in the questions are of no sentence" in each and "Q1" in each for each in remarks
    )
    with pytest.raises(Mendable, match="None of the 2 labelled sentences"):
        placed(labels(0, "Nowhere."), reader.library)
