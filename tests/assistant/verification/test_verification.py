"""The gate shows what its quote says, and nothing that a hostile writer makes of it."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import numbers
from assistant.verification import verify
from assistant.verification.calibration import COVERED, CURVE
from assistant.verification.lexicon import OPPOSITES
from assistant.verification.readings import readings
from assistant.verification.wording import tokens
from tests.assistant.verification.hard_lies import HARD_LIES
from tests.assistant.verification.planting import ATTACKS, honest, lies
from tests.assistant.verification.quotes import Quoted, corpus

QUOTES = corpus()


def judge(sentence: str, at: Quoted, **parts):
    return verify(sentence, at.quote, at.stored, at.start, at.end, **parts)


def alone(sentence: str, quote: str, **parts):
    return verify(sentence, quote, quote, 0, len(quote), **parts)


# ── the quote ────────────────────────────────────────────────────────────────────────────────────


def test_every_stored_sentence_is_exactly_its_own_quote():
    assert len(QUOTES) > 1000
    for row in QUOTES:
        assert judge(row.plain, row).support == "exact", row.plain


def test_a_quote_that_does_not_stand_where_it_says_is_refused():
    row = QUOTES[10]
    assert not verify(row.quote, row.quote, row.stored, row.start + 1, row.end + 1).passes
    assert not verify(row.quote, row.quote + " Indeed.", row.stored, row.start, row.end).passes
    assert not verify("", "", row.stored, 5, 5).passes


@pytest.mark.parametrize(
    ("stored", "fragment"),
    [
        ("It would be wrong to say that deeper layers are better, because one is.", "deeper layers are better"),
        ("Own remark: the curve keeps its shape.", "the curve keeps its shape."),
        ("If the seed is fixed, the loss falls.", "the loss falls."),
        ("The loss falls, but only in Pythia.", "The loss falls"),
        ("Accuracy is 0.53 at most, where the trace is short.", "Accuracy is 0.53"),
        ("The runs end at 0.264 (0.1 to 0.447) at 132 tokens.", "at 132 tokens."),
        ("It gains +0.010, -0.010 to +0.030.", "-0.010 to +0.030."),
        ("The interval is 0.086, 0.294, 100 problems.", "100 problems."),
    ],
)  # fmt: skip
def test_a_quote_cut_out_of_what_governs_it_is_no_quote(stored, fragment):
    start = stored.index(fragment)
    ruling = verify(fragment, fragment, stored, start, start + len(fragment))
    assert ruling.reason == "its quote is cut out of a sentence that says something else"


@pytest.mark.parametrize(
    ("stored", "quote"),
    [
        ("- 12. The loss falls.", "The loss falls."),
        ("It is shown.107 The loss falls.", "The loss falls."),
        ("It was so in 2020. The loss falls.", "The loss falls."),
        ("It reached 0.5. The loss falls to 0.25. Then it rises.", "The loss falls to 0.25."),
        ("(3) The loss falls by 1.5", "The loss falls by 1.5"),
        ("It is 0.5 (see 1.2).\n2.1 The loss falls.", "The loss falls."),
    ],
)
def test_a_sentence_beside_numbers_is_whole(stored, quote):
    start = stored.index(quote)
    assert verify(quote, quote, stored, start, start + len(quote)).support == "exact"


# ── the hostile and the honest writer ────────────────────────────────────────────────────────────


def test_none_of_a_thousand_planted_lies_passes():
    planted = lies(QUOTES, 1000, 7)
    assert len(planted) == 1000
    assert len({row.family for row in planted}) == len(ATTACKS) >= 15
    assert min(Counter(row.family for row in planted).values()) >= 15
    assert [row for row in planted if judge(row.text, row.cited).passes] == []


@pytest.mark.parametrize(("mark", "lie"), HARD_LIES)
def test_a_lie_written_by_hand_does_not_pass(mark, lie):
    cited = [row for row in QUOTES if mark in row.plain]
    assert cited
    assert not any(judge(lie, row).passes for row in cited)


def test_of_a_thousand_honest_sentences_few_are_refused():
    faithful = honest(QUOTES, 1000, 7)
    assert len(faithful) == 1000
    assert len({row.family for row in faithful}) >= 12
    refused = [row for row in faithful if not judge(row.text, row.cited).passes]
    assert len(refused) <= 20


def test_every_refusal_gives_its_reason_in_one_line():
    for row in lies(QUOTES, 200, 3):
        reason = judge(row.text, row.cited).reason
        assert reason
        assert "\n" not in reason


@given(st.randoms(use_true_random=False))
def test_a_sentence_is_never_supported_by_a_quote_without_its_number(rng: random.Random):
    row = rng.choice(QUOTES)
    other = str(rng.randint(10_000, 99_999))
    words = row.plain.split()
    words.insert(rng.randrange(len(words)), other)
    assert not judge(" ".join(words), row).passes
    assert (other, "") not in numbers(row.plain)


@given(st.randoms(use_true_random=False))
def test_a_sentence_that_lost_or_gained_a_negation_never_passes(rng: random.Random):
    row = rng.choice([row for row in QUOTES if re.search(r"\b(?:is|are|does|do|has) ", row.plain)])
    verb = rng.choice(list(re.finditer(r"\b(?:is|are|does|do|has) (?:not )?", row.plain)))
    turned = verb[0].replace("not ", "") if "not " in verb[0] else verb[0] + "not "
    assert not judge(row.plain[: verb.start()] + turned + row.plain[verb.end() :], row).passes


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_no_text_breaks_the_gate_and_every_text_supports_itself(sentence, quote):
    alone(sentence, quote)
    if any(letter.isalnum() for letter in quote):
        assert alone(quote, quote).passes


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("quote", "clause"),
    [
        ("AIM is better evidence than BERT, because AIM is an image model.", "AIM is better evidence than BERT."),
        ("The two differ in depth, so the comparison settles nothing.", "The two differ in depth."),
        ("Pythia is a suite of models; the runs of PolyPythias are public.", "The runs of PolyPythias are public."),
        ("The gain is small, and the cost of DEER is one pass.", "The cost of DEER is one pass."),
        ("The gain is small. The cost of DEER is one pass.", "The cost of DEER is one pass."),
    ],
)  # fmt: skip
def test_a_clause_that_nothing_governs_may_stand_alone(quote, clause):
    assert alone(clause, quote).support == "exact"


@pytest.mark.parametrize(
    ("quote", "clause"),
    [
        ("It would be wrong to say that deeper is better, because one is.", "Deeper is better."),
        ("According to a secondary source, the loss falls.", "The loss falls."),
        ("According to a source, the gain is large, and the cost is small.", "The cost is small."),
        ("Own remark: the mask has full rank.", "The mask has full rank."),
        ("The gain holds, but only in Pythia.", "The gain holds."),
        ("The gain holds, although the rate slows.", "The gain holds."),
        ("The gain holds, unless the seed changes.", "The gain holds."),
        ("The gain holds, in models of up to 8B.", "The gain holds."),
        ("If the seed is fixed, the loss falls.", "The loss falls."),
        ("If the seed is fixed, the loss falls, and the rank of K grows.", "The rank of K grows."),
        ("The authors claim that the gain is large, and the cost is small.", "The cost is small."),
        ("In Pythia the gain is large, and the cost of a pass is small.", "The cost of a pass is small."),
        ("The gain is large; it vanishes in Mamba.", "It vanishes in Mamba."),
        ("The gain is large; in Mamba there is none, which is not explained.", "The gain is large."),
        ("Critics say: the gain is large; the cost is small.", "The cost is small."),
        ("Whether the gain holds is left open, and the cost is unknown.", "The gain holds."),
        ("Does the gain hold, and is the cost small?", "Does the gain hold."),
        ("Models are tested on English, French, and Latin is left out.", "Models are tested on English."),
    ],
)  # fmt: skip
def test_a_cut_that_drops_what_governs_is_refused(quote, clause):
    assert not alone(clause, quote).passes


@given(st.sampled_from(QUOTES))
def test_every_reading_is_words_of_its_quote_and_the_quote_is_the_longest(row):
    found = readings(row.quote)
    assert found[0] == " ".join(found[0].split())
    assert all(reading in found[0] for reading in found)


# ── wording ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5-30 %", "5 to 30 percent"), ("5% to 30%", "5-30%"), ("8B", "8 billion"), ("143k", "143,000"),
        ("twenty-two models", "22 models"), ("does not", "doesn't"), ("mid-depth", "mid depth"),
        ("behaviour", "behavior"), ("22.2x", "22.2 times"), ("71.0", "71"), ("non-linear", "nonlinear"),
        ("beats", "outperforms"), ("nearly every", "almost every"), ("a large language model", "an LLM"),
    ],
)  # fmt: skip
def test_two_ways_of_writing_one_thing_are_one(one, other):
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5%", "5 points"), ("-5%", "5%"), ("10²", "102"), ("a model", "models"), ("was", "is"), ("8B", "8M"),
        ("beats", "beaten"), ("some", "few"), ("a few", "few"), ("intermediate", "middle"), ("3 bits", "3 nats"),
        ("it holds?", "it holds."), ("LLMs", "language models"), ("GPT-2", "GPT-3"), ("2-5", "25"),
    ],
)  # fmt: skip
def test_two_things_are_two(one, other):
    assert tokens(one) != tokens(other)


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
    assert alone(sentence, quote).support == "paraphrase"


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
    assert not alone(sentence, quote).passes


# ── the model ────────────────────────────────────────────────────────────────────────────────────

FREE = ("The dip of Mamba is flat.", "Mamba has a dip that is flat.")


def test_free_wording_is_for_the_model_to_judge_and_refused_without_one():
    quote, sentence = FREE
    assert not alone(sentence, quote).passes
    assert alone(sentence, quote, entails=lambda *_: 0.99).support == "paraphrase"
    assert not alone(sentence, quote, entails=lambda *_: 0.5).passes


def test_a_model_is_not_asked_where_a_rule_or_the_words_decide():
    def never(premise: str, hypothesis: str) -> float:
        raise AssertionError(f"asked of {hypothesis!r}")

    assert alone(FREE[0], FREE[0], entails=never).support == "exact"
    for lie in (
        "The dip of Mamba is not flat.",
        "The dip of BERT is flat.",
        "Every dip of Mamba is flat.",
    ):
        assert not alone(lie, FREE[0], entails=never).passes


def test_the_share_of_words_is_a_point_of_the_stored_curve():
    assert COVERED in {point.share for point in CURVE}
    assert [point.lies for point in CURVE] == sorted((p.lies for p in CURVE), reverse=True)


def test_opposites_are_opposite_in_both_directions():
    for word, others in OPPOSITES.items():
        assert word not in others
        assert all(word in OPPOSITES[other] for other in others)
