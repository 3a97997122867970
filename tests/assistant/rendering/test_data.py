"""The JSON of answers and hits has the promised form and nothing that JSON cannot say."""

import json
from dataclasses import replace

from assistant.rendering import answer_json, search_json
from assistant.types import Hit, Passage

PROMISED = {
    "": {
        "question", "deck", "coverage", "writer", "index_hash", "sentences", "gaps", "sources",
        "experiments", "next_lines", "dropped", "seconds",
    },
    "sentences": {"text", "paragraph", "role", "citations"},
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


def test_an_answer_survives_json(full_answer):
    document = answer_json(full_answer)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_hits_keep_rank_place_and_score():
    passage = Passage(id="a:3-9", source="a", text="layers", start=3, end=9, page=2)
    assert search_json([Hit(rank=1, passage=passage, score=0.5)]) == [
        {"rank": 1, "source": "a", "passage": "a:3-9", "text": "layers", "page": 2, "start": 3,
         "end": 9, "score": 0.5}
    ]  # fmt: skip
