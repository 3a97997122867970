"""The content of a text is its content words, whatever their form."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.content import content, counted, stems


def test_function_words_numbers_and_signs_are_no_content():
    assert content("It is the 16 of them, and so on.") == frozenset()
    assert content("Whales sing.") == content("The whale is singing") == content("sings: whales!")


@given(st.text(max_size=60))
def test_content_is_the_stems_without_their_gaps(text):
    assert content(text) == set(stems(text)) - {""}
    assert counted(stems(text), content(text)) == len([stem for stem in stems(text) if stem])
