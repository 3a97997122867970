"""A summary has room for so many words, repeats nothing, and knows what it spent."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.pages.statements import Statement
from assistant.pages.telling import Room, Teller, count, no_headings
from assistant.pages.wanted import FINDING
from assistant.types import Sentence, Source

TEXTS = [
    "Whales sing at night.",
    "Seals dive to great depths in winter.",
    "An otter floats on its back.",
]
SAID = [
    Statement(text=t, start=9 * at, end=9 * at + len(t), page=None, part="fact")
    for at, t in enumerate(TEXTS)
]


@given(st.lists(st.sampled_from(SAID), max_size=6), st.integers(0, 20), st.integers(0, 9))
def test_what_is_taken_fits_and_is_taken_once(ranked, words, keep):
    room = Room(words)
    taken = [found for _ in range(4) if (found := room.take(ranked, keep=keep))]
    assert len(taken) == len(set(taken))
    assert sum(count(each.text) for each in taken) == words - room.words
    assert not taken or room.words >= keep


def test_a_shorter_one_is_taken_where_all_are_longer_than_they_should_be():
    assert Room(50).take(SAID, most=2) == min(SAID, key=lambda s: count(s.text))
    assert Room(50).take(SAID, most=4) == SAID[0]


def test_what_passes_the_gate_is_read_once_and_kept():
    text = "# Whales\n\nWhales sing at night in winter.\n"
    source = Source(key="w", kind="note", title="Whales", claim="", text=text, content_hash="0")
    teller = Teller()
    said = teller.said(source)
    assert [s.plain() for s in said] == ["Whales sing at night in winter."]
    assert teller.said(source) is said
    assert set(teller.ranked(source, said, FINDING)) <= set(said)


def test_a_summary_is_prose():
    sentences = [
        Sentence(text="A.", paragraph=0, role="link"),
        Sentence(text="B.", paragraph=2, role="link"),
    ]
    assert no_headings(sentences) == ("", "", "")
    assert no_headings([]) == ()
