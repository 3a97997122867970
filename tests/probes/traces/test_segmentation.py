import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.markers import MARKERS
from probes.traces.segmentation import (
    RULES,
    boundaries,
    pieces,
    prefixes,
    random_boundaries,
    segment,
)

_WORDS = [*MARKERS, *(m.lower() for m in MARKERS), *(m.replace("'", "’") for m in MARKERS)]
_TRACES = st.lists(
    st.one_of(
        st.sampled_from(_WORDS),
        st.sampled_from([" ", "\n", "\n\n", ". ", "\r\n", "x", "ſ"]),
        st.text(max_size=5),
    )
).map("".join)


def test_there_are_32_markers():
    assert len(set(MARKERS)) == 32


@pytest.mark.parametrize("rule", RULES)
@given(text=_TRACES)
def test_pieces_join_to_the_text_exactly(rule, text):
    parts = segment(text, rule)
    assert "".join(parts) == text
    assert len(parts) == len(boundaries(text, rule)) + 1


@pytest.mark.parametrize("rule", RULES)
@given(text=_TRACES)
def test_each_piece_but_the_first_opens_with_a_marker(rule, text):
    openings = tuple(m.casefold() for m in MARKERS)
    for piece in segment(text, rule)[1:]:
        assert piece.lstrip(" \t").casefold().replace("’", "'").startswith(openings)


@given(text=_TRACES)
def test_stricter_rules_cut_at_no_other_place(text):
    anywhere = set(boundaries(text, "word_cs"))
    assert set(boundaries(text, "sentence_cs")) <= anywhere
    assert set(boundaries(text, "paragraph_cs")) <= set(boundaries(text, "sentence_cs"))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("text", ["", " \n", "nothing here", "Wait"])
def test_without_a_marker_inside_there_is_one_piece(rule, text):
    assert segment(text, rule) == [text]


def test_the_longest_marker_wins_and_matches_do_not_overlap():
    assert segment("x. But wait, no. Let me double-check it.") == [
        "x. ",
        "But wait, no. ",
        "Let me double-check it.",
    ]


def test_a_marker_inside_a_word_counts_only_for_the_literal_rule():
    assert segment("a Solution") == ["a Solution"]
    assert segment("a Solution", "literal_cs") == ["a ", "Solution"]


def test_a_line_is_cut_before_its_indent():
    assert segment("a\n  So b", "line_cs") == ["a\n", "  So b"]


def test_prefixes_grow_to_the_whole_text():
    grown = prefixes("a. So b. Then c.")
    assert grown == ["a. ", "a. So b. ", "a. So b. Then c."]


def test_an_unknown_rule_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="word_cs"):
        boundaries("x", "words")  # type: ignore[arg-type]


@given(text=st.text(), count=st.integers(0, 20), seed=st.integers(0, 9))
def test_random_cuts_are_ascending_seeded_and_exact(text, count, seed):
    cuts = random_boundaries(text, count, seed=seed)
    assert cuts == sorted(set(cuts)) == random_boundaries(text, count, seed=seed)
    assert len(cuts) <= count
    assert "".join(pieces(text, cuts)) == text


def test_a_hundred_thousand_tokens_are_cut():
    text = "Wait, so we have 3.\n\n" * 50_000
    assert len(segment(text)) == 50_000
