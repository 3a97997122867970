"""Annotated spans are read with their passages, and a passage without them is named."""

import json

import pytest

from assistant.errors import UsageError
from assistant.evaluation import sets

PASSAGE = {"title": "T", "text": "Whales sing at night.", "gold": ["sing at night"]}


def written(folder, *passages):
    (folder / "spans.jsonl").write_text(
        json.dumps({"query": "When?", "passages": passages}), "utf-8"
    )
    return folder


def test_each_passage_has_its_title_and_spans(tmp_path):
    (found,) = sets.read(written(tmp_path, PASSAGE, {**PASSAGE, "title": None, "gold": []}))
    (case,) = found.cases
    assert case.question == "When?"
    assert [(p.title, p.gold) for p in case.passages] == [
        ("T", ("sing at night",)),
        (PASSAGE["text"], ()),
    ]


@pytest.mark.parametrize("passage", [{"title": "T", "gold": []}, {"text": "T"}, "text", None])
def test_a_passage_without_text_or_spans_is_named(tmp_path, passage):
    with pytest.raises(UsageError, match="query 1"):
        sets.read(written(tmp_path, passage))
