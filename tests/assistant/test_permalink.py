"""The same question of the same library has one name and the same bytes, in every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant, cli
from assistant.permalink import permalink
from assistant.rendering.data import answer_json

ROOT = Path(cli.__file__).resolve().parents[1]
QUESTION = "Do middle layers give better features than the last layer?"


def asked(library: Path, corpus: Path, hash_seed: str) -> dict:
    """The document of `ask --json` in a process of its own, without its seconds."""
    env = {
        **os.environ, "INQUIRE_DATA_DIR": str(library), "INQUIRE_CORPUS_DIR": str(corpus),
        "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "ask", QUESTION, "--json"],
        capture_output=True, text=True, env=env, check=True,
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert document.pop("seconds")
    return document


def test_the_same_question_gives_the_same_bytes_in_every_process(small_library, small_corpus):
    one = asked(small_library, small_corpus, "1")
    two = answer_json(Assistant.open(small_library, corpus_dir=small_corpus).ask(QUESTION))
    assert two.pop("seconds")
    assert json.dumps(one) == json.dumps(two)
    assert len(one["permalink"]) == 12
    assert int(one["permalink"], 16) >= 0


@pytest.mark.parametrize("changed", [{"sources_per_answer": 2}, {"next_lines": 0}])
def test_a_setting_that_changes_answers_changes_their_name(small_library, small_corpus, changed):
    plain, other = (
        Assistant.open(small_library, corpus_dir=small_corpus, **settings)
        for settings in ({}, changed)
    )
    assert plain.ask(QUESTION).permalink != other.ask(QUESTION).permalink


def test_a_setting_that_changes_no_answer_keeps_their_name(small_library, small_corpus):
    plain, other = (
        Assistant.open(small_library, corpus_dir=small_corpus, **settings)
        for settings in ({}, {"threads": 1, "probe_seconds": 5.0})
    )
    one, two = (answer_json(each.ask(QUESTION)) for each in (plain, other))
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


def test_another_question_or_library_has_another_name(own_library, own_corpus):
    reader = Assistant.open(own_library, corpus_dir=own_corpus)
    first = reader.ask(QUESTION).permalink
    assert reader.ask(QUESTION + " Why?").permalink != first
    summary = reader.summarize(["middle-layers"]).permalink
    assert summary != reader.summarize(["logit-lens"]).permalink
    (own_corpus / "new.md").write_text("# New\n\nA new note says something new about layers.\n")
    reader.sync()
    assert reader.ask(QUESTION).permalink != first
    assert reader.summarize(["middle-layers"]).permalink != summary


def test_the_order_in_which_parts_are_named_does_not_matter():
    assert permalink(a=1, b="ü") == permalink(b="ü", a=1) != permalink(a=1, b="u")
