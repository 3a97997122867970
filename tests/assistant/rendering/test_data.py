"""The JSON of answers and hits has the documented form and no value that JSON cannot hold."""

import json
from dataclasses import replace

from assistant.rendering.data import answer_json, search_json
from assistant.rendering.unfolding import unfolded
from assistant.types import Hit, Passage

PROMISED = {
    "": {
        "question", "deck", "coverage", "writer", "index_hash", "sentences", "gaps", "sources",
        "experiments", "next_lines", "dropped", "seconds", "folds", "length",
    },
    "sentences": {"text", "paragraph", "role", "citations"},
    "folds": {"kind", "summary", "sentences"},
    "gaps": {"aspect", "nearest"},
    "sources": {"key", "kind", "title", "claim"},
    "experiments": {"probe", "claim", "why", "parameters", "seconds", "evidence"},
    "next_lines": {"question", "coverage", "source"},
    "dropped": {"text", "reason"},
}  # fmt: skip
CITATION = {"source", "passage", "quote", "page", "start", "end", "support"}


def test_an_answer_has_every_promised_key(full_answer):
    document = answer_json(full_answer)
    assert set(document) >= PROMISED[""]
    for part in PROMISED.keys() - {""}:
        assert document[part], part
        assert all(set(row) >= PROMISED[part] for row in document[part]), part
    cited = [citation for row in document["sentences"] for citation in row["citations"]]
    assert cited
    assert all(set(citation) == CITATION for citation in cited)


def test_what_a_quote_says_to_the_claim_is_a_key_only_where_it_is_clear(full_answer):
    sentence = next(each for each in full_answer.sentences if each.citations)
    told = replace(sentence.citations[0], stance="contests")
    answer = replace(full_answer, sentences=(replace(sentence, citations=(told,)),))
    (row,) = answer_json(answer)["sentences"]
    assert row["citations"][0]["stance"] == "contests"
    assert set(row["citations"][0]) == CITATION | {"stance"}


def test_sentences_hold_what_is_above_the_fold_and_folds_the_rest(full_answer):
    document = answer_json(full_answer)
    assert [row["text"] for row in document["sentences"]] == [s.text for s in full_answer.sentences]
    assert [row["kind"] for row in document["folds"]] == ["evidence", "reservations"]
    assert [row["text"] for row in document["folds"][0]["sentences"]] == ["A.", "B.", "C."]
    assert document["length"] == "brief"
    assert "folded" not in document
    full = answer_json(unfolded(full_answer))
    assert (full["length"], full["folds"]) == ("full", [])
    assert [row["text"] for row in full["sentences"]][-1] == "D."


def test_a_lead_in_is_a_key_only_where_there_is_one(full_answer):
    rows = answer_json(full_answer)["sentences"]
    assert [row.get("lead_in") for row in rows] == ["Not as stated:", None, "By contrast:"]
    assert "lead_in" not in rows[1]


def test_an_answer_survives_json(full_answer):
    document = answer_json(full_answer)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_hits_keep_rank_place_and_score():
    passage = Passage(id="a:3-9", source="a", text="layers", start=3, end=9, page=2)
    assert search_json([Hit(rank=1, passage=passage, score=0.5)]) == [
        {"rank": 1, "source": "a", "passage": "a:3-9", "text": "layers", "page": 2, "start": 3,
         "end": 9, "score": 0.5}
    ]  # fmt: skip
