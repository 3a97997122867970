"""Hyphens at line ends stay in compounds and addresses, and go where they only broke a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers import pdf
from assistant.readers.pdf_glyphs import Token
from assistant.readers.pdf_joints import joint
from tests.pdfs import column
from tests.pdfs import pdf as make_pdf


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["The method is state-of-the-", "art here."], "state-of-the-art here."),
        (["It is the state-", "of-the-art here."], "state-of-the-art here."),
        (["There is a trade-", "off between them."], "trade-off between"),
        (["We use a trans-", "former-", "based model."], "transformer-based model."),
        (["It uses hand-", "engineered rules."], "hand-engineered rules."),
        (["These are properly-", "structured texts."], "properly-structured texts."),
        (["We wrote fine-tuning before. It is fine-", "tuning again."], "is fine-tuning again."),
        (["A just-in-", "time compiler."], "just-in-time compiler."),
        (["The repre-", "sentation of self-", "attention."], "representation of self-attention."),
        (["The evalu-", "ation is multi-", "lingual."], "evaluation is multilingual."),
        (["See https://example.org/a-", "b for it."], "https://example.org/a-b for it."),
        (
            ["See https://example.org/data-", "set-two for it."],
            "https://example.org/data-set-two for",
        ),
        (["See https://", "example.org/set for it."], "https://example.org/set for it."),
        (["See https://example.org/", "data/set for it."], "https://example.org/data/set for it."),
        (["See https://example.org/", "for the data."], "https://example.org/ for the data."),
        (
            ["See https://example.org/a/", "https://example.org/b/ now."],
            "a/ https://example.org/b/",
        ),
    ],
)
def test_the_parts_of_words_and_addresses_are_put_together(tmp_path, lines, text):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([column(72, 640, lines)]))
    assert text in pdf.read(path).text


parts = st.from_regex(r"[A-Za-z0-9/.:()-]{1,10}", fullmatch=True)


@given(
    parts,
    parts,
    st.booleans(),
    st.frozensets(st.from_regex(r"[a-z]{1,4}(-[a-z]{1,4})?"), max_size=5),
)
def test_no_letter_is_lost_between_two_lines(last, following, broken, vocabulary):
    one, other = (Token(text, 0, 0, 9, 9) for text in (last, following))
    written, glue = joint(one._replace(broken=broken), other, vocabulary)
    assert glue in ("", " ", "-")
    assert (written.text + glue).rstrip("- ") == last.rstrip("- ")
