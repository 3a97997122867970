"""Files of rows are read whatever their form; a file that is no table is skipped without an error."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.evaluation.tables import tables

ROWS = [{"id": "1", "text": 'a "quoted", line\nof two'}, {"id": "2", "text": "ü"}]


def as_csv(rows, delimiter=","):
    held = io.StringIO()
    writer = csv.DictWriter(held, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


FORMS = {
    "Rows.json": json.dumps(ROWS),
    "Rows.jsonl": "\n\n".join(json.dumps(row) for row in ROWS),
    "Rows.csv": as_csv(ROWS),
    "Rows.tsv": as_csv(ROWS, "\t"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_rows(name, tmp_path):
    (tmp_path / name).write_text(FORMS[name], "utf-8", newline="")
    with zipfile.ZipFile(tmp_path / "held.zip", "w") as archive:
        archive.writestr(f"inner/{name}", FORMS[name])
        archive.writestr(f"__MACOSX/._{name}", "\0")
    for path in (tmp_path, tmp_path / name, tmp_path / "held.zip"):
        found = tables(path)
        assert {table.name for table in found} == {"rows"}
        assert all([dict(row) for row in table.rows] == ROWS for table in found)
    assert len(tables(tmp_path)) == 2
    assert tables(tmp_path / name)[0].has("id", "text")
    assert not tables(tmp_path / name)[0].has("id", "other")


@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_an_archive_that_is_damaged_is_one_line(place, tmp_path):
    path = tmp_path / "held.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", FORMS["Rows.csv"] * 50)
    content = bytearray(path.read_bytes())
    at = {"start": 0, "middle": 45, "end": len(content) - 4}[place]
    content[at : at + 20] = b"\xff" * len(content[at : at + 20])
    path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be unpacked"):
        tables(path)


@given(st.binary(max_size=200), st.sampled_from([".json", ".jsonl", ".csv", ".tsv", ".txt"]))
def test_any_bytes_are_a_table_or_nothing(tmp_path_factory, content, suffix):
    folder = tmp_path_factory.mktemp("any")
    (folder / f"file{suffix}").write_bytes(content)
    for table in tables(folder):
        assert table.rows


def test_what_is_not_there_or_no_table_is_said_in_one_line(tmp_path):
    (tmp_path / "notes.txt").write_text("no table")
    (tmp_path / "broken.zip").write_bytes(b"PK nonsense")
    for name, said in (("gone", "no suite"), ("notes.txt", "no rows"), ("broken.zip", "unpacked")):
        with pytest.raises(UsageError, match=said) as caught:
            tables(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_folder_named_from_a_neighbouring_one_is_read(tmp_path, monkeypatch):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "rows.json").write_text('[{"question": "?"}]', "utf-8")
    (tmp_path / "set" / ".hidden.json").write_text('[{"question": "?"}]', "utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert [table.name for table in tables(Path("../set"))] == ["rows"]
