"""Some steps keep the meaning of a quote, and others that look alike do not."""

import pytest

from assistant.verify.quoting import derives_from, says_exactly


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("DeepConf beats plain voting on AIME.", "Plain voting is outperformed by DeepConf on AIME."),
        ("Layer by Layer cites the depth study.", "The depth study is cited by Layer by Layer."),
        ("In Mamba, the dip is flat.", "The dip is flat in Mamba."),
        ("BERT and Pythia differ in depth.", "Pythia and BERT differ in depth."),
        ("Moreover, the dip is flat.", "The dip is flat."),
        ("The dip of Mamba is flat.", "The paper says that the dip of Mamba is flat."),
        ("The gain is 5-30% in four models, because it is new.", "The gain is 5 to 30 percent in 4 models."),
    ],
)  # fmt: skip
def test_steps_that_keep_the_meaning_are_paraphrases(quote, sentence):
    assert derives_from(sentence, quote)


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("DeepConf beats plain voting on AIME.", "DeepConf is beaten by plain voting on AIME."),
        ("Every model beats some baseline.", "Some baseline is beaten by every model."),
        ("Some layer wins in every task.", "In every task some layer wins."),
        ("BERT and Pythia score 5 and 7 respectively.", "Pythia and BERT score 5 and 7 respectively."),
        ("BERT and Pythia score 5 and 7.", "Pythia and BERT score 5 and 7."),
        ("Own remark: the dip is flat.", "The paper says that own remark: the dip is flat."),
        ("Therefore the dip is flat.", "The dip is flat."),
        ("The dip is flat.", "Therefore the dip is flat."),
        ("The dip is flat only in Mamba.", "In Mamba the dip is flat only."),
        ("Open models of up to 8B fail.", "Frontier models of up to 8B fail."),
        ("A model fails on the task.", "Models fail on the task."),
    ],
)  # fmt: skip
def test_steps_that_change_the_meaning_are_refused(quote, sentence):
    assert not says_exactly(sentence, quote)
    assert not derives_from(sentence, quote)
