"""Experiments run on a library's own texts, named by their content, and never on earlier findings."""

from assistant import Assistant
from assistant.experiments.texts import is_own, prompts, task_file, tasks
from assistant.library.store import Library
from probes.layers.layer_tasks import read


def test_the_tasks_of_a_library_are_its_own_and_named_by_their_content(reading_list, tmp_path):
    library = Assistant.open(reading_list).library
    path = task_file(library, tmp_path)
    assert path is not None
    assert is_own(path)
    assert not is_own(tmp_path / "tasks" / "mine.json")
    assert [task.name for task in read(path)] == [
        "question to note", "passage to source", "topic of a note",
    ]  # fmt: skip
    assert task_file(library, tmp_path) == path


def test_a_library_too_small_for_tasks_has_none(tmp_path):
    with Library(tmp_path) as library:
        assert task_file(library, tmp_path) is None


def test_no_run_is_among_the_texts(reading_list):
    library = Assistant.open(reading_list).library
    found = [source.claim for source in library.sources("evidence")]
    assert found
    texts = [*prompts(library), *(text for task in tasks(library) for text in task.texts)]
    assert not [text for text in texts if any(claim in text for claim in found)]
