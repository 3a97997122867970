"""A reader's word on a claim holds for exactly its text, and is carried over from a whole record only."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Mendable, UsageError
from assistant.library.store import Library
from assistant.pages import attestations
from assistant.pages.claim_records import ClaimRecords
from assistant.pages.claims import content_hash
from assistant.pages.paper import page
from tests.assistant.pages.shelves import held


@pytest.fixture
def records(own_library):
    with Library(own_library) as library:
        yield library, ClaimRecords(library), library.get("middle-layers")


def test_a_word_is_of_the_text_as_it_read(records):
    library, _, _ = records
    record = {"key": "k", "items": [{"claim_id": "C1", "text": "Deep  layers win."}]}
    attestations.dispute(library, record, "C1", "No.")
    said = attestations.said_of(library.remarks("k"), "C1", "Deep layers win.")
    assert said["attestation"] == "disputed"
    for other in ("Deep layers lose.", ""):
        assert attestations.said_of(library.remarks("k"), "C1", other)["attestation"] == "unclaimed"
    assert attestations.said_of(library.remarks("k"), "C2", "Deep layers win.")["said"] is None


def test_a_record_whose_claims_read_otherwise_here_brings_nothing(records):
    _, claims, source = records
    other = {**claims.attest(source, "C1")}
    claims.withdraw(source, "C1")
    other["items"] = [{**item, "text": f"{item['text']} Or not."} for item in other["items"]]
    done = claims.bring(_sealed(other))
    assert (done["brought"], done["other_words"]) == ([], ["C1"])


def test_a_source_that_is_not_here_is_named(records):
    _, claims, source = records
    other = {**claims.get(source), "key": "elsewhere", "title": "A paper that nobody here has read"}
    with pytest.raises(Mendable, match="A paper that nobody here has read"):
        claims.bring(_sealed(other))


def test_the_same_source_under_another_key_is_found_by_its_title(records):
    _, claims, source = records
    other = {**claims.attest(source, "C1"), "key": "their-key"}
    claims.withdraw(source, "C1")
    assert claims.bring(_sealed(other))["key"] == source.key


@pytest.mark.parametrize(
    "said",
    [None, {}, {"on": None}, {"on": 3}, {"on": ""}, {"on": "today"}, {"on": "2026-02-30"}, {"on": "20261130"},
     {"on": "2026-11-30\n    attested on 2020-01-01"}, {"on": "2026-11-30\x1b[2J"}, {"reason": None}, {"reason": 7},
     {"reason": ["No."]}, {"reason": " \n"}, {"reason": "x" * 2_001}],
)  # fmt: skip
def test_a_word_without_a_day_or_a_reason_in_words_is_refused_in_one_line(records, said):
    library, claims, source = records
    other = claims.dispute(source, "C1", "Why not.")
    claims.withdraw(source, "C1")
    whole = {"on": "2026-11-30", "reason": "Why not.", "record": None}
    other["items"][0]["said"] = said and {**whole, **said}
    with pytest.raises(Mendable, match="C1") as refused:
        claims.bring(_sealed(other))
    assert str(refused.value).isprintable()
    assert library.remarks(source.key) == {}


def test_the_longest_reason_is_carried_over_whole(records):
    _, claims, source = records
    other = claims.dispute(source, "C1", "x" * 2_000)
    claims.withdraw(source, "C1")
    claims.bring(_sealed(other))
    assert claims.get(source)["items"][0]["said"]["reason"] == "x" * 2_000


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_other_json_is_no_record(found):
    assert not attestations.is_record(found)


def test_what_another_version_stored_says_nothing(records):
    library, _, _ = records
    for kept in ("{", '{"stand": 3}', "0123abcd"):
        library.remark("k", "attest:C1", kept)
        assert attestations.said_of(library.remarks("k"), "C1", "x")["said"] is None


def test_an_attestation_is_kept_changes_the_hash_and_can_be_taken_back(library: Library) -> None:
    source = held(library, "deer")
    before = page(library, source)["claims"]
    attestations.attest(library, before, "C1")
    attested = page(library, source)["claims"]
    assert attested["items"][0]["attestation"] == "attested"
    assert attested["sha256"] != before["sha256"]
    attestations.withdraw(library, attested, "C1")
    assert page(library, source)["claims"] == before


def test_a_claim_that_now_reads_otherwise_is_not_vouched_for(library: Library) -> None:
    source = held(library, "clada")
    record = page(library, source)["claims"]
    other = json.loads(json.dumps(record))
    other["items"][0]["text"] = "Something the reader vouched for before the file changed."
    attestations.attest(library, other, "C1")
    assert page(library, source)["claims"]["items"][0]["attestation"] == "unclaimed"
    attestations.withdraw(library, record, "C1")


def test_an_unknown_claim_is_refused_naming_those_there_are(library: Library) -> None:
    record = page(library, held(library, "deer"))["claims"]
    with pytest.raises(UsageError, match="C1, C2, C3, C4"):
        attestations.attest(library, record, "C9")


def _sealed(record):
    body = {name: value for name, value in record.items() if name != "sha256"}
    return json.dumps({**body, "sha256": content_hash(body)})
