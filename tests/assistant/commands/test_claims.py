"""`inquire claims` vouches for a claim or disputes it, and carries both to another library as a file."""

import json

import pytest

from tests.assistant.command_line import one_line

KEY = "middle-layers"


@pytest.fixture
def run(inquire, own_library, own_corpus):
    return lambda *arguments: inquire(*arguments, data=own_library, corpus=own_corpus)


def _claim(document, claim_id):
    return next(item for item in document["items"] if item["claim_id"] == claim_id)


def test_a_claim_is_attested_disputed_and_left_again(run):
    shown = run("claims", "show", KEY)
    assert shown.code == 0
    assert "C1" in shown.out
    first = run("claims", "attest", KEY, "C1", "--json").document
    assert _claim(first, "C1")["attestation"] == "attested"
    disputed = run(
        "claims", "dispute", KEY, "C1", "--reason", "Only\nfour  models.", "--json"
    ).document
    said = _claim(disputed, "C1")["said"]
    assert (said["reason"], said["record"]) == ("Only four models.", None)
    assert f"disputed on {said['on']}: Only four models." in run("claims", "show", KEY).out
    back = run("claims", "withdraw", KEY, "C1", "--json").document
    assert _claim(back, "C1")["said"] is None
    assert run("paper", KEY, "--json").document["claims"] == back


def test_a_record_goes_out_as_a_file_and_comes_in_once(run, tmp_path):
    file = tmp_path / "record.json"
    run("claims", "dispute", KEY, "C1", "--reason", "Only four models.")
    run("claims", "attest", KEY, "C2")
    assert run("claims", "export", KEY, "-o", str(file)).code == 0
    for claim in ("C1", "C2"):
        run("claims", "withdraw", KEY, claim)
    run("claims", "attest", KEY, "C2")
    done = run("claims", "import", str(file), "--json")
    assert (done.code, done.document["key"]) == (0, KEY)
    assert "C1" in done.document["brought"]
    assert "C2" in done.document["kept"]
    said = _claim(run("claims", "show", KEY, "--json").document, "C1")
    assert (said["attestation"], said["said"]["record"]) == (
        "disputed",
        json.loads(file.read_text("utf-8"))["sha256"],
    )
    assert run("claims", "import", str(file)).code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("attest", KEY, "C9"), 2, "no claim 'C9'"),
        (("dispute", KEY, "C1", "--reason", "  "), 2, "needs a reason"),
        (("dispute", KEY, "C1"), 2, "--reason"),
        (("show", "nobody"), 2, "no source 'nobody'"),
        (("import", "/nowhere.json"), 3, "cannot be read"),
        (("export", KEY, "-o", "/nowhere/x.json"), 3, "cannot be written"),
    ],
)
def test_wrong_use_is_one_line(run, arguments, code, says):
    told = run("claims", *arguments)
    assert told.code == code
    assert says in told.err
    assert one_line(told.err)


def test_what_is_no_record_was_altered_or_is_of_another_source_is_refused(run, tmp_path):
    file = tmp_path / "record.json"
    good = run("claims", "export", KEY, "--json").document
    for document, says in (
        ("no JSON", "no JSON"),
        ([1], "no claims record"),
        ({**good, "items": [{"text": 3}]}, "no claims record"),
        ({**good, "title": "Another"}, "was altered"),
    ):
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        told = run("claims", "import", str(file))
        assert told.code == 3
        assert says in told.err
        assert one_line(told.err)
