"""A run of another machine in a followed folder is kept here once, and follows its folder."""

import json
import os
import shutil
import zipfile

import pytest

from assistant.experiments.sources import absorb
from assistant.library.sync import remove
from probes import registry
from probes.runs import evidence, kept
from probes.types import ModelRecord
from tests.assistant.library.sync.following import follow, write

MODEL = ModelRecord(id="tiny", revision="0", quantisation="none", parameters=1_000)


def a_run(outcome="supported", seconds=1.0, **parameters):
    probe = registry.build("layer_valley", parameters)
    arrays = probe.specimens()[outcome]
    return probe.conclude(arrays, MODEL, prompts=("one", "two"), seconds=seconds)


@pytest.fixture
def sent(tmp_path, folder):
    """The folder of a run that another machine kept, inside the folder that is followed."""
    result = evidence.save(a_run(), tmp_path / "elsewhere")
    target = folder / "evidence" / result.id
    return shutil.copytree(tmp_path / "elsewhere" / "evidence" / result.id, target)


def test_a_run_is_brought_once_and_says_where_from(library, folder, sent):
    write(folder / "a.md", "One thing.")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", kept.RECORD: "new"}
    identity = reports[kept.RECORD].source
    found = evidence.load(library.data_dir, identity)
    assert found.brought_from == str(sent)
    assert "another machine" in found.made_on
    assert evidence.prompts(library.data_dir, identity) == ("one", "two")
    assert "<svg" in evidence.picture(library.data_dir, identity).decode()
    absorb(library, library.data_dir)
    source = library.get(identity)
    assert "made on another machine" in source.text
    assert source.metadata["pace"] is None
    for _ in range(2):
        assert follow(library, folder)[0] == {"a.md": "unchanged", kept.RECORD: "unchanged"}
    assert kept.ids(library.data_dir) == {identity}


def test_a_run_whose_folder_is_gone_is_gone(library, folder, sent):
    follow(library, folder)
    shutil.rmtree(sent)
    assert follow(library, folder)[0] == {kept.RECORD: "deleted"}
    assert kept.ids(library.data_dir) == set()
    assert follow(library, folder)[0] == {}


def test_a_run_that_the_reader_removed_stays_away(library, folder, sent):
    identity = follow(library, folder)[1][kept.RECORD].source
    absorb(library, library.data_dir)
    evidence.delete(library.data_dir, identity)
    remove(library, [identity])
    fates, reports = follow(library, folder)
    assert fates == {kept.RECORD: "unchanged"}
    assert "removed" in reports[kept.RECORD].message
    assert kept.ids(library.data_dir) == set()


def test_another_run_in_the_same_folder_takes_its_place(library, folder, sent, tmp_path):
    before = follow(library, folder)[1][kept.RECORD].source
    other = evidence.save(a_run("refuted", seed=1), tmp_path / "elsewhere")
    shutil.rmtree(sent)
    shutil.copytree(tmp_path / "elsewhere" / "evidence" / other.id, sent)
    os.utime(sent / kept.RECORD, ns=(1, 1))
    fates, reports = follow(library, folder)
    assert fates == {kept.RECORD: "changed"}
    assert kept.ids(library.data_dir) == {reports[kept.RECORD].source} != {before}
    assert evidence.load(library.data_dir, reports[kept.RECORD].source).verdict == "refuted"


def test_what_was_run_here_is_no_run_of_another_machine(library, folder):
    own = evidence.save(a_run(), library.data_dir)
    copied = folder / own.id
    shutil.copytree(library.data_dir / "evidence" / own.id, copied)
    assert follow(library, folder)[0] == {kept.RECORD: "duplicate"}
    assert kept.ids(library.data_dir) == {own.id}
    assert evidence.load(library.data_dir, own.id).brought_from == ""
    shutil.rmtree(copied)
    assert follow(library, folder)[0] == {kept.RECORD: "deleted"}
    assert kept.ids(library.data_dir) == {own.id}


def test_a_run_that_was_made_here_keeps_its_name(library, folder, sent):
    own = evidence.save(a_run(seconds=2.0), library.data_dir)
    assert own.id == sent.name
    brought = follow(library, folder)[1][kept.RECORD].source
    assert brought == own.id.removesuffix("1") + "2"
    assert not evidence.load(library.data_dir, own.id).brought_from
    assert evidence.load(library.data_dir, brought).brought_from


@pytest.mark.parametrize("part", ["result.json", "arrays.npz", "prompts.json"])
def test_a_damaged_run_is_refused_in_one_line_and_stops_nothing(library, folder, sent, part):
    write(folder / "a.md", "One thing.")
    (sent / part).write_text("{", "utf-8")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", kept.RECORD: "refused"}
    assert f"{sent.name} is damaged" in reports[kept.RECORD].message
    assert "\n" not in reports[kept.RECORD].message
    assert list(kept.store(library.data_dir).glob("*/*")) == []


def test_a_run_that_is_damaged_later_leaves_what_was_brought(library, folder, sent):
    identity = follow(library, folder)[1][kept.RECORD].source
    (sent / kept.RECORD).write_text("{", "utf-8")
    fates, reports = follow(library, folder)
    assert fates == {kept.RECORD: "refused"}
    assert "stays" in reports[kept.RECORD].message
    assert kept.ids(library.data_dir) == {identity}


def test_the_files_of_a_run_are_not_read_as_anything_else(library, folder, sent):
    (sent / "note.md").write_text("Not a note.", "utf-8")
    assert set(follow(library, folder)[0]) == {kept.RECORD}
    plain = folder / "evidence" / "plain"
    plain.mkdir()
    (plain / kept.RECORD).write_text(json.dumps([]), "utf-8")
    reports = follow(library, folder)[1]
    assert reports[kept.RECORD].path == str(plain / kept.RECORD)
    assert reports[kept.RECORD].status != "deleted"


@pytest.mark.parametrize("part", ["arrays.npz", "prompts.json", "plot.json"])
@pytest.mark.parametrize("what", ["a pipe", "a link"])
def test_a_run_with_a_part_that_is_no_file_is_refused_unopened(library, folder, sent, part, what):
    (sent / part).unlink()
    if what == "a pipe":
        os.mkfifo(sent / part)
    else:
        (sent / part).symlink_to("/dev/zero")
    write(folder / "a.md", "One thing.")
    fates, reports = follow(library, folder)
    assert fates == {"a.md": "new", kept.RECORD: "refused"}
    assert f"{sent / part}: it is {what}" in reports[kept.RECORD].message
    assert kept.ids(library.data_dir) == set()


def test_arrays_that_unpack_to_more_than_a_run_leaves_are_refused_unopened(
    library, folder, sent, monkeypatch
):
    monkeypatch.setattr(
        "assistant.library.sync.folders._LARGEST_PART", 2**24
    )  # the real one takes seconds to pack
    with zipfile.ZipFile(sent / "arrays.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.npy", bytes(2**24 + 1))
    fates, reports = follow(library, folder)
    assert fates == {kept.RECORD: "refused"}
    assert "arrays.npz: it has 16,777,217 bytes" in reports[kept.RECORD].message


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "null", '"x"', "", '{"effect": NaN}', "9" * 5_000]
)
def test_a_record_that_is_none_is_refused(library, folder, sent, content):
    (sent / kept.RECORD).write_text(content)
    write(folder / "a.md", "One thing.")
    assert follow(library, folder)[0] == {"a.md": "new", kept.RECORD: "refused"}
