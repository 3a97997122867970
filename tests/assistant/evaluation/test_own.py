"""Questions made from a library ask for the source they were taken from, without naming it."""

import pytest

from assistant.errors import Mendable
from assistant.evaluation import elsewhere
from assistant.evaluation.own import own
from assistant.library.store import Library


@pytest.fixture
def suite(reading_list):
    return own(Library(reading_list))


def test_every_source_is_asked_for_by_its_title(suite, reading_list):
    titles = [case for case in suite.cases if case.group == "titles"]
    library = Library(reading_list)
    read = library.keys("note") | library.keys("paper")
    assert {key for case in titles for key in case.wanted} == read
    assert suite.main == "titles"


def test_a_statement_names_neither_its_work_nor_a_figure(suite):
    asked = [case for case in suite.cases if case.group == "statements"]
    assert asked
    for case in asked:
        (key,) = case.wanted
        assert not any(letter.isdigit() for letter in case.question)
        assert f" {key.replace('-', ' ')} " not in f" {case.question.lower()} "


def test_a_reference_asks_for_another_source_than_its_own(suite):
    references = [case for case in suite.cases if case.group == "references"]
    assert references
    for case in references:
        assert case.apart
        assert case.apart not in case.wanted


def test_cases_have_names_of_their_own(suite):
    names = [case.id for case in suite.cases]
    assert len(names) == len(set(names))


def test_an_empty_library_has_nothing_to_ask(tmp_path):
    with pytest.raises(Mendable, match="no sources"):
        own(Library(tmp_path))


def test_questions_of_other_fields_are_absent_from_the_reading_list():
    cases = elsewhere.cases()
    assert len(cases) >= 20
    assert {case.expected for case in cases} == {"absent"}
