"""Figures of labelled answers are those of the scoring script; labels follow sentences that moved."""

import contextlib
import importlib.util
import io
import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import Mendable
from assistant.evaluation import sets
from assistant.evaluation.fold import above_the_fold
from assistant.evaluation.labelled_answers import FIGURES, scored
from assistant.evaluation.labels import Places, placed
from assistant.evaluation.runs import run
from assistant.evaluation.telling import told
from assistant.evaluation.yardstick import figured
from assistant.rendering.data import answer_json
from assistant.types import Citation, Sentence

SCRIPT = Path(__file__).parents[4] / "shared" / "tools" / "score_answers.py"


def silent(message, fraction):
    """Report nothing."""


evaluate = partial(run, origin="labelled", report=silent, sample=None, seed=0, with_baselines=False)


def read(folder):
    (labels,) = sets.read(folder)
    return labels


@pytest.fixture
def script():
    """The shared scoring script: answers by question id in, its printed figures out."""
    if not SCRIPT.exists():
        pytest.skip("needs the folder `shared` beside the checkout")
    spec = importlib.util.spec_from_file_location("score_answers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def score(folder, answers):
        path = folder / "given.jsonl.txt"
        path.write_text("\n".join(map(json.dumps, answers)), "utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            module.main(folder / "questions.jsonl", folder / "sentences.json", path)
        return printed.getvalue()

    return score


def printed(figures):
    """Our figures in the script's words."""
    f = figures
    return (
        f"questions {f['questions']}\n"
        f"opens with a sentence that answers {f['opening']:.3f}\n"
        f"share of shown sentences that help {f['helpful']:.3f}\n"
        f"share of the ideal short answer shown {f['brief']:.3f}\n"
        f"the reservation not to be missed shown {f['caveat']:.3f}\n"
        f"tempting but useless, share of shown {f['tempting']:.3f}\n"
        f"words above the fold, median {f['words']:.0f}, largest {f['words_largest']:.0f}\n"
        f"coverage label right {f['label_right']:.3f}\n"
        f"called absent though it is not {f['false_absent']:.3f}\n"
        f"called answered though it is not {f['false_answered']:.3f}\n"
    )


def test_the_figures_of_real_answers_are_those_of_the_script(reader, labelled, script):
    document = evaluate(reader, read(labelled))
    answers = []
    for case in read(labelled).cases:
        answer = reader.ask(case.question)
        whole = answer_json(answer)
        shown = [
            each
            for each, sentence in zip(whole["sentences"], answer.sentences, strict=True)
            if sentence in above_the_fold(answer)
        ]
        answers.append({"id": case.id, "coverage": whole["coverage"], "sentences": shown})
    assert printed(document) == script(labelled, answers)


spans = st.tuples(
    st.sampled_from(["middle-layers", "logit-lens", "self-consistency", "E1"]), st.integers(0, 400),
    st.integers(1, 200),
)  # fmt: skip
answers_drawn = st.lists(
    st.tuples(st.lists(spans, max_size=3), st.integers(1, 9)), min_size=1, max_size=6
)
coverages = st.sampled_from(["answered", "partial", "absent"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*[answers_drawn] * 3), st.tuples(*[coverages] * 3))
def test_any_answers_come_to_what_the_script_makes_of_them(
    reader, labelled, script, drawn, coverages
):
    labels = read(labelled)
    places, remarks = placed(labels, reader.library)
    assert not remarks
    # One sentence opens and warns, so that every figure of the script is defined.
    names = places.spans()
    first = [names["middle-layers:0"], names["middle-layers:3"]]
    values, lines = [], []
    for case, each, coverage in zip(labels.cases, drawn, coverages, strict=True):
        cited = [([(s, a, b - a) for s, a, b in first], 3), *each]
        sentences = [
            Sentence(
                text="word " * words, paragraph=0, role="claim",
                citations=tuple(
                    Citation(source=s, passage="", quote="", page=None, start=a, end=a + long)
                    for s, a, long in found
                ),
            )
            for found, words in cited
        ]  # fmt: skip
        values.append(scored(case, sentences, coverage, places))
        shown = [
            {
                "role": "claim", "text": s.text,
                "citations": [{"source": c.source, "start": c.start, "end": c.end} for c in s.citations],
            }
            for s in sentences
        ]  # fmt: skip
        lines.append({"id": case.id, "coverage": coverage, "sentences": shown})
    assert printed(figured(FIGURES, values, 0)) == script(labelled, lines)


def test_simple_answers_stand_beside_and_failures_are_told(reader, labelled):
    document = evaluate(reader, read(labelled))
    rows = document["baselines"]["questions"]
    assert set(rows) == {
        "BM25, 6 sentences",
        "cosine, 6 sentences",
        "titles + BM25, 6 sentences",
    }
    for figures in (document, *rows.values()):
        for name, (low, high) in figures["intervals"].items():
            assert low <= figures[name] <= high, name
        assert figures["questions"] == 3
    assert rows["cosine, 6 sentences"]["false_answered"] == 1.0
    assert rows["cosine, 6 sentences"]["words"] > 0
    assert document["quotes_exist"] == 1.0
    wrong = {f["id"] for f in document["failures"]}
    values = json.loads(next((reader.data_dir / "evaluations" / "runs").iterdir()).read_text())[
        "cases"
    ]
    assert wrong == {
        name
        for name, each in values.items()
        if 0.0 in (each.get("opening"), each.get("label_right"))
    }
    text = told(document)
    assert "opens with a sentence that answers" in text
    assert "titles + BM25, 6 sentences" in text
    assert evaluate(reader, read(labelled))["before"]["changes"] == {}


def test_a_wrong_opening_and_a_wrong_label_are_shown_beside_the_right_ones(reader, labelled):
    path = labelled / "questions.jsonl"
    question = json.loads(path.read_text("utf-8").splitlines()[0])
    wrong = {**question, "opening": ["self-consistency:0"], "coverage": "absent"}
    path.write_text(json.dumps(wrong), "utf-8")
    (failure,) = evaluate(reader, read(labelled))["failures"]
    assert failure["id"] == "Q1"
    assert failure["opening"]
    assert "Sampling several reasoning paths" in failure["wanted_opening"][0]
    assert failure["label"] != failure["wanted_label"] == "absent"


def shifted(folder, change):
    path = folder / "sentences.json"
    held = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({name: change(name, each) for name, each in held.items()}), "utf-8")


def test_labels_follow_their_text_and_those_without_a_place_are_told(reader, labelled):
    before = placed(read(labelled), reader.library)[0].spans()
    shifted(labelled, lambda _, each: {**each, "start": each["start"] + 9, "end": each["end"] + 9})
    places, remarks = placed(read(labelled), reader.library)
    assert places.spans() == before
    assert len(places.moved) == len(before)
    assert "found by their text" in remarks[0]

    shifted(
        labelled,
        lambda name, each: {**each, "text": "Gone."} if name == "middle-layers:1" else each,
    )
    places, remarks = placed(read(labelled), reader.library)
    assert places.lost == ["middle-layers:1"]
    assert any("1 of" in each and "middle-layers:1" in each and "Q2" in each for each in remarks)
    assert remarks[-1] in told(evaluate(reader, read(labelled)))


def test_of_two_places_with_the_same_text_the_nearer_is_taken(reader, labelled):
    sentence = read(labelled).sentences[0]
    source = reader.source(sentence.source)
    word = next(w for w in source.text.split() if source.text.count(w) > 1)
    starts = [i for i in range(len(source.text)) if source.text.startswith(word, i)]
    for start in starts:
        near = type(sentence)(
            name="x", source=source.key, start=start + 1, end=start + 1 + len(word), text=word
        )
        places = Places([near], reader.library)
        assert places.spans()["x"] == (source.key, start, start + len(word))


def test_a_name_that_no_sentence_has_is_told(reader, labelled):
    path = labelled / "questions.jsonl"
    question = json.loads(path.read_text("utf-8").splitlines()[0])
    path.write_text(json.dumps({**question, "good": ["nosuch:1"]}), "utf-8")
    assert any("nosuch:1" in remark for remark in placed(read(labelled), reader.library)[1])


def test_labels_of_another_library_are_refused_in_one_line(reader, labelled):
    shifted(labelled, lambda _, each: {**each, "source": "elsewhere"})
    with pytest.raises(Mendable, match="None of the"):
        evaluate(reader, read(labelled))


def test_questions_without_a_known_label_are_not_judged_by_it(reader, labelled):
    path = labelled / "questions.jsonl"
    question = json.loads(path.read_text("utf-8").splitlines()[0])
    del question["coverage"], question["caveat"], question["bad_but_tempting"]
    path.write_text(json.dumps(question), "utf-8")
    document = evaluate(reader, read(labelled))
    assert "opening" in document
    assert not {"label_right", "caveat", "false_absent"} & set(document)
