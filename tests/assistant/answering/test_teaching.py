"""A reader's mark on a sentence counts from the next question on, and no longer once it is taken back."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant
from assistant.errors import UsageError
from assistant.rendering.data import answer_json

ROOT = Path(__file__).resolve().parents[3]
ASKED = "How do sea otters keep from drifting apart at night?"
OTHERWISE = "What stops sleeping otters from floating away from each other?"
HANDS = "Sea otters hold the paws of a neighbour at night and so do not drift apart."
KELP = "Sea otters wind a strand of kelp around themselves at night and so do not drift apart."
NOTES = {
    "paws": ("Paws", HANDS),
    "kelp": ("Kelp", KELP),
    "food": ("Food", "Sea otters eat urchins and crabs."),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teaching")
    notes = folder / "notes"
    notes.mkdir()
    for key, (title, text) in NOTES.items():
        (notes / f"{key}.md").write_text(f"# {title}\n\n{text}\n", "utf-8")
    assistant = Assistant.open(folder / "data", corpus_dir=None)
    assistant.add([notes])
    return assistant


@pytest.fixture
def library(made):
    yield made
    for mark in made.marks():
        made.unmark(mark.question, mark.source, mark.sentence)


def told(assistant, question):
    """The answer as data, without what it took to make it."""
    found = answer_json(assistant.ask(question))
    return json.dumps(
        {name: value for name, value in found.items() if not name.endswith("seconds")}
    )


def order(assistant, question):
    """The sources of the sentences of an answer, in their order."""
    return [c.source for s in assistant.ask(question).sentences for c in s.citations]


def last_of(assistant, question):
    """Source and words of that one of the two sentences that stands later in an answer."""
    key = max(("paws", "kelp"), key=order(assistant, question).index)
    return key, NOTES[key][1]


def test_a_sentence_that_answered_is_raised_for_the_same_question_in_other_words(library):
    key, sentence = last_of(library, OTHERWISE)
    assert order(library, OTHERWISE)[0] != key
    library.mark(ASKED, key, sentence, "answers")
    assert order(library, OTHERWISE)[0] == key


def test_a_sentence_that_misleads_is_gone_from_the_answer(library):
    first = order(library, ASKED)[0]
    library.mark(ASKED, first, NOTES[first][1], "misleads")
    shown = order(library, f"{ASKED[0].lower()}{ASKED[1:-1]}")
    assert shown
    assert first not in shown


def test_a_mark_that_was_taken_back_leaves_the_answer_as_it_was(library):
    before = told(library, OTHERWISE)
    key, sentence = last_of(library, OTHERWISE)
    library.mark(ASKED, key, sentence, "answers")
    during = told(library, OTHERWISE)
    assert json.loads(during)["permalink"] != json.loads(before)["permalink"]
    library.unmark(ASKED, key, sentence)
    assert told(library, OTHERWISE) == before


def test_marks_are_there_after_a_restart(library):
    key, sentence = last_of(library, OTHERWISE)
    library.mark(ASKED, key, sentence, "answers")
    again = Assistant.open(library.data_dir, corpus_dir=None)
    assert again.marks() == library.marks()
    assert told(again, OTHERWISE) == told(library, OTHERWISE)


def test_an_open_library_hears_a_mark_of_another_process(library):
    key, sentence = last_of(library, OTHERWISE)
    marking = (
        "import sys; from assistant import Assistant;"
        "Assistant.open(sys.argv[1], corpus_dir=None).mark(*sys.argv[2:])"
    )
    subprocess.run(
        [sys.executable, "-c", marking, str(library.data_dir), ASKED, key, sentence, "answers"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    assert order(library, OTHERWISE)[0] == key


def test_a_far_question_is_answered_as_before(library):
    before = json.loads(told(library, "What do sea otters eat?"))
    key, sentence = last_of(library, OTHERWISE)
    library.mark(ASKED, key, sentence, "answers")
    after = json.loads(told(library, "What do sea otters eat?"))
    assert before.pop("permalink") != after.pop("permalink")
    assert after == before


def test_what_another_model_embedded_is_embedded_anew(library):
    from assistant.library import marks

    key, sentence = last_of(library, OTHERWISE)
    library.mark(ASKED, key, sentence, "answers")
    with_mark = told(library, OTHERWISE)
    kept = marks.vectors(library.library, library.embedding_model().id)
    assert list(kept) == [ASKED]
    marks.keep_vectors(
        library.library,
        "another model",
        {ASKED: np.ones_like(np.frombuffer(kept[ASKED], np.float32))},
    )
    again = Assistant.open(library.data_dir, corpus_dir=None)
    assert told(again, OTHERWISE) == with_mark
    assert marks.vectors(library.library, library.embedding_model().id)[ASKED] == kept[ASKED]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((ASKED, "pawns", HANDS, "answers"), "did you mean paws"),
        ((ASKED, "paws", KELP, "answers"), "does not say"),
        ((ASKED, "paws", HANDS, "good"), "answers, helps, misleads"),
        (("?", "paws", HANDS, "answers"), "question is empty"),
    ],
)
def test_what_cannot_be_marked_is_one_line(library, given, told):
    with pytest.raises(UsageError, match=told) as raised:
        library.mark(*given)
    assert "\n" not in str(raised.value)
    assert library.marks() == []


def test_filters_are_no_part_of_a_marked_question(library):
    library.mark(f"{ASKED} kind:note", "paws", HANDS, "helps")
    assert [mark.question for mark in library.marks()] == [ASKED]
    library.unmark(ASKED, "paws", HANDS)


def test_a_source_that_is_taken_out_takes_its_marks_along(tmp_path):
    note = tmp_path / "paws.md"
    note.write_text(f"# Paws\n\n{HANDS}\n", "utf-8")
    assistant = Assistant.open(tmp_path / "data", corpus_dir=None)
    assistant.add([note])
    assistant.mark(ASKED, "paws", HANDS, "answers")
    note.write_text(f"# Paws\n\n{HANDS} They do so in rafts.\n", "utf-8")
    assistant.sync()
    assert len(assistant.marks()) == 1
    assistant.remove(["paws"])
    assert assistant.marks() == []
