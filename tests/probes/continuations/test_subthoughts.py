import math

import pytest

from probes.continuations.subthoughts import (
    as_trace,
    continued,
    cut_prefix,
    marker_cuts,
    random_cuts,
    right,
    share_cut,
)
from probes.continuations.types import Continuation, Decoding, Prefix

WORKED = " First, 1 + 2 = 3. Then, 3 + 4 = 7. So the answer is \\boxed{7}."


def response(text, finish="answer"):
    return Continuation(
        text=text, finish=finish, generated=len(text), tokens=tuple(map(ord, text)),
        ends=tuple(range(1, len(text) + 1)),
    )  # fmt: skip


def trace(text, finish="answer", **options):
    return as_trace(Prefix(text="Q", tokens=(81,)), response(text, finish), **options)


def test_the_thought_ends_before_the_final_box_and_is_its_pieces():
    made = trace(WORKED)
    assert made.answer == "7"
    assert made.thought == WORKED[: WORKED.index("\\boxed")]
    pieces = made.subthoughts(marker_cuts(made))
    assert "".join(pieces) == made.thought
    assert [piece.split()[0] for piece in pieces[1:]] == ["First,", "Then,", "So"]


def test_the_thought_of_a_tagged_response_lies_between_its_tags():
    made = trace("<think>Wait, 3. So 4</think> It is \\boxed{4}")
    assert made.thought == "Wait, 3. So 4"
    assert made.answer == "4"
    cuts = marker_cuts(made)
    assert made.response.text[: cuts[-1]].endswith("So 4")


@pytest.mark.parametrize("text", ["no markers here", "", "漢字だけ", "</think></think> a <think>"])
def test_odd_traces_have_at_least_one_piece_and_never_a_silent_vote(text):
    made = trace(text, "length")
    pieces = made.subthoughts(marker_cuts(made))
    assert len(pieces) >= 1
    assert "".join(pieces) == made.thought
    assert made.answer is None


def test_a_cut_keeps_whole_tokens_only():
    pairs = Continuation(text="ab cd", finish="end", generated=3, tokens=(7, 8, 9), ends=(2, 4, 5))
    made = as_trace(Prefix(text="Q", tokens=(1,)), pairs)
    prefix, lead = cut_prefix(None, made, 3)
    assert prefix.tokens == (1, 7)
    assert (prefix.text, lead) == ("Qab", "ab")


def test_random_cuts_are_as_many_as_markers_and_share_the_end():
    made = trace(WORKED)
    markers = marker_cuts(made)
    drawn = random_cuts(made, len(markers), seed=3)
    assert len(drawn) == len(markers)
    assert drawn[-1] == markers[-1] == made.end
    assert drawn == sorted(drawn)
    assert share_cut(made, 0.75) == int(len(WORKED) * 0.75)


def test_forcing_an_answer_closes_an_open_thought(backend):
    text = "<think>Wait, 3. So 4</think> It is \\boxed{4}"
    written = response(text)
    prompt = backend.prefix("Q")
    made = as_trace(prompt, written)
    request = continued(backend, made, marker_cuts(made)[0], Decoding(), (0,), "force_answer")
    assert "</think>" in request.lead
    assert request.lead.endswith("\\boxed{")
    plain = as_trace(prompt, response(WORKED))
    request = continued(backend, plain, marker_cuts(plain)[1], Decoding(), (0,), "force_answer")
    assert "</think>" not in request.lead


def test_without_readable_gold_nothing_is_right_or_wrong():
    assert all(math.isnan(right("7", gold)) for gold in ("", "  ", "$$"))
    assert right("7", "7.0") == 1.0
    assert right(None, "7") == 0.0
