"""The stored record of an answer reads back as the same answer."""

import json
from dataclasses import replace

import pytest

from assistant.conversations.records import FORM, Turn, restored, same, stored
from assistant.errors import Mendable
from assistant.question.follow_up import Thread
from assistant.rendering.data import answer_json
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown


def again(turn, record=None):
    contents = json.dumps(dict(turn.contents))
    return restored(record or stored(turn), id=turn.id, asked=turn.asked, contents=contents)


def test_a_stored_turn_is_restored_whole(asked):
    turn = Turn(
        answer=asked, id="0123456789ab", asked="2026-11-30T12:00:00+00:00", writer="ollama:llama3.2",
        context=Thread(earlier=("What is a logit lens?",), pinned=("a",), excluded=("b",)),
        contents={"layers": "00ff"}, near={"other": "Another"},
    )  # fmt: skip
    found = again(turn)
    assert found == turn
    assert answer_json(found.answer) == answer_json(asked)
    assert to_markdown(found.answer, found.near) == to_markdown(asked, turn.near)
    assert to_html(found.answer, found.near) == to_html(asked, turn.near)


def test_answers_are_the_same_whatever_time_they_took(asked):
    assert same(asked, replace(asked, seconds={"write": 9.0}))
    assert not same(asked, replace(asked, deck="Another."))


@pytest.mark.parametrize(
    "record", ["", "{", "[]", "{}", '{"form":1}', '{"form":1,"answer":{"question":3}}']
)
def test_what_is_damaged_is_one_line_with_a_remedy(asked, record):
    with pytest.raises(Mendable, match=r"stored answer 0123456789ab .* ask its question again"):
        again(Turn(answer=asked, id="0123456789ab"), record or "x")


def test_what_a_later_version_stored_is_not_guessed_at(asked):
    turn = Turn(answer=asked, id="0123456789ab")
    later = {**json.loads(stored(turn)), "form": FORM + 1}
    with pytest.raises(Mendable, match="newer version"):
        again(turn, json.dumps(later))
