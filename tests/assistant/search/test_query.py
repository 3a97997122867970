"""Filters, and nothing else, are taken out of a question."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.search.query import FIELDS, Filters, Query, parse

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)
# These texts are full of characters with a meaning for the parser.
pieces = st.sampled_from(
    [*" \t\n", "source:", "year:", "kind:", "tag:", '"', "“", "”", "-", "a", "Key-1", ":", "(", ")",
     "2020", ">=", "?", ".", "é", "ratio:3", "source:k", "-word", '"two words"', '"one"', "+one", "+", "tag:", "'"]
)  # fmt: skip
dense = st.lists(pieces, max_size=14).map("".join)


@given(words | dense)
@example('"a source:b" c')
@example('x "tag:"y z" -w')
def test_any_text_is_parsed_and_rendered_back(text):
    query = parse(text)
    assert parse(query.render()) == query


@given(words | dense)
def test_the_words_are_those_of_the_question_in_order(text):
    rest = iter(text)
    assert all(letter in rest for letter in parse(text).text)
    assert parse(text).filters or parse(text).text == text


@given(words | dense)
def test_quoted_spans_are_the_phrases_and_the_words(text):
    query = parse(text)
    quoted = [span.of(query.text) for span in query.quoted]
    assert set(quoted) == {*query.filters.phrases, *query.filters.words}
    assert not set(query.filters.phrases) & set(query.filters.words)
    assert all(len(word.split()) == 1 for word in query.filters.words)


@pytest.mark.parametrize(
    "text",
    [
        "", "What is a logit lens?", "pre-training of state-of-the-art models", "a - b", "a – b",
        "Does it fall by -5 % or -3.2 points?", "a ratio:3 of the e.g. kind", "Source: the paper",
        "source: x", 'a "lone quote', "the 6\" screen", "it's 'quoted' here", "http://tag:x",
        "x-source:y", '"" and " "', '"?"', "--json", "-", "- word", "-x is a variable", "layer:3",
        "+5 points", "C++ and x + y", "+",
        "re-source:a", 'say"ing" so', "  two  spaces ",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_left_alone(text):
    assert parse(text) == Query(text=text)


@pytest.mark.parametrize(
    ("typed", "text", "filters"),
    [
        ("lens source:logit-lens", "lens", {"source": ("logit-lens",)}),
        ("What is a lens source:a?", "What is a lens?", {"source": ("a",)}),
        ("year:2020-2023 lens year:>=2025", "lens", {"year": ("2020-2023", ">=2025")}),
        ("KIND:note lens", "lens", {"kind": ("note",)}),
        ('lens tag:"two words" x', "lens x", {"tag": ("two words",)}),
        ('the "logit lens" of', "the logit lens of", {"phrases": ("logit lens",)}),
        ("What is a “logit lens”?", "What is a logit lens?", {"phrases": ("logit lens",)}),
        ('What does "grokking" mean?', "What does grokking mean?", {"words": ("grokking",)}),
        ("a +lens, please", "a lens, please", {"phrases": ("lens",)}),
        ('a +"lens" and "lens"', "a lens and lens", {"phrases": ("lens",)}),
        ("lens -attention", "lens", {"without": ("attention",)}),
        ("-self-consistency votes", "votes", {"without": ("self-consistency",)}),
        ("source:a source:a source:b", "", {"source": ("a", "b")}),
    ],
)
def test_filters_are_taken_out(typed, text, filters):
    query = parse(typed)
    assert (query.text, query.filters) == (text, Filters(**filters))


@given(st.sampled_from(FIELDS), st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True), words)
def test_a_filter_may_stand_anywhere(name, value, around):
    for typed in (f"{name}:{value} {around}", f"{around} {name}:{value}"):
        assert value in getattr(parse(typed).filters, name) or '"' in around or "“" in around
