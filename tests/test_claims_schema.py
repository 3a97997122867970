"""Every claims record of the bundled reading list follows the published schema, and its hash can be recomputed."""

import copy
import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assistant.library.store import Library
from assistant.pages.claims import content_hash
from assistant.pages.paper import page

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "claims.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def records(reading_list):
    with Library(reading_list) as library:
        return [page(library, source)["claims"] for source in library.sources("note")]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_record_is_of_the_schema(records):
    check = Draft202012Validator(SCHEMA)
    assert len(records) > 50
    assert any(item["experiments"] for record in records for item in record["items"])
    for record in records:
        # This is the record as another program gets it, not as Python holds it.
        assert [e.message for e in check.iter_errors(json.loads(json.dumps(record)))] == []


def test_the_hash_is_that_of_the_canonical_form_as_the_schema_says_it(records):
    for record in records:
        body = {name: value for name, value in record.items() if name != "sha256"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert record["sha256"] == hashlib.sha256(text.encode("utf-8")).hexdigest()
        assert (
            content_hash(dict(reversed(json.loads(json.dumps(record)).items()))) == record["sha256"]
        )


def spoilt(record, path, value):
    changed = copy.deepcopy(record)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sha256",), None), (("sha256",), "abc"), (("items", 0, "kind"), "headline"), (("items", 3), None),
        (("items", 0, "attestation"), "sure"), (("items", 0, "said"), {"on": "now"}),
        (("items", 0, "text"), ""), (("references", "count"), -1),
        (("more",), "x"), (("items", 1, "experiments"), [{"evidence": "x"}]),
    ],
)  # fmt: skip
def test_what_is_no_record_is_told(records, path, value):
    record = next(record for record in records if record["items"][0]["text"])
    assert not Draft202012Validator(SCHEMA).is_valid(spoilt(record, path, value))
