"""A bibliography without any entry is refused."""

import pytest

from assistant.errors import Refused
from assistant.readers import bibtex, csl, ris


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (bibtex.read, "no entry here"),
        (ris.read, "no record here"),
        (csl.read, "{not json"),
        (csl.read, "[1, 2]"),
        (csl.read, "3"),
    ],
)
def test_a_file_without_any_entry_is_refused_in_one_line(tmp_path, read, content):
    path = tmp_path / "x"
    path.write_text(content)
    with pytest.raises(Refused, match=";") as refusal:
        read(path)
    assert "\n" not in str(refusal.value)
