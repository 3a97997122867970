"""Every format is recognised by its columns, and its rows become cases with their known values."""

import json
import zipfile

import pytest

from assistant.errors import UsageError
from assistant.evaluation import sets
from assistant.evaluation.cases import library_key

CORPUS = """doc_id,title,abstract,structured
7,Zinc and colds,"['Zinc shortens colds by 1.6 days.'
 ""It's cheap, too."" 'Nausea was seen.']",False
9,Iron,['Iron is a metal.'],False
"""
CLAIMS = """id,claim,evidence_doc_id,evidence_label,evidence_sentences,cited_doc_ids
1,Zinc shortens colds.,7,SUPPORT,[0],[7 9]
1,Zinc shortens colds.,7,SUPPORT,[1 2],[7 9]
2,Zinc cures colds.,,,[],[9]
"""
TRAINING = CLAIMS.replace("Zinc", "Lead")
UNLABELLED = (
    "id,claim,evidence_doc_id,evidence_label,evidence_sentences,cited_doc_ids\n5,What.,,,[],[]\n"
)


def write(folder, **files):
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{stem}.{suffix}").write_text(text, "utf-8")
    return folder


def test_scifact_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "any.zip", "w") as archive:
        archive.writestr("corpus.csv", CORPUS)
        archive.writestr("held_back.csv", CLAIMS)
        archive.writestr("claims_train.csv", TRAINING)
        archive.writestr("claims_test.csv", UNLABELLED)
    (found,) = sets.read(tmp_path)
    assert {d.key: d.text for d in found.documents} == {
        "7": "Zinc shortens colds by 1.6 days. It's cheap, too. Nausea was seen.",
        "9": "Iron is a metal.",
    }
    proven, open_ = found.cases
    assert proven.question == "Zinc shortens colds."
    assert (proven.relevant, proven.wanted, proven.expected) == ({"7", "9"}, {"7"}, "found")
    assert proven.rationales == {
        "7": ("Zinc shortens colds by 1.6 days.", "It's cheap, too.", "Nausea was seen.")
    }
    assert (proven.stances, open_.stances) == ({"7": "supports"}, {})
    assert (open_.relevant, open_.wanted, open_.expected) == ({"9"}, frozenset(), "lacking")


def test_scifact_as_its_own_json_lines_is_the_same(tmp_path):
    for name in ("tables", "lines"):
        (tmp_path / name).mkdir()
    write(tmp_path / "tables", corpus_csv=CORPUS, claims_csv=CLAIMS)
    documents = [
        {"doc_id": 7, "title": "Zinc and colds", "structured": False,
         "abstract": ["Zinc shortens colds by 1.6 days.", "It's cheap, too.", "Nausea was seen."]},
        {"doc_id": 9, "title": "Iron", "abstract": ["Iron is a metal."], "structured": False},
    ]  # fmt: skip
    evidence = {
        "7": [{"sentences": [0], "label": "SUPPORT"}, {"sentences": [1, 2], "label": "SUPPORT"}]
    }
    claims = [
        {"id": 1, "claim": "Zinc shortens colds.", "evidence": evidence, "cited_doc_ids": [7, 9]},
        {"id": 2, "claim": "Zinc cures colds.", "evidence": {}, "cited_doc_ids": [9]},
    ]
    write(
        tmp_path / "lines", corpus_jsonl="\n".join(map(json.dumps, documents)),
        claims_jsonl="\n".join(map(json.dumps, claims)),
    )  # fmt: skip
    assert sets.read(tmp_path / "tables") == sets.read(tmp_path / "lines")


def test_scifact_trains_where_nothing_else_is_labelled(tmp_path):
    write(tmp_path, corpus_csv=CORPUS, claims_train_csv=TRAINING, claims_test_csv=UNLABELLED)
    (found,) = sets.read(tmp_path)
    assert [case.question for case in found.cases] == ["Lead shortens colds.", "Lead cures colds."]


QASA = {
    "paper_id": "paper_1", "title": "Video nets", "question_id": 3, "question": "What batch size is used?",
    "question_trigger_sentence": "We train with Adam.", "evidential_info": [],
    "composition": "The batch size is not given in this paper.",
}  # fmt: skip


def test_unanswerable_questions_are_asked_beside_their_passages_and_of_the_reader(tmp_path):
    write(tmp_path, any_json=[QASA, {**QASA, "question_id": 4, "question": "Which GPU?"}])
    near, own = sets.read(tmp_path)
    (document,) = near.documents
    assert (document.title, document.text) == ("Video nets", "We train with Adam.")
    assert own.documents == ()
    for found in (near, own):
        assert [case.question for case in found.cases] == ["What batch size is used?", "Which GPU?"]
        assert {case.expected for case in found.cases} == {"lacking"}
        assert found.cases[0].lack == "The batch size is not given in this paper."


def test_answerable_questions_among_unanswerable_ones_are_left_out(tmp_path):
    answered = {**QASA, "question": "Which optimiser?", "evidential_info": [{"context": "Adam"}]}
    write(tmp_path, any_json=[QASA, answered])
    assert [case.question for case in sets.read(tmp_path)[0].cases] == [QASA["question"]]


def test_experts_answers_bring_their_passages(tmp_path):
    contexts = [
        {"title": "First work", "text": "Alpha beta."},
        {"title": "Second work", "text": float("nan")},
        {"title": "Third: a very long title of a work that no key of a library can hold in whole", "text": "Gamma."},
        {"title": "First work", "text": "Delta."},
    ]  # fmt: skip
    output = (
        "A plain sentence. One that cites two [0, 3].\nAnother cites one that is missing [1] [2]."
    )
    write(tmp_path, any_json=[{"id": "x", "input": "What?", "ctxs": contexts, "output": output}])
    (found,) = sets.read(tmp_path)
    assert [d.text for d in found.documents] == ["Alpha beta.\n\nDelta.", "Gamma."]
    (case,) = found.cases
    assert case.wanted == {document.key for document in found.documents}
    assert [(cited.text, cited.passages) for cited in case.reference] == [
        ("A plain sentence.", ()),
        ("One that cites two.", ("Alpha beta.", "Delta.")),
        ("Another cites one that is missing.", ("Gamma.",)),
    ]


def test_bare_questions_are_out_of_the_collection(tmp_path):
    write(tmp_path, bio_jsonl='{"input": "What is a cell?", "id": "b1"}\n')
    (found,) = sets.read(tmp_path)
    assert [(case.question, case.expected) for case in found.cases] == [
        ("What is a cell?", "absent")
    ]


def test_lines_keep_their_points(tmp_path):
    line = {"id": "L1", "question": "Why?", "must_cite": ["a"], "may_cite": ["b"], "must_say": ["s"],
            "must_admit": ["t"], "must_not_say": ["u"]}  # fmt: skip
    write(tmp_path, lines_json=[line, {"question": "Pizza?", "must_cite": []}])
    (found,) = sets.read(tmp_path / "lines.json")
    first, second = found.cases
    assert (first.wanted, first.welcome, first.expected) == ({"a"}, {"b"}, "found")
    assert (first.must_say, first.must_admit, first.must_not_say) == (("s",), ("t",), ("u",))
    assert second.expected == "absent"


def test_a_folder_of_nothing_known_says_what_is_known(tmp_path):
    write(tmp_path, any_json=[{"problem": "2+2"}], any_txt="text")
    with pytest.raises(UsageError) as caught:
        sets.read(tmp_path)
    assert all(name in str(caught.value) for name in sets.names())


@pytest.mark.parametrize("name", ["12", "a-b", "A b", "ü", "", "word " * 40, "word " * 41])
def test_a_document_has_a_key_that_a_library_keeps(name):
    key = library_key(name)
    assert library_key(key) == key
    assert len(key) <= 60
    assert name == key or library_key(name + "!") != key
