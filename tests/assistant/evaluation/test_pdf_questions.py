"""A quote from a PDF is right on the right page of the right file, and a label may not claim more."""

import json
from functools import partial

import pytest

from assistant.errors import Mendable, UsageError
from assistant.evaluation import sets
from assistant.evaluation.pdf_questions import ALONE, TOGETHER
from assistant.evaluation.runs import run
from assistant.evaluation.telling import told
from tests.pdfs import Text, pdf

BEES = [
    ["Counting in honey bees", "We trained honey bees to count landmarks in a tunnel of four metres.",
     "Forager bees stopped counting reliably beyond four landmarks in every trial of the study."],
    ["Methods", "The tunnel was lined with yellow paper and each landmark was a yellow stripe.",
     "Each bee made twenty flights through the tunnel on three days of warm weather."],
]  # fmt: skip
TEA = [
    ["Steeping green tea", "Green tea tastes bitter when the water is hotter than eighty degrees.",
     "Tasters preferred leaves that were steeped for two minutes over those steeped for five."],
]  # fmt: skip


def written(pages):
    return pdf(
        [
            [
                Text(72, 700 - 30 * at, line, size=14 if at == 0 else 10)
                for at, line in enumerate(page)
            ]
            for page in pages
        ]
    )


BEE = {
    "id": "B1", "file": "bees.pdf", "question": "How many landmarks can forager bees count reliably?",
    "answerable": True, "page": [1], "must_match": ["Beyond\\s+FOUR\\s+landmarks"], "source": "prose",
    "evidence": "Forager bees stopped counting reliably beyond four landmarks.",
}  # fmt: skip
FLIGHTS = {
    **BEE, "id": "B2", "question": "How many flights did each bee make through the tunnel?", "page": [2],
    "must_match": ["twenty flights"], "source": "table",
}  # fmt: skip
BOTH = {
    **BEE, "id": "B3", "also": [{"file": "tea.pdf", "page": [1], "must_match": ["two minutes"]}],
}  # fmt: skip
NOTHING = {
    "id": "T1", "file": "tea.pdf", "question": "Which parliament taxed sugar imports in 1764?",
    "answerable": False, "page": [], "must_match": [], "source": "none",
    "also": [{"file": "bees.pdf"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bees.pdf").write_bytes(written(BEES))
    (tmp_path / "tea.pdf").write_bytes(written(TEA))
    return tmp_path


def asked(folder, *rows):
    path = folder / "questions.json"
    path.write_text(json.dumps(rows), "utf-8")
    (found,) = sets.read(path)
    return found


def silent(message, fraction):
    """Report nothing."""


evaluate = partial(run, origin="", report=silent, sample=None, seed=0, with_baselines=False)


@pytest.fixture
def document(reader, folder):
    return evaluate(reader, asked(folder, BEE, FLIGHTS, BOTH, NOTHING))


def test_each_question_is_asked_of_its_file_and_of_all(document, reader):
    assert list(document["groups"]) == [ALONE, TOGETHER]
    for group, figures in document["groups"].items():
        assert figures["questions"] == 4
        assert figures["held_back"] == 1.0
        assert figures["quotes_exist"] == 1.0
        assert figures["any_right_unfolded"] >= figures["any_right"] >= figures["first_right"]
        assert {"any_right_text", "any_right_table"} <= set(figures), group
    assert "all_parts_right" not in document["groups"][ALONE]
    assert document["groups"][TOGETHER]["all_parts_right"] in (0.0, 1.0)
    assert not reader.library.keys("paper")


def test_the_nearest_sentences_are_beside(document):
    for rows in document["baselines"].values():
        one, six = rows["cosine, 1 sentence"], rows["cosine, 6 sentences"]
        assert one["first_right"] == one["any_right"] == six["first_right"]
        assert six["any_right"] >= one["any_right"]
        assert one["held_back"] == 0.0
    assert document["baselines"][ALONE]["cosine, 6 sentences"]["any_right"] == 1.0
    text = told(document)
    assert "first quote right, where only a table says it" in text
    assert ALONE in text


@pytest.mark.parametrize(
    "wrong", [{"page": [2]}, {"must_match": ["beyond five"]}], ids=["page", "words"]
)
def test_a_quote_of_another_page_or_without_the_words_is_wrong(reader, folder, wrong):
    document = evaluate(reader, asked(folder, {**BEE, **wrong}))
    for group, figures in document["groups"].items():
        assert figures["any_right_unfolded"] == 0.0
        assert document["baselines"][group]["cosine, 6 sentences"]["answered_wrong"] == 1.0
    failures = document["failures"]
    assert [each["asked_of"] for each in failures] == [ALONE, TOGETHER]
    assert all(f"p. {wrong.get('page', [1])[0]} of bees.pdf" in each["wanted"] for each in failures)


def test_where_no_page_is_given_any_page_will_do(reader, folder):
    document = evaluate(reader, asked(folder, {**BEE, "page": []}))
    assert document["baselines"][ALONE]["cosine, 6 sentences"]["any_right"] == 1.0


def test_what_is_wrong_with_a_set_is_said_in_one_line(folder):
    with pytest.raises(Mendable, match=r"gone\.pdf, not found in"):
        asked(folder, {**BEE, "file": "gone.pdf"})
    with pytest.raises(UsageError, match="B1: '\\(' is no pattern"):
        asked(folder, {**BEE, "must_match": ["("]})
    with pytest.raises(UsageError, match="B1: needs file, page"):
        asked(folder, {**BEE, "page": ["one"]})


def test_files_are_found_where_the_set_of_the_project_has_them(folder):
    inner = folder / "eval" / "questions"
    inner.mkdir(parents=True)
    (folder / "pdfs" / "open_licence").mkdir(parents=True)
    (folder / "bees.pdf").rename(folder / "pdfs" / "open_licence" / "bees.pdf")
    assert asked(inner, BEE).files["bees.pdf"].is_file()


def test_a_file_that_cannot_be_read_is_told(reader, folder):
    (folder / "tea.pdf").write_bytes(b"no pdf at all")
    document = evaluate(reader, asked(folder, BEE, NOTHING))
    assert any(remark.startswith("tea.pdf could not be read") for remark in document["remarks"])
