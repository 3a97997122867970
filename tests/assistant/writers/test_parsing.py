"""Any text of a model is read without failing, in any pieces, and a text that is no essay gets the reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writers.parsing import (
    LONGEST,
    MOST_SENTENCES,
    EssayText,
    Part,
    Unreadable,
    Written,
    written_again,
)
from assistant.writers.prompts import ANGLES, MOST_HANDLES


def read(text: str, size: int = 0) -> tuple[str, list[Part], str]:
    """The deck, the paragraphs, and why there is no essay."""
    essay, found = EssayText(), []
    step = size or max(len(text), 1)
    try:
        for at in range(0, len(text), step):
            found += essay.feed(text[at : at + step])
        found += essay.end()
    except Unreadable as error:
        return essay.deck, found, str(error)
    assert found == essay.parts
    return essay.deck, found, ""


ESSAY = {
    "deck": "This asks why.",
    "paragraphs": [
        {"angle": "opening", "sentences": [{"rests_on": [1, 2], "text": "No: layers differ."}]},
        {"angle": "close", "sentences": [{"rests_on": [], "text": "So ask what you measure."}]},
    ],
}
FOUND = [
    Part(angle="opening", sentences=(Written(text="No: layers differ.", handles=(1, 2)),)),
    Part(angle="close", sentences=(Written(text="So ask what you measure."),)),
]
WHOLE = json.dumps(ESSAY)
PIECES = st.sampled_from(
    ["{", "}", "[", "]", '"', "\\", ",", ":", '"deck"', '"paragraphs": [', '"sentences": [', '"text": "A b c d e."',
     '"rests_on": [1]', "<think>", "</think>", "```json\n", WHOLE, WHOLE[:60], WHOLE[60:], "null", "1e999", "\ud800"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=20), max_size=30).map("".join), st.integers(1, 50))
def test_any_text_is_read_the_same_in_any_pieces(text, size):
    _, whole, reason = read(text)
    deck, found, why = read(text, size)
    assert why == reason
    if not reason:
        assert found == whole
    for part in found:
        assert part.angle in (*ANGLES, "")
        for sentence in part.sentences:
            assert sentence.text.strip() == sentence.text != ""
            assert "\n" not in sentence.text
            assert len(sentence.handles) <= MOST_HANDLES
    assert "\n" not in deck
    written_again(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["paragraphs", "sentences", "text", "rests_on", "deck", "angle", "number"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_json_of_any_shape_is_read_without_failing(value):
    text = json.dumps(value)
    read(text)
    written_again(text)


@pytest.mark.parametrize(
    "written",
    [
        WHOLE, f"Here it is:\n{WHOLE}\nI hope it helps.", f"```json\n{WHOLE}\n```", f"<think>{{no}}</think>{WHOLE}",
        f"perhaps {{so}}\n</think>\n{WHOLE}", json.dumps({"essay": ESSAY}), f"Take {{x}} as given. {WHOLE}",
        json.dumps(ESSAY, indent=2), WHOLE.replace("rests_on", "quotes"), WHOLE.replace("[1, 2]", '["Q1", "2"]'),
        WHOLE.replace("[1, 2]", '"Q1, Q2"'), WHOLE.replace("[1, 2]", "[1, 2, 1]"),
        WHOLE.replace("layers differ.", "layers differ [1, 2]."),
        WHOLE.replace("layers differ.", "**layers** differ. (Q1)"),
    ],
)  # fmt: skip
def test_an_essay_is_found_where_models_put_it(written):
    assert read(written) == ("This asks why.", FOUND, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "sent nothing"), ("<think>all of it", "sent nothing"), ("No: layers differ.", "in prose"),
        ("I cannot help with that.", "in prose"), (WHOLE[:-20], "broke off"), (WHOLE[:-1], "broke off"),
        ('{"deck": "", "paragraphs": []}', "no essay"), ('{"paragraphs": {}}', "no essay"),
        ('{"paragraphs": [{"sentences": [{"rests_on": [1], "text": "..."}]}]}', "no essay"),
        ('{"answer": "No: layers differ."}', "in prose"), ("{" * 300, "in prose"),
        ("[" * 5000 + "{", "in prose"), ("x" * (LONGEST + 1), "ran on"),
    ],
)  # fmt: skip
def test_what_is_no_essay_is_told_why(written, reason):
    assert reason in read(written)[2]


def test_a_paragraph_is_there_when_the_next_one_begins():
    essay = EssayText()
    first = WHOLE.index('"close"') - len('{"angle": ')
    assert list(essay.feed(WHOLE[: first - 2])) == []
    assert list(essay.feed(WHOLE[first - 2 : -30])) + list(essay.feed("")) in ([], FOUND[:1])
    assert [*essay.parts, *essay.feed(WHOLE[-30:]), *essay.end()][:1] == FOUND[:1]


def test_several_sentences_in_one_entry_are_taken_apart_with_its_quotes():
    said = [{"rests_on": [3], "text": "Layers differ by kind. Some of them are sparse."}]
    text = json.dumps({"paragraphs": [{"angle": "direct", "sentences": said}]})
    [part] = read(text)[1]
    assert [(each.text, each.handles) for each in part.sentences] == [
        ("Layers differ by kind.", (3,)), ("Some of them are sparse.", (3,)),
    ]  # fmt: skip


def test_ten_thousand_sentences_are_not_looked_at():
    said = [{"rests_on": [1], "text": "A."} for _ in range(500)]
    text = json.dumps({"paragraphs": [{"sentences": said}, {"sentences": said}]}).replace(" ", "")
    assert len(text) < LONGEST * 2
    found = read(text)
    count = sum(len(part.sentences) for part in found[1])
    assert count <= MOST_SENTENCES


def test_a_reference_that_the_sentence_does_not_rest_on_stays_to_be_refused():
    text = WHOLE.replace("layers differ.", "layers differ [7].")
    assert read(text)[1][0].sentences[0].text == "No: layers differ [7]."


def test_sentences_that_were_written_again_keep_their_numbers():
    text = 'Sure: {"sentences": [{"number": 2, "rests_on": [4], "text": "Better."}, {"rests_on": 1, "text": "So."}]}'
    assert written_again(text) == [
        Written(text="Better.", handles=(4,), number=2),
        Written(text="So.", handles=(1,)),
    ]
