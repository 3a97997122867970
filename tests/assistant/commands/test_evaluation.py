"""`inquire eval` fails on a wrong quote, refuses what it cannot read, and reports what it did."""

import json
import sqlite3

import pytest

from assistant import Assistant, cli
from assistant.commands.evaluation import quotes_stand
from tests.assistant.command_line import QUESTION


@pytest.fixture
def evaluate(inquire, own_library, own_corpus):
    """Run `inquire eval` on the small library and return the exit code and the document."""

    def run(*arguments: str) -> tuple[int, dict]:
        ran = inquire("eval", *arguments, "--json", data=own_library, corpus=own_corpus)
        return ran.code, ran.document

    return run


LINE = {
    "id": "1",
    "question": "Do middle layers give better features?",
    "must_cite": ["middle-layers"],
}


def test_evaluation_of_the_own_library(evaluate):
    code, figures = evaluate()
    assert code == 0
    assert figures["questions"] == 4
    assert figures["quotes_exist"] == 1.0
    assert 0.0 <= figures["recall@5"] <= figures["recall@10"] <= 1.0
    assert sum(figures["coverage"].values()) == 4


def test_evaluation_of_a_labelled_set(evaluate, tmp_path):
    suite = tmp_path / "suite.json"
    suite.write_text(
        json.dumps(
            [
                {"question": QUESTION, "must_cite": ["middle-layers"]},
                {"question": "Which yeast leavens pizza dough?", "must_cite": []},
            ]
        )
    )
    figures = evaluate(str(suite))[1]
    assert figures["questions"] == 2
    assert figures["recall@5"] == 1.0
    assert figures["abstained"] == 1.0
    suite.write_text('{"question": 1}')
    assert evaluate(str(suite))[0] == 2


def test_several_sets_of_one_folder_stand_side_by_side(evaluate, tmp_path):
    context = {"title": "Tea", "text": "Green tea is steeped at 80 degrees for two minutes."}
    answered = {
        "input": "At what heat is green tea steeped?",
        "ctxs": [context],
        "output": "At 80 [0].",
    }
    (tmp_path / "answers.json").write_text(json.dumps([answered]))
    (tmp_path / "bare.jsonl").write_text(json.dumps({"input": "Which yeast leavens dough?"}))
    code, document = evaluate("--set", str(tmp_path))
    assert code == 0
    assert [each["suite"] for each in document["sets"]] == ["scholarqa", "elsewhere"]
    assert all(each["questions"] == 1 for each in document["sets"])
    assert document["sets"][1]["abstained"] == 1.0


def test_the_figures_of_the_own_suite_are_those_of_its_titles(evaluate):
    code, document = evaluate("--sample", "2")
    assert code == 0
    assert set(document["groups"]) >= {"titles", "elsewhere"}
    assert document["questions"] == document["groups"]["titles"]["questions"] == 2
    assert document["groups"]["elsewhere"]["abstained"] == 1.0
    assert evaluate("--full")[1]["asked"] == document["of"]


def test_text_that_changed_behind_the_index_is_never_misquoted(evaluate, tmp_path, own_library):
    suite = tmp_path / "lines.json"
    suite.write_text(json.dumps([LINE]))
    assert evaluate(str(suite))[1]["quotes_exist"] == 1.0
    with sqlite3.connect(own_library / "library.sqlite") as db:
        db.execute("UPDATE sources SET text = 'x' || text WHERE key = 'middle-layers'")
    code, document = evaluate(str(suite))
    assert code == 0
    assert document["quotes_exist"] in (None, 1.0)


@pytest.mark.parametrize(
    ("shares", "stand"),
    [([1.0, None], True), ([1.0, 0.999], False), ([0.0], False), ([None], True)],
)
def test_one_wrong_quote_of_any_group_is_a_failure(shares, stand):
    groups = {str(at): {"quotes_exist": share} for at, share in enumerate(shares)}
    assert quotes_stand({"groups": groups}) is stand


@pytest.mark.parametrize(
    "arguments",
    [["own", "--set", "."], ["--full", "--sample", "3"], ["--set", "nosuch"], ["--sample", "0"]],
)
def test_wrong_use_is_said(evaluate, arguments):
    code, document = evaluate(*arguments)
    assert code == 2
    assert document["error"]["exit_code"] == 2


def test_the_words_show_what_is_missing(own_library, own_corpus, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("INQUIRE_CORPUS_DIR", str(own_corpus))
    suite = tmp_path / "lines.json"
    unsaid = "bananas are yellow when they are ripe"
    suite.write_text(json.dumps([{**LINE, "must_say": [unsaid], "must_cite": ["hostile"]}]))
    assert Assistant.open(own_library, corpus_dir=own_corpus).library.get("hostile")
    assert cli.run(["eval", str(suite), "--data-dir", str(own_library)]) == 0
    shown = capsys.readouterr().out
    assert f"not said: {unsaid}" in shown
    assert "not cited: hostile" in shown


def test_labelled_answers_are_told_with_simpler_systems_and_failures(
    inquire, own_library, own_corpus, tmp_path
):
    sentence = "The logit lens unembeds the residual stream of a layer directly with the unembedding matrix."
    text = Assistant.open(own_library, corpus_dir=own_corpus).source("logit-lens").text
    start = text.index(sentence)
    place = {"source": "logit-lens", "start": start, "end": start + len(sentence), "text": sentence}
    row = {"id": "Q1", "question": "Which yeast leavens pizza dough?", "coverage": "answered",
           "opening": ["a"], "brief": ["a"], "good": []}  # fmt: skip
    (tmp_path / "mine.jsonl").write_text(json.dumps(row))
    (tmp_path / "sentences.json").write_text(json.dumps({"a": place}))
    options = {"data": own_library, "corpus": own_corpus}
    told = inquire("eval", "--set", str(tmp_path / "mine.jsonl"), **options)
    assert told.code == 0
    assert "called absent though it is not" in told.out
    assert "BM25, 6 sentences" in told.out
    assert "wanted label: answered" in told.out
    document = inquire("eval", "--set", str(tmp_path), "--json", **options).document
    assert document["failures"][0]["id"] == "Q1"
    assert document["false_absent"] == 1.0
    assert set(document["baselines"]["questions"]) >= {"BM25, 6 sentences", "cosine, 6 sentences"}
    place["text"] = "Nowhere."
    (tmp_path / "sentences.json").write_text(json.dumps({"a": place}))
    refused = inquire("eval", "--set", str(tmp_path), **options)
    assert refused.code == 3
    assert "None of the 1 labelled sentences" in refused.err
