"""A number of a sentence is in its evidence, is a fair rounding of one there, or follows by visible arithmetic."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.verify.vetoes.numbers import veto


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("It gains about 13 points.", "Accuracy rises by 13.33 points."),
        ("It gains 13 points.", "Accuracy rises by 13.33 points."),
        ("Roughly a third of the papers do.", "34 % of the papers do."),
        ("About half of them fail.", "48 % of them fail."),
        ("Layers double from the one to the other.", "It grows from 12 to 24 layers."),
        ("It has twice as many layers.", "It grows from 12 to 24 layers."),
        ("The share is 53 %.", "The share is 0.53."),
        ("The rest, 47 %, fail.", "53 % of them pass."),
        ("It gains 13.2 points.", "It goes from 50.1 to 63.3 %."),
        ("Four models were tested.", "Tested were BERT, Pythia, Llama and Mamba."),
        ("Nine in ten rest on two metrics.", "Over 92 % rest on just two metrics."),
        ("More than twice as much.", "It is 59.1 % against 23.0 %."),
        ("It is over 280M.", "The graph has 281M nodes."),
        ("A model of eight billion parameters.", "An 8B model."),
        ("AIME 2024 is hard.", "AIME24 is hard."),
        ("It falls by 19 to 80 %.", "The change is -19.1 % to -80.1 %."),
        ("17 pages, 19036 to 19052.", "pages 19036-19052"),
        ("It costs 2,464 runs in all.", "16 models with 154 checkpoints each."),
        ("The two models differ.", "BERT and Pythia differ."),
        ("It is about 5 billion dollars more.", "One is worth $45 billion, the other $40 billion."),
        ("One and a half million papers have it.", "1.5M papers have it."),
        ("It takes a little under 12 minutes a row.", "It takes 35 minutes for 3 rows."),
        ("It explains not quite 2 % of it.", "It explains 1.7 % of it."),
        ("It wins by 2 to 16 points.", "It wins by an absolute 2 % up to 16 %."),
        ("They make 88,000 combinations.", "220 tasks, 40 metrics and 10 families"),
        ("Take a quarter of an hour.", "Take 15 minutes."),
        ("Version 1.1.2 is used.", "We use v1.1.2 of it."),
    ],
)
def test_a_fair_number_passes(sentence, evidence):
    assert veto(sentence, evidence) == ""


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("It gains about 20 points.", "Accuracy rises by 13.3 points."),
        ("It gains 14 points.", "Accuracy rises by 13.33 points."),
        ("Nearly half of them fail.", "38 % of them fail."),
        ("A quarter of them do.", "34 % of them do."),
        ("It has three times as many layers.", "It grows from 12 to 24 layers."),
        ("It gains 13.33 %.", "Accuracy rises by 13.33 points."),
        ("It needs 8 GB.", "It needs 8 MB."),
        ("It takes 12 hours.", "It takes 12 minutes."),
        ("It loses 3 nats.", "It loses 3 bits."),
        ("Three models were tested.", "Four models were tested."),
        ("It holds in 86 tasks.", "It holds in 68 tasks."),
        ("It holds in 32 tasks.", "It holds in most tasks."),
        ("A 70B model.", "A 7B model."),
        ("It gains about 15 points.", "Accuracy rises by 13.3 points."),
        ("Take half an hour.", "Take 15 minutes."),
        ("It costs 45 dollars.", "It costs $54."),
    ],
)
def test_another_number_does_not(sentence, evidence):
    reason = veto(sentence, evidence)
    assert "number" in reason
    assert "\n" not in reason


NUMBERS = st.decimals(min_value=1, max_value=9_999, places=2)


@given(NUMBERS, st.sampled_from(["", " %", " points", " GB", " hours"]))
def test_a_number_bears_itself(number, unit):
    assert veto(f"It is {number}{unit} now.", f"It was {number}{unit} then.") == ""


@given(NUMBERS, NUMBERS)
def test_a_number_bears_no_other_one(one, other):
    assume(abs(one - other) > 1)
    assert veto(f"It is {one} points.", f"It is {other} points.")


@given(NUMBERS)
def test_no_number_stands_on_evidence_without_one(number):
    assert veto(f"It rises by {number} %.", "It rises.")


@given(st.decimals(min_value=10, max_value=999, places=2))
def test_rounding_to_whole_numbers_is_fair_and_to_the_next_but_one_is_not(number):
    whole = int(number.to_integral_value())
    assert veto(f"It gains about {whole} points.", f"It gains {number} points.") == ""
    far = int(whole * 1.4) + 2
    assert veto(f"It gains about {far} points.", f"It gains {number} points.")


@given(st.integers(2, 500), st.integers(2, 500))
def test_a_difference_is_visible_and_another_number_is_not(one, other):
    assume(abs(one - other) > 10)
    evidence = f"It goes from {one}.5 % to {other}.5 %."
    assert veto(f"It moves by {abs(one - other)} points.", evidence) == ""
    assert veto(f"It moves by {abs(one - other) + 1000} points.", evidence)


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_texts_can_be_read_and_a_text_bears_itself(sentence, evidence):
    veto(sentence, evidence)
    assert veto(sentence, sentence) == ""
