"""A stored run is cited only while its text and its files are as they were kept."""

from dataclasses import replace

from assistant.experiments.sources import as_source
from assistant.experiments.stored import (
    age,
    altered,
    has_its_files,
    hashes,
    is_brought,
    outcome,
    passage_id,
    said,
    stored_runs,
)
from probes.runs import kept
from tests.assistant.experiments.runs import put, result

RUN = "layer_valley-00000000-1"


def test_each_sentence_is_its_own_stretch_of_the_text():
    source = as_source(result(RUN))
    found = list(said(source))
    assert found
    assert all(source.text[one.start : one.end] == one.text for one in found)
    assert len({passage_id(source, one) for one in found}) == len(found)
    assert not list(said(replace(source, metadata={})))
    assert outcome(source)


def test_the_newest_run_of_this_machine_comes_first(library):
    put(library, result(RUN), result("layer_valley-00000000-2"))
    runs = stored_runs(library)
    assert [run.key for run in runs] == sorted(
        (run.key for run in runs), key=lambda k: k, reverse=True
    )
    assert age(runs[0]) > age(runs[1])
    assert not any(map(is_brought, runs))


def test_a_file_that_changed_is_noticed(library):
    source = as_source(result(RUN))
    folder = kept.store(library.data_dir) / RUN
    folder.mkdir(parents=True)
    (folder / kept.RECORD).write_text("{}", "utf-8")
    whole = replace(source, metadata={**source.metadata, "files": hashes(folder)})
    assert has_its_files(library, whole)
    (folder / kept.RECORD).write_text("{ }", "utf-8")
    assert not has_its_files(library, whole)
    assert hashes(folder / "gone") == {}


def test_a_run_that_is_not_stored_yet_is_not_called_altered(library):
    assert altered(library, [RUN]) == []
