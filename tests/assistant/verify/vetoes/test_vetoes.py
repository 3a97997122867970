"""Vetoes on negation, strength, attribution, scope and exchanged numbers speak only where they are certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.evidence import Claim
from assistant.verify.vetoes import attribution, crossed, negation, scope, strength, vetoed

CERTAIN = [
    (negation, "The dip of Mamba is not flat.", "The dip of Mamba is flat."),
    (negation, "The dip of Mamba is flat.", "The dip of Mamba is never flat."),
    (strength, "All layers of the model are idle.", "Some layers of the model are idle."),
    (strength, "Every author is split.", "Many authors are split."),
    (strength, "The study proves that depth helps.", "The study suggests that depth helps."),
    (strength, "It is certainly the first.", "By its own account it is the first."),
    (strength, "Depth causes errors.", "Depth is correlated with errors."),
    (attribution, "The paper finds that the mask is full.", "Own remark: the mask is full."),
    (attribution, "As the study reports, 30 is few.", "Own calculation: 30 is few."),
    (scope, "Summaries have at most 150 words.", "Only summaries of at least 150 words count."),
    (crossed, "It has 25 cited and 5 random papers.", "It has 5 cited papers and 25 random ones."),
    (
        crossed,
        "It is 69.8 % without and 68.8 % with it.",
        "It is 69.8 % with and 68.8 % without it.",
    ),
    (crossed, "It is 70 % without and 69 % with clips.", "It is 70 % with and 69 % without clips."),
    (crossed, "BERT scores 70 and Pythia 80.", "BERT scores 80 and Pythia 70."),
    (crossed, "Pythia and BERT score 80 and 70.", "BERT and Pythia score 80 and 70."),
]


FAIR = [
    (negation, "The dip of Mamba fails to be flat.", "The dip of Mamba is not flat."),
    (negation, "Not so: Mamba lacks a flat dip.", "The dip of Mamba is not flat."),
    (negation, "Of 162 papers 61 do it.", "Of 162 papers 101 do not do it."),
    (strength, "Most, not all, tasks show it.", "Most tasks show it, not all tasks."),
    (strength, "The lens proves more reliable.", "The lens is more reliable."),
    (strength, "It is no proof that depth helps.", "It would be wrong to say that depth helps."),
    (strength, "All layers are idle.", "Every layer is idle."),
    (strength, "Depth causes errors.", "Depth causes errors, with which it is correlated."),
    (attribution, "The note remarks that the mask is full.", "Own remark: the mask is full."),
    (attribution, "The paper does not show it.", "Own remark: the paper has not shown it."),
    (attribution, "The paper finds it full.", "The paper finds it full, an own remark says."),
    (scope, "Summaries have 150 words or more.", "Only summaries of at least 150 words count."),
    (scope, "None has more than 8 layers.", "They have at most 8 layers."),
    (scope, "It saves nearly 50 %.", "It saves up to 50 %."),
    (crossed, "Pythia scores 70 and BERT 80.", "BERT scores 80 and Pythia 70."),
    (crossed, "It has 25 random and 5 cited papers.", "It has 5 cited papers and 25 random ones."),
    (crossed, "Llama 3 has 32 layers.", "32 layers are in Llama 3."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sentence", "evidence"), CERTAIN)
def test_what_is_certain_is_told_in_one_line(rule, sentence, evidence):
    reason = rule.veto(sentence, evidence)
    assert reason
    assert "\n" not in reason
    assert vetoed(Claim(sentence, (evidence,)))


@pytest.mark.parametrize(("rule", "sentence", "evidence"), FAIR)
def test_what_may_be_honest_is_left_to_the_judge(rule, sentence, evidence):
    assert rule.veto(sentence, evidence) == ""


@pytest.mark.parametrize("rule", [negation, strength, attribution, scope, crossed])
@given(text=st.text(max_size=100))
def test_no_rule_speaks_against_the_evidence_itself(rule, text):
    assert rule.veto(text, text) == ""


def test_a_title_bears_names_and_numbers_and_nothing_else():
    claim = Claim("Mamba 2 has some dips.", ("It has some dips.",), ("Mamba 2: a study",))
    assert vetoed(claim) == ""
    stronger = Claim("All dips are flat.", ("Some dips are flat.",), ("All dips",))
    assert vetoed(stronger)


def test_what_a_source_is_called_besides_may_be_named():
    claim = Claim("Lo and others (2020) release it.", ("We release it.",))
    assert vetoed(claim)
    called = Claim(claim.sentence, claim.texts, names=("Lo, Kyle", "2020"))
    assert vetoed(called) == ""
