"""`inquire probe` and `inquire evidence` keep the result of a run, and nothing of a run that was stopped."""

import json
import signal
import time
from pathlib import Path

import pytest

from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord
from tests.assistant.command_line import QUESTION, launch, one_line

# A probe that trains its networks starts soonest: it loads no library of models.
TRAINING = ("probe", "run", "emergence_metric")
SHORT = ("-p", "count=2", "-p", "steps=8", "-p", "batch=8", "-p", "tested=40")


def test_probes_are_listed_and_shown(inquire):
    listed = inquire("probe", "list", "--json").document
    assert "layer_valley" in {probe["probe"] for probe in listed}
    shown = inquire("probe", "show", "layer_valley", "--json").document
    assert shown in listed
    assert {"claim", "parameters", "seconds", "sources"} <= set(shown)


def test_a_run_becomes_evidence_that_is_listed_shown_and_run_again(inquire, own_library):
    ran = inquire(*TRAINING, *SHORT, "--json", data=own_library)
    assert ran.code == 0, ran.err
    record = ran.document
    assert {
        "id", "probe", "parameters", "model", "seed", "versions", "seconds", "claim", "verdict", "effect", "interval",
        "unit", "n", "arrays", "plot",
    } <= set(record)  # fmt: skip
    assert isinstance(record["claim"], str)
    assert set(record["model"]) >= {"id", "revision", "quantisation", "parameters"}
    assert Path(record["arrays"]).is_file()
    assert Path(record["plot"]).is_file()
    assert inquire("evidence", "list", "--json", data=own_library).document == [record]
    assert inquire("evidence", "show", record["id"], "--json", data=own_library).document == record
    again = inquire("evidence", "rerun", record["id"], "--json", data=own_library)
    assert again.code == 0
    assert again.document["rerun_of"] == record["id"]
    assert again.document["verdict"] == record["verdict"]
    assert again.document["effect_change"] == pytest.approx(0.0, abs=1e-6)
    states = inquire("probe", "jobs", "--json", data=own_library).document
    assert [state["state"] for state in states] == ["done", "done"]
    inquire("search", QUESTION, data=own_library)
    assert inquire("status", "--json", data=own_library).document["evidence"] == 2


TEXTS = [
    f"{opening} the layers of a model write to the stream that the next block reads from, and so on."
    for opening in (
        "At first",
        "Later on",
        "In the middle",
        "Near the end",
        "Here and there",
        "Then",
    )
]


@pytest.mark.model
def test_a_run_takes_the_readers_own_texts(inquire, own_library, tmp_path):
    """As paragraphs or as JSONL, with the same result, and without opening the reading list."""
    text, lines = tmp_path / "own.txt", tmp_path / "own.jsonl"
    text.write_text("\n\n".join(TEXTS), "utf-8")
    lines.write_text("\n".join(json.dumps({"text": text}) for text in TEXTS), "utf-8")
    found = []
    for file in (text, lines):
        ran = inquire(
            "probe", "run", "block_influence", "-p", "model=minilm", "--prompts", str(file), "--json",
            data=own_library,
        )  # fmt: skip
        assert ran.code == 0, ran.err
        kept = evidence.prompts(own_library, ran.document["id"])
        assert set(kept) == set(TEXTS)
        found.append(ran.document)
    assert found[0]["effect"] == found[1]["effect"]
    assert found[0]["prompts"]["origin"] == "the reader's texts"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nowhere.txt", None, "cannot read prompts"),
        ("empty.jsonl", b"\n", "holds no text"),
        ("torn.jsonl", b'{"text": "on', "line 1 is not JSON"),
    ],
)
@pytest.mark.parametrize("command", [("run", "layer_valley"), ("sweep",)], ids=["run", "sweep"])
def test_texts_that_cannot_be_had_are_one_line(inquire, tmp_path, command, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = inquire("probe", *command, "--prompts", str(tmp_path / name))
    assert ran.code == 3
    assert said in ran.err
    assert one_line(ran.err)


@pytest.mark.parametrize(
    "command", [("sweep", "--tasks", "none.json"), ("run", "layer_task", "-p", "tasks=none.json")]
)
def test_tasks_that_cannot_be_had_are_one_line(inquire, command):
    ran = inquire("probe", *command)
    assert ran.code == 3
    assert "none.json: No such file or directory; name a task file" in ran.err
    assert one_line(ran.err)


def test_a_sweep_of_what_is_no_model_is_wrong_use(inquire, own_library):
    """Each cell says its own reason as it fails; what ends the command is one line."""
    ran = inquire("probe", "sweep", "--model", "nosuch", "--json", data=own_library)
    assert ran.code == ran.document["error"]["exit_code"] == 2
    assert "unknown model 'nosuch'" in ran.document["error"]["message"]
    assert one_line(ran.document["error"]["message"])
    assert not list((own_library / "sweeps").glob("*/*"))


def kept_run(folder: Path, **parameters: str) -> str:
    """Evidence of a run that was never measured: only its record counts here."""
    probe = registry.build("layer_valley", parameters)
    record = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)
    return evidence.save(probe.conclude(probe.specimens()["refuted"], record), folder).id


def test_a_damaged_run_is_named_and_hides_no_other(inquire, own_library):
    good, bad = (kept_run(own_library, seed=seed) for seed in ("1", "2"))
    (own_library / "evidence" / bad / "result.json").write_text("{", "utf-8")
    ran = inquire("evidence", "list", "--json", data=own_library)
    assert ran.code == 0
    assert [record["id"] for record in ran.document] == [good]
    assert f"evidence {bad} is damaged" in ran.err
    assert one_line(ran.err)
    for command in (
        ("evidence", "show", bad),
        ("evidence", "rerun", bad),
        ("probe", "compare", good, bad),
    ):
        ran = inquire(*command, data=own_library)
        assert ran.code == 3
        assert f"evidence {bad} is damaged" in ran.err
        assert one_line(ran.err)


def test_an_altered_run_is_marked_wherever_runs_are_shown(inquire, own_library):
    same, other = (kept_run(own_library, seed=seed) for seed in ("1", "2"))
    inquire("sync", data=own_library)  # this sync reads the runs
    assert inquire("evidence", "list", data=own_library).err == ""
    record = own_library / "evidence" / other / "result.json"
    record.write_text(record.read_text("utf-8").replace("refuted", "supported"), "utf-8")
    ran = inquire("evidence", "list", data=own_library)
    assert [line.endswith("(altered)") for line in ran.out.splitlines()].count(True) == 1
    told = inquire("evidence", "list", "--json", data=own_library).document
    assert {row["id"]: row.get("altered") for row in told} == {same: None, other: True}
    for command in (("list",), ("show", other)):
        said = inquire("evidence", *command, data=own_library).err
        assert one_line(said)
        assert f"{other} has changed since it was kept" in said
    assert inquire("evidence", "show", same, data=own_library).err == ""


def test_a_run_whose_model_is_gone_can_be_mended(inquire, own_library, tmp_path):
    (tmp_path / "model").mkdir()
    identity = kept_run(own_library, model=str(tmp_path / "model"))
    (tmp_path / "model").rmdir()
    ran = inquire("evidence", "rerun", identity, data=own_library)
    assert ran.code == 3
    assert f"{identity} cannot be run again as it was: unknown model" in ran.err
    assert one_line(ran.err)
    assert not (own_library / "jobs").exists()


def test_a_run_with_other_prompts_than_its_record_says_is_not_run_again(inquire, own_library):
    identity = kept_run(own_library)
    folder = own_library / "evidence" / identity
    record = json.loads((folder / "result.json").read_text("utf-8"))
    record["prompts"]["origin"] = "the reader's texts"
    (folder / "result.json").write_text(json.dumps(record), "utf-8")
    (folder / "prompts.json").write_text('["another text"]', "utf-8")
    ran = inquire("evidence", "rerun", identity, data=own_library)
    assert ran.code == 3
    assert "prompts.json" in ran.err
    assert one_line(ran.err)


def test_a_data_set_is_not_fetched_offline(inquire, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    ran = inquire("probe", "run", "layer_valley", "--prompts", "hf:nobody/nothing")
    assert ran.code == 3
    assert "nobody/nothing" in ran.err
    assert one_line(ran.err)


@pytest.mark.model
def test_a_sweep_keeps_what_is_done_and_names_what_fails(inquire, own_library, tmp_path):
    file = tmp_path / "own.txt"
    file.write_text("\n\n".join(TEXTS), "utf-8")
    wanted = ("probe", "sweep", "--model", "minilm", "--prompts", str(file), "--layer", "-1")
    first = inquire(*wanted, "--json", data=own_library)
    assert first.code == 0, first.err
    [cell] = first.document["cells"]
    assert list(cell["values"]["entropy"]) == ["6"]
    again = inquire(*wanted, "--model", "nosuch", "--json", data=own_library)
    assert again.code == 2
    kept, failed = again.document["cells"]
    assert kept == {**cell, "resumed": True}
    assert failed["values"] is None
    assert "unknown model 'nosuch'" in failed["error"]
    assert "[1] entropy" in inquire(*wanted, data=own_library).out


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP])
def test_an_interrupt_stops_the_run_for_good(own_library, inquire, ending):
    running = launch(*TRAINING, "-p", "steps=100000", data=own_library)
    jobs = own_library / "jobs"
    deadline = time.monotonic() + 600
    while not list(jobs.glob("*/progress.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.1)
    running.send_signal(ending)
    _, err = running.communicate(timeout=600)
    assert running.returncode == 130
    assert one_line(err)
    [state] = inquire("probe", "jobs", "--json", data=own_library).document
    assert state["state"] == "cancelled"
    assert inquire("evidence", "list", "--json", data=own_library).document == []


def test_a_background_run_can_be_stopped(inquire, own_library):
    started = inquire(*TRAINING, *SHORT, "--background", "--json", data=own_library).document
    stopped = inquire("probe", "stop", started["job"], "--json", data=own_library).document
    assert stopped["state"] == "cancelled"


def test_a_stopped_run_tells_its_log_and_is_started_again(inquire, own_library):
    started = inquire(*TRAINING, *SHORT, "--background", "--json", data=own_library).document
    inquire("probe", "stop", started["job"], data=own_library)
    told = inquire("probe", "log", started["job"], "--json", data=own_library).document
    assert told["job"] == started["job"]
    again = inquire("probe", "resume", started["job"], "--json", data=own_library)
    assert again.code == 0, again.err
    assert again.document["parameters"]["count"] == 2
    states = inquire("probe", "jobs", "--json", data=own_library).document
    assert sorted(state["state"] for state in states) == ["cancelled", "done"]
    done = next(state["id"] for state in states if state["state"] == "done")
    log = inquire("probe", "log", done, data=own_library)
    assert "%" in log.out
    refused = inquire("probe", "resume", done, data=own_library)
    assert refused.code == 3
    assert one_line(refused.err)
    assert f"evidence rerun {again.document['id']}" in refused.err
    assert inquire("probe", "log", "gone", data=own_library).code == 2
