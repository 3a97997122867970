"""In full, an answer says the same in the same order and folds nothing."""

from hypothesis import given

from assistant.rendering.parts import Paragraph, parts
from assistant.rendering.unfolding import at_length, unfolded
from tests.assistant.rendering.test_parts import ANSWERS


def test_each_fold_becomes_paragraphs_under_its_name_after_the_brief(full_answer):
    found = unfolded(full_answer)
    told = [part for part in parts(found) if isinstance(part, Paragraph)]
    assert [part.heading for part in told] == ["", "", "More evidence.", "", "More reservations."]
    assert [[each.text for each in part.told] for part in told[2:]] == [
        ["A.", "B."],
        ["C."],
        ["D."],
    ]
    assert (found.length, found.folds) == ("full", ())


@given(ANSWERS)
def test_no_sentence_is_lost_added_or_moved(answer):
    found = unfolded(answer)
    count = len(answer.sentences)
    assert found.sentences[:count] == answer.sentences
    rest = [
        each for fold in answer.folds for each in sorted(fold.sentences, key=lambda s: s.paragraph)
    ]
    assert [each.text for each in found.sentences[count:]] == [each.text for each in rest]
    assert [each.citations for each in found.sentences[count:]] == [each.citations for each in rest]
    numbers = [each.paragraph for each in found.sentences[count:]]
    assert numbers == sorted(numbers)
    brief = {each.paragraph for each in answer.sentences}
    assert not brief & set(numbers)


@given(ANSWERS)
def test_what_is_unfolded_stays_as_it_is_and_a_brief_is_left_alone(answer):
    assert at_length(answer, "brief") is answer
    assert unfolded(unfolded(answer)) == unfolded(answer) == at_length(answer, "full")
