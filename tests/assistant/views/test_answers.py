"""An answer's page shows each citation, verdict and fold in its place."""

import re
from dataclasses import replace

from assistant.types import (
    Sentence,
)
from assistant.views import answers
from tests.assistant.views.drawn import a_citation, an_answer


def test_every_citation_is_a_button_with_its_place_and_a_spoken_name():
    page = answers.turn(an_answer())
    chips = re.findall(r"<button[^>]*data-do=\"cite\"[^>]*>\[(\w+)\]</button>", page)
    assert chips == ["1", "E1"]
    chip = re.search(r"<button[^>]*data-do=\"cite\"[^>]*>", page)[0]
    assert 'data-key="a"' in chip
    assert 'data-start="0"' in chip
    assert 'data-end="4"' in chip
    assert "aria-label=" in chip


def test_an_answer_is_cut_into_what_is_read_first_the_next_lines_and_the_folds():
    answer = an_answer()
    above, below = answers.turn(answer), answers.below(answer)
    assert above.index("byline") < above.index("prose-text") < above.index("What the list does not")
    assert above.index("What the list does not") < above.index("Sources, ")
    assert "More plain" not in above
    assert "Next inquiring lines" in answers.next_lines(answer)
    fold = below[below.index("<details") : below.index("</details>")]
    assert "<summary>More plain</summary>" in fold
    assert fold.count('class="title"') == 1
    assert fold.count('data-do="cite"') == 2
    assert below.index("</details>") < below.index("colophon")
    assert "<details" in answers.earlier(answer)


def test_in_full_nothing_is_folded():
    assert "More evidence." in answers.turn(an_answer(), "full")
    assert "More plain" not in answers.below(an_answer(), "full")


def test_a_lead_in_stands_outside_its_sentence_and_the_first_is_the_verdict():
    first = Sentence(text="It is.", paragraph=0, role="claim", lead_in="Both:")
    other = Sentence(text="It is not.", paragraph=0, role="claim", lead_in="By contrast:")
    page = answers.turn(replace(an_answer(), sentences=(first, other)))
    heads = re.findall(
        r'<span class="(lead-in[^"]*)">([^<]*)</span> <span class="sentence claim">', page
    )
    assert heads == [("lead-in verdict-head", "Both:"), ("lead-in", "By contrast:")]


def test_a_summary_names_each_source_once_and_its_citations_open():
    headings = ("How they relate.", "1. One — A title — The claim.")
    page = answers.summary(replace(an_answer(), headings=headings))
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["1. One — A title"]
    assert re.findall(r"<strong>(.*?) </strong>", page) == ["How they relate.", "The claim."]
    assert page.count('data-do="cite"') == 2


def test_what_contradicts_is_marked_in_words():
    against = replace(a_citation("a"), stance="contests")
    said = Sentence(text="No.", paragraph=0, role="claim", citations=(against,))
    page = answers.turn(replace(an_answer(), sentences=(said,)))
    assert re.search(r'>\[1\]</button><span class="side contests"> contradicts</span>', page)


def test_an_arriving_answer_is_numbered_as_the_finished_one():
    numbers = answers.number(an_answer().sentences, frozenset({"e"}))
    assert {key: source.label for key, source in numbers.items()} == {"a": "1", "e": "E1"}
