"""The markup of CSL-JSON is removed, and text that only looks like markup stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.rich_text import plain, rich


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<i>Quiet</i> heads in <b>BERT</b>", "Quiet heads in BERT"),
        ("H<sub>2</sub>O at 10<sup>-5</sup>", "H₂O at 10⁻⁵"),
        ("the i<sup>th</sup> head", "the ith head"),
        ('<span class="nocase">iPhone</span>', "iPhone"),
        ("<jats:title>Abstract</jats:title><jats:p>We show.</jats:p>", " Abstract  We show. "),
        ("Bell &amp; Howe &lt;1 &#8211; &#x2014;", "Bell & Howe <1 – —"),
        ("x <y and z> w, a < b > c", "x <y and z> w, a < b > c"),
        ("AT&T, R&D; &para", "AT&T, R&D; &para"),
    ],
)
def test_markup_becomes_text(written, read):
    assert plain(written) == read


@given(st.text("<>/&;isubp amplt#3x ", max_size=30) | st.text(max_size=30))
def test_what_is_written_is_read_back(text):
    assert plain(rich(text)) == text
