"""`inquire add | sync | status | remove` report every file, and touch none."""

import os

from assistant.library.store import Library
from tests.assistant.command_line import one_line


def test_status_says_what_there_is(inquire, small_library, small_corpus):
    facts = inquire("status", "--json").document
    assert facts["notes"] == facts["sources"] == 4
    assert facts["index_hash"]
    assert facts["data_dir"] == str(small_library)
    assert facts["corpus"] == str(small_corpus)
    assert {"embedder", "language_model", "writer"} <= set(facts["models"])


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


def test_a_check_finds_other_bytes_of_the_same_size_and_time(inquire, own_library, own_corpus):
    assert inquire("sync", data=own_library, corpus=own_corpus).code == 0
    path = own_corpus / "logit-lens.md"
    stamp, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace("GPT-2", "GPT-3"), "utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    counts = inquire("sync", "--check", "--json", data=own_library, corpus=own_corpus).document[
        "counts"
    ]
    assert (counts["changed"], counts["unchanged"]) == (1, 3)


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


def test_a_missing_path_is_named(inquire, tmp_path):
    ran = inquire("add", str(tmp_path / "no such file.pdf"), "--json")
    assert ran.code == 3
    assert "no such file.pdf" in ran.document["error"]["message"]


def test_a_removed_source_is_gone_and_its_file_is_not(inquire, own_library, small_corpus):
    ran = inquire("remove", "hostile", "--json", data=own_library)
    assert ran.document == {"removed": ["hostile"]}
    assert inquire("paper", "hostile", data=own_library).code == 2
    assert inquire("status", "--json", data=own_library).document["sources"] == 3
    assert (small_corpus / "hostile.md").exists()


def test_a_library_in_use_names_who_uses_it(inquire, own_library):
    with Library(own_library) as held, held.alone():
        ran = inquire("sync", data=own_library)
    assert ran.code == 3
    assert str(os.getpid()) in ran.err


def test_nothing_leaves_the_machine_unasked(inquire, small_library):
    for name in ("arXiv:2502.02013", "doi:10.1234/one"):
        ran = inquire("add", name)
        assert ran.code == 3
        assert "--online" in ran.err
        assert one_line(ran.err)
    assert not (small_library / "downloads").exists()
