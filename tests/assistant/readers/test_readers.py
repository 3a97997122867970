"""A format is one module, found by its suffix; an unknown suffix is refused in one line."""

from pathlib import Path

import pytest

from assistant import readers
from assistant.errors import Refused


def test_every_format_of_the_product_has_a_reader():
    assert {".md", ".txt", ".pdf", ".bib", ".ris", ".json"} <= readers.suffixes()


@pytest.mark.parametrize("name", ["a.MD", "b c.Pdf", "ü.bib"])
def test_suffixes_are_read_in_any_case(name):
    assert callable(readers.reader_for(Path(name)))


@pytest.mark.parametrize("name", ["a.docx", "noending"])
def test_an_unknown_suffix_is_refused_and_the_known_ones_are_named(name):
    with pytest.raises(Refused, match=r"\.bib.*\.pdf"):
        readers.reader_for(Path(name))


@pytest.mark.parametrize("suffix", sorted(readers.suffixes()))
def test_missing_and_empty_files_are_refused_in_one_line(tmp_path, suffix):
    path = tmp_path / f"it's a “file”{suffix}"
    for content in (None, b"", b" \n\t\n"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Refused) as refusal:
            readers.read(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert ";" in str(refusal.value), "what would do is said after a semicolon"
