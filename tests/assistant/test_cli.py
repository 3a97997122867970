"""The command line keeps its contracts: documents, exit codes, one line for every failure."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.library import Library
from probes import evidence

ROOT = Path(cli.__file__).resolve().parents[1]
QUESTION = "Do middle layers give better features than the last layer?"
HEAVY = ("torch", "transformers", "chromadb", "llama_index", "gradio")


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@pytest.fixture
def inquire(small_library, small_corpus, capsys, monkeypatch):
    """Run a command in this process, on the small library unless told otherwise."""

    def run(*arguments: str, data: Path = small_library, corpus: Path = small_corpus) -> Ran:
        monkeypatch.setenv("INQUIRE_CORPUS_DIR", str(corpus))
        monkeypatch.setenv("INQUIRE_DATA_DIR", str(data))
        capsys.readouterr()
        code = cli.run(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return run


def launch(*arguments: str, data: Path, **options: Any) -> subprocess.Popen:
    """Start a command as a process of its own."""
    env = {**os.environ, "INQUIRE_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, **options,
    )  # fmt: skip


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1


# ── starting ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command", [["--help"], ["status"], ["status", "--json"], ["ask", "--help"]]
)
def test_help_and_status_load_nothing_heavy(command, small_library):
    code = (
        "import sys; from assistant import cli; code = cli.run(sys.argv[1:]);"
        f"print(code, [m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    env = {**os.environ, "INQUIRE_DATA_DIR": str(small_library), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, env=env, check=True
    )
    assert done.stderr.strip() == "0 []"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_without_a_command_the_help_is_shown(inquire, arguments):
    ran = inquire(*arguments)
    assert ran.code == 0
    for command in ("ask", "search", "summarize", "paper", "export", "add", "sync", "status", "remove",
                    "probe", "evidence", "eval", "serve", "doctor", "models"):  # fmt: skip
        assert re.search(rf"\b{command}\b", ran.out), command


WRONG = [
    ["nosuch"], ["ask"], ["ask", "   "], ["ask", "?!"], ["ask", "long " * 5000], ["search", "x", "-k", "0"],
    ["ask", "x", "--format", "pdf"], ["ask", "x", "--writer", "nobody"], ["paper", "nosuch"], ["remove", "nosuch"],
    ["export", "hostile", "--format", "word"], ["summarize", "nosuch"], ["summarize"],
    ["summarize", "middle-layers", "--question", "x"], ["probe"], ["probe", "show", "nosuch"],
    ["probe", "run", "nosuch"], ["probe", "run", "layer_valley", "-p", "seed"],
    ["probe", "run", "layer_valley", "-p", "nosuch=1"], ["probe", "stop", "nosuch"], ["evidence", "show", "nosuch"],
    ["probe", "sweep", "--tasks", "nosuch.json"], ["probe", "sweep", "--workers", "0"],
    ["evidence", "rerun", "../.."], ["eval", "nosuch.json"], ["models", "install", "nosuch"],
    ["serve", "--port", "99999"], ["add", "arXiv:25", "--online"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=lambda given: " ".join(given)[:40])
def test_wrong_use_is_one_line_and_exit_code_2(inquire, arguments):
    ran = inquire(*arguments, "--json")
    assert ran.code == 2
    assert ran.document["error"]["exit_code"] == 2
    assert ran.document["error"]["message"] in ran.err
    assert one_line(ran.err)


def test_a_wrong_setting_is_named(inquire, monkeypatch):
    monkeypatch.setenv("INQUIRE_PORT", "abc")
    ran = inquire("status")
    assert ran.code == 2
    assert "INQUIRE_PORT" in ran.err
    assert one_line(ran.err)


# ── questions ────────────────────────────────────────────────────────────────────────────────────


def test_every_quote_of_an_answer_stands_in_its_source(inquire):
    ran = inquire("ask", QUESTION, "--json")
    assert ran.code == 0
    answer = ran.document
    assert answer["question"] == QUESTION
    assert answer["coverage"] in ("answered", "partial")
    citations = [c for sentence in answer["sentences"] for c in sentence["citations"]]
    assert "middle-layers" in {citation["source"] for citation in citations}
    texts = {
        c["source"]: inquire("paper", c["source"], "--json").document["text"] for c in citations
    }
    for citation in citations:
        stored = texts[citation["source"]]
        assert stored[citation["start"] : citation["end"]] == citation["quote"]
    assert all(s["citations"] for s in answer["sentences"] if s["role"] == "claim")
    assert {source["key"] for source in answer["sources"]} == set(texts)


def test_a_question_outside_the_list_is_a_no(inquire):
    ran = inquire("ask", "Which yeast leavens Neapolitan pizza dough?", "--json")
    assert ran.code == 1
    assert ran.document["coverage"] == "absent"
    assert ran.document["sources"] == []
    assert not [s for s in ran.document["sentences"] if s["role"] == "claim"]


def test_the_same_question_gives_the_same_bytes(inquire):
    for form in ("md", "html"):
        ask = ("ask", QUESTION, "--format", form)
        assert inquire(*ask).out == inquire(*ask).out


def test_formats_of_an_answer(inquire):
    assert inquire("ask", QUESTION).out == inquire("ask", QUESTION, "--format", "md").out
    assert inquire("ask", QUESTION, "--format", "html").out.startswith("<!DOCTYPE html>")
    as_json, plain = (
        inquire("ask", QUESTION, *o).document for o in (["--json"], ["--format", "json"])
    )
    assert as_json.keys() == plain.keys()


def test_hostile_text_is_shown_and_nothing_else(inquire):
    question = "What do prompt injections do to summarisers?"
    page = inquire("ask", question, "--format", "html").out
    assert "onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "<script" not in page
    shown = inquire("ask", question).out
    assert "\x1b" not in shown
    assert r"\<img" in shown
    assert "\x1b" not in inquire("search", question).out


def test_search_finds_passages_of_the_stored_text(inquire):
    hits = inquire("search", QUESTION, "-k", "3", "--json").document
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["source"] == "middle-layers"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        stored = inquire("paper", hit["source"], "--json").document["text"]
        assert stored[hit["start"] : hit["end"]] == hit["text"]
        assert set(hit) == {"rank", "source", "passage", "text", "page", "start", "end", "score"}


def test_a_question_with_broken_bytes_is_still_a_question(inquire):
    assert inquire("search", os.fsdecode(b"layers \xff"), "--json").code == 0


def test_a_paper_has_its_text_and_metadata(inquire):
    page = inquire("paper", "middle-layers", "--json").document
    assert {"key", "kind", "title", "metadata", "text"} <= set(page)
    assert page["key"] == "middle-layers"
    assert page["kind"] == "note"
    assert page["metadata"]["year"] == 2025
    shown = inquire("paper", "middle-layers").out
    assert "Ada Lovelace" in shown


def test_a_summary_is_an_answer(inquire):
    ran = inquire("summarize", "middle-layers", "--json")
    assert ran.code == 0
    assert {source["key"] for source in ran.document["sources"]} == {"middle-layers"}


def test_the_sources_of_an_answer_are_summarised(inquire):
    question = "Do middle layers give better features than the last layer?"
    cited = [s["key"] for s in inquire("ask", question, "--json").document["sources"]]
    ran = inquire("summarize", "--question", question, "--json")
    assert ran.code == 0
    assert [source["key"] for source in ran.document["sources"]] == cited
    assert ran.document["question"].endswith(question)


def test_an_answer_without_sources_leaves_nothing_to_summarise(inquire):
    ran = inquire(
        "summarize", "--question", "Which enzymes fold zinc in yeast membranes?", "--json"
    )
    assert ran.code == 1
    assert "nothing to summarise" in ran.document["error"]["message"]


@pytest.mark.parametrize(
    ("form", "sign"), [("bibtex", "@"), ("ris", "TY  - "), ("csl-json", '"title"')]
)
def test_records_are_exported(inquire, form, sign):
    ran = inquire("export", "middle-layers", "logit-lens", "--format", form)
    assert ran.code == 0
    assert sign in ran.out
    told = inquire("export", "middle-layers", "--format", form, "--json").document
    assert told["format"] == form
    assert "middle-layers" in told["records"] or "Do middle layers" in told["records"]


# ── the library ──────────────────────────────────────────────────────────────────────────────────


def test_status_says_what_there_is(inquire, small_library, small_corpus):
    facts = inquire("status", "--json").document
    assert facts["notes"] == facts["sources"] == 4
    assert facts["index_hash"]
    assert facts["data_dir"] == str(small_library)
    assert facts["corpus"] == str(small_corpus)
    assert {"embedder", "language_model", "writer"} <= set(facts["models"])


def test_the_data_directory_of_the_command_line_wins(inquire, small_library, tmp_path):
    ran = inquire("status", "--json", "--data-dir", str(small_library), data=tmp_path / "other")
    assert ran.document["data_dir"] == str(small_library)
    assert not (tmp_path / "other").exists()


def test_a_sync_reports_every_file_that_changed(inquire, own_corpus, tmp_path):
    data = tmp_path / "library"
    first = inquire("sync", "--json", data=data, corpus=own_corpus).document
    assert first["counts"]["new"] == 4
    again = inquire("sync", "--json", data=data, corpus=own_corpus).document
    assert again["counts"]["unchanged"] == 4
    assert again["index_hash"] == first["index_hash"]
    note = own_corpus / "logit-lens.md"
    note.write_text(note.read_text() + "\n- The lens blurs in early layers of the network.\n")
    (own_corpus / "self-consistency.md").unlink()
    (own_corpus / "empty.md").write_text("")
    ran = inquire("sync", data=data, corpus=own_corpus)
    assert ran.code == 0
    *files, count = ran.out.strip().splitlines()
    assert sorted(line.split()[0] for line in files) == ["changed", "deleted", "refused"]
    assert "1 changed, 1 deleted, 1 refused" in count


def test_a_refused_file_stops_nothing_but_alone_it_is_a_failure(inquire, own_library, tmp_path):
    good, bad = tmp_path / "a note.md", tmp_path / "empty.md"
    good.write_text("# Sparse features\n\nSparse autoencoders split hidden states into features.\n")
    bad.write_text("")
    mixed = inquire("add", str(good), str(bad), "--json", data=own_library)
    assert mixed.code == 0
    assert {file["status"] for file in mixed.document["files"]} == {"new", "refused"}
    assert "error" not in mixed.document
    alone = inquire("add", str(bad), "--json", data=own_library)
    assert alone.code == 3
    assert alone.document["counts"]["refused"] == 1
    assert alone.document["error"]["exit_code"] == 3
    assert one_line(alone.err)


def test_a_removed_source_is_gone_and_its_file_is_not(inquire, own_library, small_corpus):
    ran = inquire("remove", "hostile", "--json", data=own_library)
    assert ran.document == {"removed": ["hostile"]}
    assert inquire("paper", "hostile", data=own_library).code == 2
    assert inquire("status", "--json", data=own_library).document["sources"] == 3
    assert (small_corpus / "hostile.md").exists()


def test_nothing_leaves_the_machine_unasked(inquire, small_library):
    for name in ("arXiv:2502.02013", "doi:10.1234/one"):
        ran = inquire("add", name)
        assert ran.code == 3
        assert "--online" in ran.err
        assert one_line(ran.err)
    assert not (small_library / "downloads").exists()


# ── failures that can be mended ──────────────────────────────────────────────────────────────────


def test_a_missing_path_is_named(inquire, tmp_path):
    ran = inquire("add", str(tmp_path / "no such file.pdf"), "--json")
    assert ran.code == 3
    assert "no such file.pdf" in ran.document["error"]["message"]


def test_a_data_directory_that_is_a_file_is_named(inquire, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("")
    ran = inquire("status", "--data-dir", str(taken))
    assert ran.code == 3
    assert str(taken) in ran.err
    assert one_line(ran.err)


def test_a_library_in_use_names_who_uses_it(inquire, own_library):
    with Library(own_library) as held, held.alone():
        ran = inquire("sync", data=own_library)
    assert ran.code == 3
    assert str(os.getpid()) in ran.err


def test_a_damaged_library_is_found_and_mended(inquire, own_library):
    for rest in own_library.glob("library.sqlite-*"):
        rest.unlink()
    (own_library / "library.sqlite").write_bytes(b"no database at all" * 500)
    ran = inquire("status", data=own_library)
    assert ran.code == 3
    assert "doctor --repair" in ran.err
    sick = inquire("doctor", "--json", data=own_library)
    assert sick.code == 1
    assert [c["check"] for c in sick.document["checks"] if not c["ok"]] == ["library"]
    mended = inquire("doctor", "--repair", "--json", data=own_library)
    assert mended.code == 0
    assert mended.document["repaired"]
    assert inquire("status", "--json", data=own_library).document["sources"] == 4
    assert list(own_library.glob("library.damaged-*"))


def test_a_healthy_library_survives_a_repair(inquire, own_library):
    before = inquire("status", "--json", data=own_library).document
    assert inquire("doctor", "--repair", data=own_library).code == 0
    assert inquire("status", "--json", data=own_library).document == before
    assert not list(own_library.glob("library.damaged-*"))


def test_a_port_in_use_is_named(inquire):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = inquire("serve", "--port", str(port), "--no-open")
    assert ran.code == 3
    assert str(port) in ran.err
    assert "--port" in ran.err
    assert one_line(ran.err)


def test_an_address_of_another_machine_cannot_be_listened_on(inquire):
    ran = inquire("serve", "--host", "203.0.113.7", "--port", "0", "--no-open")
    assert ran.code == 3
    assert "--host" in ran.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 3, "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 3, "/x/y: Permission denied"),
        (MemoryError(), 3, "memory"),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
    ids=["full disk", "permission", "memory", "interrupt"],
)
def test_failures_of_the_machine_are_said_in_words(error, code, said):
    message, given = cli._ending(error, [])
    assert given == code
    assert said in message


def test_what_nobody_foresaw_is_one_line_and_its_details_are_kept(tmp_path):
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError as error:
        message, code = cli._ending(error, ["status", "--data-dir", str(tmp_path)])
    assert code == 3
    [log] = (tmp_path / "logs").iterdir()
    assert str(log) in message
    assert "Traceback" in log.read_text()


def test_a_reader_that_has_seen_enough_hears_no_complaint(small_library):
    running = launch("paper", "middle-layers", "--json", data=small_library)
    running.stdout.close()
    assert running.wait(120) == 0
    assert running.stderr.read() == ""
    running.stderr.close()


# ── the machine ──────────────────────────────────────────────────────────────────────────────────


def test_doctor_finds_a_healthy_machine(inquire):
    ran = inquire("doctor", "--json")
    checks = {check["check"]: check for check in ran.document["checks"]}
    assert {"python", "torch", "data directory", "disk space", "library", "index"} <= set(checks)
    assert checks["index"]["ok"]
    assert ran.document["ok"] is all(check["ok"] for check in checks.values())


def test_models_are_listed(inquire):
    rows = inquire("models", "list", "--json").document
    assert {"minilm", "smollm2"} <= {row["name"] for row in rows}
    assert all(set(row) == {"name", "purpose", "requirement", "installed"} for row in rows)


def test_serve_says_where_it_is_and_is_there(small_library):
    running = launch("serve", "--port", "0", "--no-open", "--json", data=small_library)
    try:
        told = json.loads(running.stdout.readline())
        assert told["pid"] == running.pid
        host, port = re.fullmatch(r"http://([\d.]+):(\d+)", told["url"]).groups()
        assert answers(host, int(port), within=120)
    finally:
        running.kill()
        out, _ = running.communicate()
    assert out == ""


def answers(host: str, port: int, *, within: float) -> bool:
    """Whether something listens there before the time is over."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, port), timeout=5):
            return True
        time.sleep(0.2)
    return False


def test_evaluation_of_the_own_library(inquire, own_library):
    ran = inquire("eval", "--json", data=own_library)
    figures = ran.document
    assert ran.code == 0
    assert figures["questions"] == 4
    assert figures["quotes_exist"] == 1.0
    assert 0.0 <= figures["recall@5"] <= figures["recall@10"] <= 1.0
    assert sum(figures["coverage"].values()) == 4


def test_evaluation_of_a_labelled_set(inquire, own_library, tmp_path):
    suite = tmp_path / "suite.json"
    suite.write_text(
        json.dumps(
            [
                {"question": QUESTION, "must_cite": ["middle-layers"]},
                {"question": "Which yeast leavens pizza dough?", "must_cite": []},
            ]
        )
    )
    figures = inquire("eval", str(suite), "--json", data=own_library).document
    assert figures["questions"] == 2
    assert figures["recall@5"] == 1.0
    assert figures["abstained"] == 1.0
    suite.write_text('{"question": 1}')
    assert inquire("eval", str(suite), data=own_library).code == 2


# ── experiments ──────────────────────────────────────────────────────────────────────────────────

SMALL = ("-p", "model=minilm", "-p", "count=6", "-p", "max_tokens=32")


def test_probes_are_listed_and_shown(inquire):
    listed = inquire("probe", "list", "--json").document
    assert "layer_valley" in {probe["probe"] for probe in listed}
    shown = inquire("probe", "show", "layer_valley", "--json").document
    assert shown in listed
    assert {"claim", "parameters", "seconds", "sources"} <= set(shown)


def test_a_run_becomes_evidence_that_is_listed_shown_and_run_again(inquire, own_library):
    ran = inquire("probe", "run", "layer_valley", *SMALL, "--json", data=own_library)
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


def test_an_interrupt_stops_the_run_for_good(own_library, inquire):
    running = launch(
        "probe", "run", "layer_valley", "-p", "model=minilm", "-p", "count=1000", data=own_library
    )
    jobs = own_library / "jobs"
    deadline = time.monotonic() + 60
    while not list(jobs.glob("*/progress.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert one_line(err)
    [state] = inquire("probe", "jobs", "--json", data=own_library).document
    assert state["state"] == "cancelled"
    assert inquire("evidence", "list", "--json", data=own_library).document == []


def test_a_background_run_can_be_stopped(inquire, own_library):
    started = inquire(
        "probe", "run", "layer_valley", *SMALL, "--background", "--json", data=own_library
    ).document
    stopped = inquire("probe", "stop", started["job"], "--json", data=own_library).document
    assert stopped["state"] == "cancelled"


def test_recorded_traces_are_judged_and_bad_lines_named(tmp_path):
    lines = [
        {"problem": "2+2?", "trace": "Wait, 4.", "answer": "\\boxed{4}", "gold": "4",
         "continuations": ["\\boxed{4}", "\\boxed{5}", "\\boxed{4}"]},
        {"problem": "2+3?", "trace": "So 6.", "answer": "\\boxed{6}", "gold": "5",
         "continuations": ["\\boxed{5}", "\\boxed{5}"]},
    ]  # fmt: skip
    file = tmp_path / "traces.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "no json"]), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "probe", "traces", str(file), "--json"],
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["last_right"] for row in found["traces"]] == [True, False]
    assert [row["mode_right"] for row in found["traces"]] == [True, True]
    assert len(found["unusable"]) == 1
