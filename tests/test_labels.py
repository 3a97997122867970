"""The labelled questions point at sentences that stand in the notes as stored."""

import importlib.util
import json
from pathlib import Path

import pytest

from assistant.readers import markdown
from assistant.select.judgements import Judgements
from training import sets

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "tests" / "labels"
SENTENCES = json.loads((LABELS / "sentences.json").read_text("utf-8"))
QUESTIONS = [
    json.loads(line)
    for name in ("questions.jsonl", "training.jsonl")
    for line in (LABELS / name).read_text("utf-8").splitlines()
]

_spec = importlib.util.spec_from_file_location("carry_labels", ROOT / "tools" / "carry_labels.py")
carry_labels = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(carry_labels)


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").glob("*.md")), ids=lambda path: path.stem)
def test_every_sentence_of_a_note_has_an_id_and_stands_where_its_label_says(path):
    stored = markdown.read(path).text
    labelled = [s for s in SENTENCES.values() if s["source"] == path.stem]
    assert all(stored[s["start"] : s["end"]] == s["text"] for s in labelled)
    told = {(s.start, s.end, s.section) for s in carry_labels.told(path)}
    assert told == {(s["start"], s["end"], s["section"]) for s in labelled}


def test_every_id_that_a_question_names_exists():
    named = {name for q in QUESTIONS for part in carry_labels.LISTS for name in q[part]}
    assert named <= SENTENCES.keys()
    assert len(QUESTIONS) == 170
    assert len({q["id"] for q in QUESTIONS}) == 170


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["id"])
def test_a_question_that_the_notes_bear_on_keeps_its_answer(question):
    assert bool(question["opening"]) == (question["coverage"] != "absent")
    assert not {*question["opening"], *question["brief"]} & {*question["bad_but_tempting"]}


def test_the_judged_questions_are_the_labelled_ones_and_none_of_the_yardstick():
    judged = Judgements(ROOT / "corpus" / "judgements.npz")
    assert judged.questions == [row["question"] for row in sets.labelled()]
    yardstick = {row["question"].lower() for row in sets.read_jsonl(LABELS / "questions.jsonl")}
    assert not yardstick & {question.lower() for question in judged.questions}


def test_every_judged_sentence_stands_in_its_note():
    judged = Judgements(ROOT / "corpus" / "judgements.npz")
    notes = {
        key: " ".join(markdown.read(ROOT / "corpus" / f"{key}.md").text.split())
        for key, _ in judged.sentences
    }
    assert all(sentence in notes[key] for key, sentence in judged.sentences)


def test_a_reworded_sentence_keeps_its_id_and_a_new_one_gets_the_next_number():
    def note(*texts):
        return [carry_labels.Sentence("a", "facts", 0, len(text), text) for text in texts]

    old = dict(
        zip(
            ("a:1", "a:2", "a:3", "a:4"),
            note(
                "Larger models fold sooner.",
                "The paper lists three authors.",
                "It would be wrong to read folding as failure.",
                "Small models fold late and twice.",
            ),
            strict=True,
        )
    )
    new = note(
        "Larger models fold sooner.",
        "Folding is not failure, and reading folding as failure is wrong.",
        "Small models fold late.",
        "Small ones, by contrast, do so two times over.",
    )
    found = carry_labels.carried(old, new)
    assert {name: sentence.text for name, sentence in found.items()} == {
        "a:1": new[0].text,
        "a:3": new[1].text,
        "a:4": new[2].text,
        "a:5": new[3].text,
    }


def test_labels_that_are_carried_once_more_stay_as_they_are(tmp_path):
    for path in LABELS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    carry_labels.main(["--labels", str(tmp_path)])
    for path in LABELS.iterdir():
        assert (tmp_path / path.name).read_text("utf-8") == path.read_text("utf-8")
