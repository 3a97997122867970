"""A text is cut into its blocks, sentences, words and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.prose import (
    blocks,
    negated,
    numbers,
    sentences,
    stands_alone,
    stems,
    words,
)

pieces = st.sampled_from(
    ["The ", "model", "s. ", "We ", "e.g. ", "3.5", " et al. ", "(Fig. 2)", "! ", "? ", "\n", "…", ".12 ", "“Yes.” ",
     "J. ", "。", "هذا ", "؟ ", "- ", "# ", "```\n", "\n\n", "| a |\n", "1. ", "é", "\u2028", "~~~", "=== "]
)  # fmt: skip
texts = st.lists(pieces, max_size=30).map("".join)


@given(st.one_of(texts, st.text(max_size=60)))
def test_sentences_are_ordered_disjoint_trimmed_and_lose_nothing(text):
    spans = sentences(text)
    rest, at = [], 0
    for span in spans:
        assert at <= span.start < span.end
        assert span.of(text) == span.of(text).strip()
        rest.append(text[at : span.start])
        at = span.end
    assert not "".join([*rest, text[at:]]).strip()


@given(st.one_of(texts, st.text(max_size=60)), st.data())
def test_sentences_stay_inside_the_stretch_they_are_asked_for(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = sentences(text, start, end)
    assert all(start <= span.start < span.end <= end for span in spans)
    assert "".join(s.of(text) for s in spans).split() or not text[start:end].strip()


@given(st.one_of(texts, st.text(max_size=80)))
def test_blocks_are_ordered_and_disjoint(text):
    found = list(blocks(text))
    at = 0
    for block in found:
        assert at <= block.span.start <= block.span.end <= len(text)
        assert block.kind == "heading" or block.span.of(text).strip()
        at = block.span.end


@given(st.lists(st.text(st.sampled_from("abc .é中\n"), max_size=20), max_size=6))
def test_plain_paragraphs_lose_no_letter(paragraphs):
    text = "\n\n".join(paragraphs)
    kept = "".join(block.span.of(text) for block in blocks(text))
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has one. It has two.", ["It has one.", "It has two."]),
        ("See Fig. 3 and Eq. 4. Then stop.", ["See Fig. 3 and Eq. 4.", "Then stop."]),
        ("It rose by 3.5 points. Then fell.", ["It rose by 3.5 points.", "Then fell."]),
        ("Use the algorithm.107 The rest is easy.", ["Use the algorithm.107", "The rest is easy."]),
        ("As shown.12,13 We agree.", ["As shown.12,13", "We agree."]),
        (
            "Claude 4.6 Opus and GPT-3.5 Turbo differ.",
            ["Claude 4.6 Opus and GPT-3.5 Turbo differ."],
        ),
        (
            "J. Smith and A. B. Lee wrote it. We read it.",
            ["J. Smith and A. B. Lee wrote it.", "We read it."],
        ),
        ("Wei et al. (2022) say so. We do not.", ["Wei et al. (2022) say so.", "We do not."]),
        ("Wei et al. show it.", ["Wei et al. show it."]),
        (
            "Layers (e.g. the last) matter, i.e. count.",
            ["Layers (e.g. the last) matter, i.e. count."],
        ),
        ("“It works.” They left.", ["“It works.”", "They left."]),
        ("Is it so? Yes! Good.", ["Is it so?", "Yes!", "Good."]),
        ("هذا نص. وهذا آخر؟ نعم.", ["هذا نص.", "وهذا آخر؟", "نعم."]),
        ("第一句。第二句。", ["第一句。", "第二句。"]),
        ("no stop at the end", ["no stop at the end"]),
        ("It was v1.2. in 2020.", ["It was v1.2. in 2020."]),
        ("  \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert [span.of(text) for span in sentences(text)] == expected


def test_a_long_run_of_stops_is_read_once_and_not_from_each_of_its_signs():
    text = "Yes" + "!" * 50_000 + "end. No."
    assert [span.of(text)[:3] for span in sentences(text)] == ["Yes", "No."]


def test_blocks_know_their_kind_and_section():
    text = "# One #\nprose\ngoes on\n\n- item\n- two\n## Two\n> quoted\n\n| a | b |\n```\ncode.\n```\nend"
    found = [(b.kind, b.span.of(text), b.section) for b in blocks(text)]
    assert found == [
        ("heading", "One", "One"),
        ("prose", "prose\ngoes on", "One"),
        ("item", "item", "One"),
        ("item", "two", "One"),
        ("heading", "Two", "Two"),
        ("item", "quoted", "Two"),
        ("prose", "end", "Two"),
    ]


def test_a_fence_that_never_closes_hides_nothing():
    text = "Before.\n```\nAfter it stands a sentence."
    assert [b.span.of(text) for b in blocks(text)] == ["Before.", "After it stands a sentence."]


def test_numbers_are_the_same_in_every_spelling():
    assert numbers("44 %") == numbers("44%") == numbers("44 percent") == {("44", "%")}
    assert numbers("1,000 bits") == numbers("1000 bit") == {("1000", "bits")}
    assert numbers("2.50 points") == {("2.5", "points")}
    assert numbers("layer2 v1.2.3") == set()


def test_negation_counts_oddly():
    assert negated("It does not help.")
    assert not negated("It does not fail.")


@given(st.text(max_size=60))
def test_words_are_lower_case_and_stems_need_no_second_pass(text):
    assert all(word == word.lower() for word in words(text))
    assert stems(text) == stems(text.upper()) or not text.isascii()


def test_compounds_are_whole_and_in_parts():
    assert words("Chain-of-thought isn’t") == [
        "chain-of-thought",
        "chain",
        "of",
        "thought",
        "isn’t",
        "isn",
        "t",
    ]


def test_a_caption_a_fragment_and_a_leaning_sentence_do_not_stand_alone():
    assert stands_alone("The middle layers lose entropy in every model tested.")
    assert stands_alone("It would be wrong to say that deeper layers are always better.")
    assert stands_alone("o1-like models spend many tokens on simple problems.")
    assert stands_alone("mRNA levels and k-means clusters are named in lower case.")
    assert not stands_alone("which spends many tokens on simple problems.")
    assert not stands_alone("Table 3: Results of all models on the test set.")
    assert not stands_alone("It loses entropy in every model that was tested.")
    assert not stands_alone("0.31 0.44 0.52 0.61 0.70 0.81.")


def test_a_note_may_leave_out_the_full_stop():
    line = "The widget resonates at 42 hertz in winter"
    assert not stands_alone(line)
    assert stands_alone(line, finished=False)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_a_line_of_ascii_is_judged_as_one_of_any_script(text):
    """A letter of another script in it, which has it counted the slow way, changes nothing."""
    line = f"The loss of some layers falls here {text}"
    other = line.replace("The loss", "The l\u00f6ss", 1)
    assert stands_alone(line, finished=False) == stands_alone(other, finished=False)
