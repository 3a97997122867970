"""The gate passes what its evidence says, and no lie that a hostile writer makes of it."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.prose import numbers
from assistant.verify.decision import decide, decide_all
from assistant.verify.evidence import TOO_LONG, Claim
from tests.assistant.verify.hard_lies import HARD_LIES
from tests.assistant.verify.planting import ATTACKS, honest, lies
from tests.assistant.verify.quotes import corpus
from tests.assistant.verify.saying import Saying

QUOTES = corpus()


def judged(sentence, *texts, judge=None, titles=()):
    return decide(Claim(sentence, texts, titles), judge)


def test_none_of_a_thousand_planted_lies_passes():
    planted = lies(QUOTES, 1000, 7)
    assert len(planted) == 1000
    assert len({row.family for row in planted}) == len(ATTACKS) >= 15
    assert min(Counter(row.family for row in planted).values()) >= 15
    assert [row for row in planted if judged(row.text, row.cited.quote).supported] == []


@pytest.mark.parametrize(("mark", "lie"), HARD_LIES)
def test_a_lie_written_by_hand_does_not_pass(mark, lie):
    cited = [row for row in QUOTES if mark in row.plain]
    assert cited
    assert not any(judged(lie, row.quote).supported for row in cited)


def test_of_a_thousand_honest_sentences_few_are_refused():
    faithful = honest(QUOTES, 1000, 7)
    assert len(faithful) == 1000
    assert len({row.family for row in faithful}) >= 12
    refused = [row for row in faithful if not judged(row.text, row.cited.quote).supported]
    assert len(refused) <= 20


def test_every_refusal_gives_its_reason_in_one_line():
    for row in lies(QUOTES, 200, 3):
        reason = judged(row.text, row.cited.quote).reason
        assert reason
        assert "\n" not in reason


@given(st.randoms(use_true_random=False))
def test_a_sentence_is_never_supported_by_a_quote_without_its_number(rng: random.Random):
    row = rng.choice(QUOTES)
    other = str(rng.randint(10_000, 99_999))
    words = row.plain.split()
    words.insert(rng.randrange(len(words)), other)
    assert not judged(" ".join(words), row.quote).supported
    assert (other, "") not in numbers(row.plain)


@given(st.randoms(use_true_random=False))
def test_a_sentence_that_lost_or_gained_a_negation_never_passes(rng: random.Random):
    row = rng.choice([row for row in QUOTES if re.search(r"\b(?:is|are|does|do|has) ", row.plain)])
    verb = rng.choice(list(re.finditer(r"\b(?:is|are|does|do|has) (?:not )?", row.plain)))
    turned = verb[0].replace("not ", "") if "not " in verb[0] else verb[0] + "not "
    lie = row.plain[: verb.start()] + turned + row.plain[verb.end() :]
    assert not judged(lie, row.quote).supported


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_no_text_breaks_the_gate_and_every_text_supports_itself(sentence, quote):
    judged(sentence, quote)
    if any(letter.isalnum() for letter in quote):
        assert judged(quote, quote).supported


FREE = ("The dip of Mamba is flat.", "Mamba has a dip that is flat.")


def test_free_wording_is_for_the_judge_and_refused_without_one():
    quote, sentence = FREE
    without = judged(sentence, quote)
    assert (without.supported, without.unjudged, without.probability) == (False, True, 0.0)
    passed = judged(sentence, quote, judge=Saying(0.99))
    assert (passed.support, passed.probability, passed.reason) == ("paraphrase", 0.99, "")
    refused = judged(sentence, quote, judge=Saying(0.5))
    assert (refused.supported, refused.probability) == (False, 0.5)
    assert "50%" in refused.reason


def test_a_judge_is_not_asked_where_the_words_or_a_rule_decide():
    judge = Saying(1.0)
    quote = "Some dips of Mamba are flat in 3 tasks."
    assert judged(quote, quote, judge=judge).support == "exact"
    for lie in (
        "All dips of Mamba are flat in 3 tasks.",
        "Some dips of BERT and Mamba are flat in 3 tasks.",
        "The dips of Mamba are partly flat, in 4 tasks.",
        "Some dips of Mamba are not flat in 3 tasks.",
    ):
        ruling = judged(lie, quote, judge=judge)
        assert (ruling.supported, ruling.probability) == (False, 0.0)
        assert ruling.reason
    assert judge.asked == []


def test_a_sentence_may_rest_on_several_quotes_and_their_titles():
    quotes = ("The dip is flat in 3 tasks.", "Accuracy rises by 12 points.")
    sentence = "In Mamba the dip is flat in 3 tasks while accuracy goes up by 12 points."
    assert not judged(sentence, *quotes, judge=Saying(1.0)).supported
    assert judged(sentence, *quotes, judge=Saying(1.0), titles=("How Mamba works",)).supported
    assert not judged(sentence, quotes[0], judge=Saying(1.0), titles=("Mamba",)).supported


def test_a_sentence_in_the_words_of_one_quote_rests_on_that_one():
    ruling = judged("The dip is flat.", "Accuracy rises.", "The dip is flat.", judge=Saying(0.0))
    assert (ruling.support, ruling.rests_on) == ("exact", 1)
    assert judged(FREE[1], FREE[0], "It falls.", judge=Saying(1.0)).rests_on is None


def test_each_of_many_claims_has_the_ruling_it_has_alone():
    claims = [
        Claim(FREE[1], (FREE[0],)),
        Claim(FREE[0], (FREE[0],)),
        Claim("Mamba has 5.", (FREE[0],)),
    ]
    for judge in (None, Saying(0.95), Saying(0.2)):
        assert decide_all(claims, judge) == [decide(claim, judge) for claim in claims]


@pytest.mark.parametrize("claim", [Claim("", ("a",)), Claim("a", ()), Claim("a", ("", " "))])
def test_nothing_bears_nothing(claim):
    ruling = decide(claim, Saying(1.0))
    assert not ruling.supported
    assert ruling.reason


@pytest.mark.parametrize("unit", ["word ", "Ada Lovelace ", "A b. ", "not ", "ABC "])
def test_a_sentence_longer_than_any_is_refused_at_once_unless_the_evidence_says_it(unit):
    text = f"The {unit * 20_000}end."
    refused = judged(text, "The evidence is short.", judge=Saying(1.0))
    assert (refused.supported, refused.reason) == (False, TOO_LONG)
    assert judged(text, f"Before it. {text} After it.").support == "exact"
