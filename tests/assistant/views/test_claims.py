"""A claim of a record has buttons to vouch for it or dispute it, or what was said of it."""

import pytest

from assistant.views.claims import claims
from assistant.views.markup import Html

ITEM = {
    "claim_id": "C1", "kind": "strongest_claim", "status": "quoted", "text": "It is so.", "attestation": "none",
    "said": None, "experiments": [],
}  # fmt: skip


def page(**changes):
    record = {
        "items": [{**ITEM, **changes}, {**ITEM, "text": ""}], "sha256": "0a", "category": "cs.CL",
        "source": {"kind": "arxiv", "id": "2104.1", "version": 2},
    }  # fmt: skip
    return claims("k", record, lambda _key, items: Html(items[0]["claim_id"]))


def test_a_record_counts_the_claims_that_have_words_and_names_its_source():
    shown = page()
    assert "1 claims with their experiments" in shown
    assert "Of arXiv 2104.1, version 2, subject cs.CL." in shown
    assert shown.count('data-do="attest"') == shown.count('data-do="dispute"') == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"on": "2026-11-30", "reason": "", "record": None}, "Disputed on 2026-11-30."),
        (
            {"on": "2026-11-30", "reason": "<b>", "record": "x"},
            "record: &lt;b&gt;",
        ),
    ],
)
def test_what_was_said_of_a_claim_can_be_taken_back(said, told):
    shown = page(said=said, attestation="disputed")
    assert told in shown
    assert 'data-do="withdraw"' in shown
    assert 'data-do="attest"' not in shown
