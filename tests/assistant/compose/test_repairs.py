"""Every change to a quote stands in square brackets, and the text outside them is the quote."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.repairs import is_remark, is_repair_of, repaired, short_name
from assistant.types import Source
from tests.assistant.compose.quotes import quote

SOURCE = Source(
    key="prune",
    kind="note",
    title="Are deep layers needed?",
    claim="",
    text="",
    content_hash="",
    metadata={
        "paper": "The Unreasonable Depth of Whales",
        "authors": ["Ada Berg", "Bo Li", "C. Day"],
        "year": 2024,
    },
)


def test_this_note_becomes_the_list():
    text = repaired(
        quote("No figure in this collection speaks of whales."), SOURCE, named=False, told=False
    )
    assert text == "No figure in [the list] speaks of whales."


def test_a_bare_study_gets_its_name_unless_the_line_before_says_it():
    bare = quote("The study finds that deep layers matter little.")
    assert (
        repaired(bare, SOURCE, named=False, told=False)
        == "[Berg and others (2024)] finds that deep layers matter little."
    )
    assert repaired(bare, SOURCE, named=True, told=False) == bare.text


def test_a_study_that_is_told_by_its_subject_stays():
    told = quote("The study of whales finds that deep layers matter little.")
    assert repaired(told, SOURCE, named=False, told=False) == told.text


def test_a_remark_leaves_its_mark_to_the_lead_in():
    own = quote("Own remark: a local test would tell.")
    assert is_remark(own)
    assert repaired(own, SOURCE, named=False, told=True) == "[A] local test would tell."
    assert repaired(own, SOURCE, named=False, told=False) == own.text


def test_a_short_title_before_a_colon_is_the_name():
    named = Source(
        key="k",
        kind="paper",
        title="Layer by Layer: Uncovering Hidden Representations",
        claim="",
        text="",
        content_hash="",
    )
    assert short_name(named) == "Layer by Layer"


@given(st.text(alphabet="abc [].\n", max_size=60))
def test_a_quote_is_a_repair_of_itself_only_on_one_line(text):
    line = " ".join(text.split())
    if "[" not in line:
        assert is_repair_of(line, text)


def test_words_outside_the_brackets_have_to_stand_in_the_quote():
    words = "The study finds that deep layers matter little."
    assert is_repair_of("[Berg] finds that deep layers matter little.", words)
    assert is_repair_of("The study finds that [...] matter little.", words)
    assert not is_repair_of("[Berg] finds that deep layers matter a lot.", words)
    assert not is_repair_of("finds that [...] matter little.", words)
    assert not is_repair_of("The study finds that [...] deep", words)
    assert not is_repair_of("The study finds that deep layers matter.", words)
