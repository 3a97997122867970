"""Every name in a sentence stands in its evidence or in a title, in whatever form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verify.vetoes.names import names, veto


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("In Mamba the dip is flat.", "The dip of Mamba is flat."),
        ("The dip is flat in MAMBA models.", "Mamba has a flat dip."),
        ("It uses Reinforcement Learning.", "It uses RL."),
        ("It uses RL.", "It uses reinforcement learning."),
        ("It is by the ACL.", "By the Association for Computational Linguistics."),
        ("UMLS (the Unified Medical Language System) is used.", "The UMLS metathesaurus is used."),
        ("It is of the Association for Computing Machinery.", "It is of the ACM."),
        ("So Saier and Färber (2019) say.", "Saier and Farber ¨ (2019) say so."),
        ("It holds for non-English text.", "It holds for languages other than English."),
        ("In top-10% energy it is first.", "By energy of the top 10 % it is first."),
        ("No: The dip is flat. Nobody denies it.", "The dip is flat."),
        ("Many PDFs are read.", "A PDF is read."),
        ("On AIME it is hard.", "On AIME24 it is hard."),
        ("Pythia-410M is tested.", "Tested is Pythia 410M."),
        ("It is told in Section 7.", "See §7 for it."),
        ("The Gram matrix’s rank", "the rank of the Gram matrix"),
    ],
)
def test_a_name_that_is_there_passes(sentence, evidence):
    assert veto(sentence, evidence) == ""


@pytest.mark.parametrize(
    ("sentence", "evidence", "lacking"),
    [
        ("In BERT the dip is flat.", "The dip of Mamba is flat.", "BERT"),
        ("The dip of GPT-4 is flat.", "The dip of Mamba is flat.", "GPT"),
        ("It is taken from arXiv.", "It is taken from PubMed.", "arXiv"),
        ("As Tishby says, it is flat.", "It is flat.", "Tishby"),
        ("The pass@1 of both rises.", "The entropy of both rises.", "pass@1"),
        ("The s1 model is tested.", "The model is tested.", "s1"),
        ("A T5-based model is used.", "A model is used.", "T5"),
        ("The authors of SPECTER say so.", "The authors say so.", "SPECTER"),
    ],
)
def test_a_name_that_is_not_there_is_told(sentence, evidence, lacking):
    assert lacking in veto(sentence, evidence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Models rise. They fall: Some stay.", []),
        ("The LLaMA models of Meta", ["LLaMA", "Meta"]),
        ("“Wait” is said, and I wait.", []),
        ("We use it in the US.", ["US"]),
    ],
)
def test_what_is_written_like_a_name(text, expected):
    assert names(text) == expected


@given(st.text(max_size=150))
def test_a_text_names_what_it_names(text):
    assert veto(text, text) == ""
