"""Quotes are found exactly, wherever they stand and nowhere else."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.text.anchors import fold, locate

_PRINTED = "ﬁﬀ\u00ad\ufffe\x02-‐–—−“”’\u200b\ufeff\u00a0\u2003 \n\t\r¨´ﷺ각가éÅ㎏ªʰⓐ①ابﻻשׁA.x1,"
_MARKS = "\u0301\u0327\u0338\uff9e"
texts = st.text(
    st.one_of(st.sampled_from(_PRINTED + _MARKS + "abcAB -\n"), st.characters(codec="utf-8")),
    max_size=40,
)
prose = st.lists(
    st.text(st.sampled_from("abcdefgéüßшлאבجد中."), min_size=1, max_size=8), min_size=1, max_size=12
)


@given(texts)
@example("e\u00ad\u0301")
@example("a-\n\u200bﬁ")
@example("㎏- x")
def test_folding_twice_changes_nothing(text):
    once = fold(text).text
    assert fold(once).text == once


@given(texts)
def test_the_map_is_monotone_and_covers_the_folded_text(text):
    folded = fold(text)
    assert [piece.at for piece in folded.pieces] == sorted({p.at for p in folded.pieces})
    assert all(p.start < p.end <= len(text) for p in folded.pieces)
    assert all(a.end <= b.start for a, b in zip(folded.pieces, folded.pieces[1:], strict=False))
    assert bool(folded.text) == bool(folded.pieces)


@given(texts, st.integers(0, 60), st.integers(0, 60))
@example("de-\ntail", 0, 6)
@example("eﬁx", 0, 2)
@example("cafe\u0301", 0, 4)
def test_every_span_folds_to_what_it_stands_for(text, one, other):
    folded = fold(text)
    start, end = sorted((min(one, len(folded.text)), min(other, len(folded.text))))
    span = folded.span(start, end) if start < end else None
    if span is not None:
        assert fold(span.of(text)).text.strip() == folded.text[start:end].strip()


@given(texts, texts)
def test_whatever_is_found_says_the_quote(quote, text):
    span = locate(quote, text)
    if span is not None:
        assert fold(span.of(text)).text == fold(quote).text.strip()


@given(prose, st.data())
def test_a_quote_is_found_however_the_text_is_printed(sentence, data):
    quote = " ".join(sentence)
    breaks = st.sampled_from(["", "", "", "\u00ad", "\ufffe\r\n", "\x02\n", "\u200b"])
    printed = []
    for word in sentence:
        letters = data.draw(st.sampled_from([word, unicodedata.normalize("NFD", word)]))
        printed.append("".join(letter + data.draw(breaks) for letter in letters[:-1]) + letters[-1])
    blanks = st.sampled_from([" ", "\n", "\r\n", "  \t", "\u00a0", " \n "])
    text = "Before: " + "".join(word + data.draw(blanks) for word in printed) + "afterwards."
    span = locate(quote, text)
    assert span is not None
    assert span.start >= len("Before: ") or quote in "Before:"
    assert fold(span.of(text)).text == fold(quote).text


@given(prose, prose, prose)
def test_every_stretch_of_a_text_is_found_in_it(before, quote, after):
    text = "\n".join([" ".join(before), " ".join(quote), " ".join(after)])
    start = len(" ".join(before)) + 1
    span = locate(" ".join(quote), text, near=start)
    assert span is not None
    assert (span.start, span.end) == (start, start + len(" ".join(quote)))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the coefficient of fluency", "… the coeﬃcient\nof ﬂuency …"),
        ("compression", "the com-\npression"),
        ("compression", "the com- pression"),
        ("compression", "the com\u00ad\n  pression"),
        ("compression", "the com\ufffepression"),
        ("compression", "the com\x02\r\npression"),
        ("cafe\u0301", "a café"),
        ("naïve", "a nai\u0308ve try"),
        ('"yes" - it\'s', "“yes” — it’s"),
        ("10 %", "by 10\u00a0%"),
        ("x2 = 4", "x² = 4"),
        ("각도", "\u1100\u1161\u11a8도"),
        ("لا", "ﻻ"),
        ("שלום עולם", "שלום\nעולם"),
        ("a\u0301-\nb", "a\u0301b"),
    ],
)
def test_printing_does_not_hide_a_quote(quote, text):
    assert locate(quote, text) is not None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("cafe", "cafe\u0301"),
        ("cafe", "café"),
        ("f", "ﬁ"),
        ("of", "oﬁ"),
        ("layer wise", "layer-wise"),
        ("layerwise", "layer-wise"),
        ("ab", "a b"),
        ("a b", "ab"),
        ("GPTNeo", "GPT-\nNeo"),
        ("Do it", "do it"),
        ("ab", "a−b"),
        ("44 %", "4 %"),
        ("", "anything"),
        (" \n", "a b"),
        ("\u00ad", "a\u00adb"),
        ("long quote", "long"),
    ],
)
def test_no_other_words_are_taken_for_a_quote(quote, text):
    assert locate(quote, text) is None


def test_the_nearest_of_several_occurrences_is_taken():
    text = "same words. " * 5
    assert [locate("same words", text, near=n).start for n in (0, 13, 29, 999)] == [0, 12, 24, 48]


def test_a_span_leaves_out_what_surrounds_the_quote():
    text = "xx  «com-\npression»\u00ad yy"
    span = locate("compression", text)
    assert span.of(text) == "com-\npression"
