"""Sentences of a paper are quoted as sentences, and fragments are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.fragments import is_fragment
from assistant.text.prose import sentences, stands_alone


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3: The mean entropy of each layer over all prompts.",
        "Fig. 2. Accuracy of the model on every task that we tried.",
        "Table A1. Results of all models on the test set of each task.",
        "Supplementary Figure 4: The loss of all layers during training.",
        "Permission to make digital or hard copies of all or part of this work is granted without fee.",
        "Copyright is held by the owner of the work and its publisher.",
        "© 2023 Association for Computational Linguistics, all of it.",
        "This work is licensed under a Creative Commons Attribution 4.0 International License.",
        "Did you discuss the limitations of your work in a section of its own?",
        "A1. Did you describe the limitations of your work in the paper?",
        "If you ran experiments, did you report error bars for all of them? [Yes]",
        "Wie viele Wale wurden im Frühjahr an der Küste gezählt?",
        "☑ All animals were treated according to the rules of the board.",
        "Instruction: Write an accurate and concise answer for the given question.",
        "Question: When did the first of the whales reach the coast?",
        "Document [1](Title: Whales of the Sea) The whales live in the sea.",
        "In Proceedings of the 57th Annual Meeting of the Association, pages 1074–1084.",
        "Webgpt: Browser-assisted question-answering. arXiv preprint arXiv:2112.09332.",
        "Journal of Whale Studies, 12(3):45–67, with an appendix by others.",
        "Lovelace, A., Babbage, C., and others wrote about the engine.",
        "LONGEVAL: Guidelines for Human Evaluation of Faithfulness in Long Summaries.",
        "Kyle Lo, Zejiang Shen, Benjamin Newman, and Joseph Chee Chang.",
        "Allen Institute for AI, University of Washington, Seattle, USA.",
        "Contact the authors at {ada,emmy}@example.org for any of the data.",
        "Core contributors; see author contributions for details of it.",
        "Walrus-7B on all tasks 61.2 – 61.2 and so it goes.",
        "The model Seal reaches in this row 80.1 79.3 79.7.",
    ],
)
def test_a_fragment_does_not_stand_alone(text):
    assert is_fragment(text)
    assert not stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3 shows that the mean entropy falls in the middle layers.",
        "Dann ist die Verkettung g ◦ f der stetigen Abbildungen f und g wieder stetig.",
        "● Whales of the bay dive deeper in the winter than in the summer.",
        "BERT predicts the words that [MASK] stands for in a sentence.",
        "The answer NA means in this survey that no animal was seen.",
        "Table 2 lists the results of all models on every task.",
        "We release our data under a Creative Commons license for all uses.",
        "Permission is asked of every patient before the trial begins.",
        "The questions ask whether the model discusses its own limitations.",
        "In proceedings of this kind, few papers report negative results.",
        "The accuracy rises from 61.2 to 79.7 and 80.1 points in turn.",
        "Layers 3, 4 and 5 of the model lose most of their entropy.",
        "GPT-4, Claude, Gemini and LLaMA fail on the same questions as BERT does here.",
        "We follow Wei et al. (2022) and report the mean over 3 seeds.",
        "At each step, the model can search with “Search: {query}” among the passages.",
        "The model scored 85.5 on the test set.",
        "Removing all quiet heads lowers accuracy by only 0.4.",
    ],
)
def test_a_sentence_does(text):
    assert not is_fragment(text)
    assert stands_alone(text)


def test_a_number_at_the_end_is_no_full_stop():
    assert not stands_alone("Model Task A Task B Mean Walrus-7B 61.2 – 61.2")
    assert not stands_alone("The accuracy of the large model rises to 61.2")
    assert stands_alone("The accuracy of the large model rises to 61.2.")
    assert stands_alone("It would be wrong to trust this algorithm.107")


def test_a_note_of_the_reader_may_have_any_form():
    assert stands_alone("Question: does the entropy fall in every model", finished=False)


def test_a_title_and_authors_are_parted_from_the_first_sentence():
    text = "PaperMage: A Toolkit\n\nKyle Lo Zejiang Shen\n\nAbstract\n\nPapers are hard to read. They are."
    assert [span.of(text) for span in sentences(text)] == [
        "PaperMage: A Toolkit",
        "Kyle Lo Zejiang Shen",
        "Abstract",
        "Papers are hard to read.",
        "They are.",
    ]


def test_a_sentence_over_the_seam_of_two_columns_stays_whole():
    text = "We propose a way to count\n\nbees from sound alone. It works."
    assert [span.of(text) for span in sentences(text)] == [
        "We propose a way to count\n\nbees from sound alone.",
        "It works.",
    ]


@given(st.text(max_size=200))
def test_any_text_is_judged(text):
    assert is_fragment(text) in (True, False)


@pytest.mark.parametrize("head", ["Context", "Objective", "Conclusion", "Title", "Answer"])
def test_the_parts_of_a_structured_abstract_stand(head):
    said = f"{head}: Seals that dive longer than an hour slow their heart to six beats a minute."
    assert not is_fragment(said)


@pytest.mark.parametrize("head", ["52 THE SIEGE OF VICKSBURG.", "THE DEEP SEA 17", "CHAPTER IV."])
def test_a_running_head_is_no_sentence(head):
    assert is_fragment(head)


def test_a_script_without_capitals_is_no_running_head():
    assert not is_fragment("移除所有安静注意力头会使准确率下降。")
