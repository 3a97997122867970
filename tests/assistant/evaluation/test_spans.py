"""Words that an answer quotes are counted against the words that annotators chose."""

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.evaluation import sets, spans
from assistant.evaluation.runs import run
from assistant.evaluation.telling import told

GOLD = "The logit lens unembeds the residual stream of a layer with the unembedding matrix."
PASSAGES = [
    {"title": "Lenses", "gold": [GOLD.upper()],
     "text": f"## 2 Reading a *layer*\n\n{GOLD} It needs no training of its own at all.\n\n<!-- formula -->\n"},
    {"title": "Votes", "gold": [],
     "text": "A majority vote over sampled reasoning paths raises accuracy by ten points."},
    {"title": "Bees", "gold": [], "text": "Honey bees count up to four landmarks in a tunnel."},
    {"title": "Tea", "gold": [], "text": "Green tea is steeped at eighty degrees for two minutes."},
    {"title": "Bells", "gold": [], "text": "The pitch of a church bell follows from its thickness."},
]  # fmt: skip
ROW = {"query": "What does the logit lens unembed?", "passages": PASSAGES}


def asked(folder, *rows):
    path = folder / "public.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (found,) = sets.read(path)
    return found


def silent(message, fraction):
    """Report nothing."""


evaluate = partial(run, origin="", report=silent, sample=None, seed=0, with_baselines=False)


def test_words_are_counted_over_all_passages(reader, tmp_path):
    document = evaluate(reader, asked(tmp_path, ROW))
    counts = json.loads(next((reader.data_dir / "evaluations" / "runs").iterdir()).read_text())
    (values,) = counts["cases"].values()
    assert values["gold"] == len(GOLD.split())
    assert values["both_unfolded"] >= values["both_above"]
    assert values["both_unfolded"] > 0
    both, shown = values["both_above"], values["shown_above"]
    assert shown >= both
    assert document["precision_above"] == round(both / shown, 4)
    assert document["recall_above"] == round(both / values["gold"], 4)
    assert document["f1_above"] == round(2 * both / (shown + values["gold"]), 4)
    everything = document["baselines"]["queries"]["all words"]
    total = sum(len(each["text"].split()) for each in PASSAGES)
    assert everything["recall_above"] == 1.0
    assert everything["precision_above"] == round(len(GOLD.split()) / total, 4)
    assert document["baselines"]["queries"]["cosine, 6 sentences"]["recall_above"] == 1.0
    assert document["quotes_exist"] == 1.0
    assert "word F1, above the fold" in told(document)
    assert not document["remarks"]


def test_a_selection_is_measured_without_an_answer_around_it(reader, tmp_path):
    def select(question, passages):
        assert question == ROW["query"]
        return [[(text.index(GOLD), text.index(GOLD) + len(GOLD))] if GOLD in text else []
                for text in passages]  # fmt: skip

    found = spans.measured(reader, asked(tmp_path, ROW).cases, silent, 0, select)
    figures = found.groups["queries"]
    assert figures["f1_selected"] == figures["precision_selected"] == 1.0
    nothing = spans.measured(reader, asked(tmp_path, ROW).cases, silent, 0, choose_nothing)
    assert nothing.groups["queries"]["f1_selected"] == 0.0


def choose_nothing(question, passages):
    """Select no span of any passage."""
    return [[] for _ in passages]


def test_missed_gold_and_quotes_of_passages_without_gold_are_failures(reader, tmp_path):
    elsewhere = [
        {**PASSAGES[0], "gold": []},
        *PASSAGES[1:4],
        {**PASSAGES[4], "gold": [PASSAGES[4]["text"]]},
    ]
    document = evaluate(reader, asked(tmp_path, {**ROW, "passages": elsewhere}))
    failures = {each["id"]: each for each in document["failures"]}
    assert failures["1.1"]["wanted"] == "nothing of this passage"
    assert "logit lens" in failures["1.1"]["shown"]
    assert failures["1.5"]["shown"] == ""
    assert failures["1.5"]["wanted"] == [PASSAGES[4]["text"]]


def test_gold_that_is_not_in_its_passage_is_told(reader, tmp_path):
    lost = {**PASSAGES[1], "gold": ["No such words."]}
    document = evaluate(reader, asked(tmp_path, {**ROW, "passages": [PASSAGES[0], lost]}))
    assert document["remarks"] == ["1 gold spans do not stand in their passages and are left out."]


def test_a_passage_without_a_text_is_refused_in_one_line(tmp_path):
    with pytest.raises(UsageError, match="query 1: every passage needs a text"):
        asked(tmp_path, {"query": "?", "passages": [{"title": "x"}]})


words = st.lists(st.sampled_from(["a", "b", "layer", "##", "*lens*"]), max_size=12)


@given(words, words)
def test_words_of_a_stored_text_are_matched_to_equal_words_in_their_order(stored, passage):
    found = spans._aligned(" ".join(stored), "\n".join(passage))
    assert [number for *_, number in found] == sorted({number for *_, number in found})
    for start, end, number in found:
        assert " ".join(stored)[start:end] == passage[number]
    if stored == passage:
        assert len(found) == len(passage)
