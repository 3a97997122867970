"""The selector marks, in given passages, the sentences that help, as spans of the text."""

from assistant.select.selector import Selector
from assistant.select.spans import helping

SEALS = "Elephant seals dive to more than 1,500 metres. They sleep on the beach in summer."
TAXES = "The tax on imported steel rose to 25 percent in 2018. Farmers were paid in return."


def test_a_span_is_a_sentence_of_its_passage_and_the_one_that_answers_is_among_them():
    seals, taxes = helping(Selector(), "how far down can a seal go?", [SEALS, TAXES])
    assert "Elephant seals dive to more than 1,500 metres." in [SEALS[a:b] for a, b in seals]
    assert taxes == []


def test_a_passage_without_sentences_has_no_spans():
    assert helping(Selector(), "what?", ["", "# A heading"]) == [[], []]
