"""A published file or folder is whole and alone at its place; where publishing fails, the place stays as it was."""

import pytest

from probes.files import durable


def test_a_file_takes_the_place_of_another(tmp_path):
    draft, place = tmp_path / "draft", tmp_path / "place"
    draft.write_text("new")
    place.write_text("old")
    durable.publish(draft, place)
    assert place.read_text() == "new"
    assert not draft.exists()


def test_a_folder_is_published_with_all_that_is_in_it_and_takes_no_other_s_place(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "inside").mkdir(parents=True)
        (tmp_path / name / "inside" / "file").write_text(name)
    durable.publish(tmp_path / "one", tmp_path / "place")
    assert (tmp_path / "place" / "inside" / "file").read_text() == "one"
    with pytest.raises(OSError, match="not empty"):
        durable.publish(tmp_path / "two", tmp_path / "place")
    assert (tmp_path / "place" / "inside" / "file").read_text() == "one"
    assert (tmp_path / "two" / "inside" / "file").exists()


def test_folders_are_made_with_those_above_them_and_a_file_in_the_way_is_said(tmp_path):
    durable.make_folder(tmp_path / "a" / "b" / "c")
    durable.make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        durable.make_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        durable.make_folder(tmp_path / "file" / "inside")
