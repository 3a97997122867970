"""SciFact is read from tables, JSON lines or a zip, with what decides each claim."""

import json
import zipfile

from assistant.evaluation import sets
from tests.assistant.evaluation.sets.written import write

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
