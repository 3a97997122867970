"""A file that is dropped is kept beside one of the same name, and one that is sent comes out whole."""

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from assistant.views.parcels import copy, keep, parcel


def test_the_same_file_is_kept_once_and_another_of_its_name_gets_a_number(tmp_path):
    folder = tmp_path / "in"
    kept = []
    for content in ("one", "two", "one", "three"):
        (tmp_path / "a.md").write_text(content, "utf-8")
        kept.append(keep(tmp_path / "a.md", folder).name)
    assert kept == ["a.md", "a-2.md", "a.md", "a-3.md"]
    assert (folder / "a-2.md").read_text("utf-8") == "two"


@given(st.binary(), st.text())
def test_a_parcel_is_one_line_that_holds_the_file(data, text):
    line = parcel("a.pdf", "application/pdf", data)
    assert "\n" not in line
    assert base64.b64decode(json.loads(line)["data"]) == data
    assert json.loads(copy(text))["copy"] == text
    assert copy(text) != copy(text)  # a browser ignores a value that did not change
