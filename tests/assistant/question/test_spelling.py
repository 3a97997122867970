"""A misspelling is read as the library's word that was meant; a real word is left alone."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.spelling import corrected
from assistant.text.prose import stem

KNOWN = frozenset(
    """the whether losing loss dimensions thought temperature anybody attention yeast least rates raters minimal minima
    models reasoning layer layers whale while looking transformers pain plain""".split()
)


class Words:
    """A vocabulary with the passages that hold each word."""

    def __init__(self, **counts):
        self._counts = Counter({stem(word): count for word, count in counts.items()})

    def vocabulary(self):
        return self._counts.keys()

    def frequency(self, term):
        return self._counts[term]


LIBRARY = Words(
    dimensions=9, thoughts=8, temperature=2, attention=40, layers=70, models=90, losing=2, looking=3, least=12,
    rates=5, minimal=4, embeddings=30, overthinking=6, transformers=20, plain=3, loose=1, reasoning=60, hidden=20,
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("does teh layer matter", "does the layer matter"),
        ("check wether layers matter", "check whether layers matter"),
        ("did anyboddy check layers", "did anybody check layers"),
        ("on wich layers", "on which layers"),
        ("a few dimentions", "a few dimensions"),
        ("chain of thougt", "chain of thought"),
        ("what temprature to use", "what temperature to use"),
        ("without loosing layers", "without losing layers"),
        ("emebddings of layrs", "embeddings of layers"),
        ("overthnking in modles", "overthinking in models"),
        ("trasnformres", "transformers"),
    ],
)
def test_a_slip_is_read_as_what_was_meant(typed, meant):
    found, changes = corrected(typed, LIBRARY, KNOWN.__contains__)
    assert found == meant
    assert changes
    assert all(one in typed and other in meant for one, other in changes)


@pytest.mark.parametrize(
    "question",
    [
        "yeast and whale",  # the library has "least", and "while" is English
        "Atention and GPTs in LAYRS",  # a capital may begin a name
        "atention2 and mid-layrs",
        'the "layrs" of it',
        "raters of minima",  # these are forms of words in the library
        "doesnt it help, whats that",
        "Gibt es dimensionen",
        "模型 слой",
        "xq zz ab",
    ],
)
def test_what_is_no_slip_is_left_alone(question):
    assert corrected(question, LIBRARY, KNOWN.__contains__) == (question, ())


@pytest.mark.parametrize(
    ("asked", "held"),
    [("sparsify", "sparsity"), ("specifity", "specified")],
)
def test_another_ending_of_a_base_is_another_word(asked, held):
    assert corrected(f"can models {asked}", Words(models=9, **{held: 9})) == (
        f"can models {asked}",
        (),
    )


def test_between_two_common_words_nothing_decides():
    both = Words(carton=5, carbon=6)
    assert corrected("carson", both) == ("carson", ())


def test_a_question_of_one_unknown_word_does_not_become_a_function_word():
    assert corrected("teh", LIBRARY) == ("teh", ())


def test_of_an_empty_library_nothing_is_corrected_but_nothing_fails():
    assert corrected("dimentions of layrs", Words()) == ("dimentions of layrs", ())


@given(st.text(max_size=300))
def test_reading_slips_never_fails_and_is_done_once(question):
    found, _ = corrected(question, LIBRARY)
    assert len(found) <= 2 * len(question) + 2
    if found == question:
        assert corrected(found, LIBRARY)[0] == found


@given(st.lists(st.sampled_from("dimensions layers models attention hidden".split()), max_size=8))
def test_words_of_the_library_are_never_changed(words):
    question = " ".join(words)
    assert corrected(question, LIBRARY) == (question, ())


@pytest.mark.parametrize("question", ["dimentoins " * 1_800, "q" * 20_000, '"a ' * 6_000])
def test_a_long_question_is_read(question):
    corrected(question, LIBRARY)


def test_the_words_of_the_bundled_list_come_from_its_index(reading_list):
    from assistant import Assistant
    from assistant.search.index import current

    index = current(Assistant.open(reading_list).library)
    assert "layer" in index.vocabulary()
    found, _ = corrected("why do a few dimentions in teh hidden state have huge values", index)
    assert found == "why do a few dimensions in the hidden state have huge values"
