"""An exported answer has every word of the answer, and its words are never taken for markup."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.rendering.docx import to_docx
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.rendering.pdf import to_pdf
from tests.assistant.rendering.exported import HOSTILE, answer, docx_text, pdf_text


def test_an_experiment_has_its_title_and_only_the_command_its_identifier(full_answer):
    titled = replace(full_answer, sources=(), sentences=(), folds=())
    [one] = titled.experiments
    titled = replace(titled, experiments=(replace(one, evidence=()),))
    pages = {
        "md": to_markdown(titled), "html": to_html(titled), "docx": docx_text(to_docx(titled)),
        "pdf": pdf_text(to_pdf(titled)),
    }  # fmt: skip
    for form, shown in pages.items():
        assert "Is there a valley?" in shown, form
        assert shown.count("layer_valley") == shown.count("inquire probe run layer_valley") == 1, (
            form
        )


def test_an_experiment_that_was_stored_without_a_title_keeps_its_name(full_answer):
    [one] = full_answer.experiments
    old = replace(full_answer, experiments=(replace(one, title=""),))
    assert "- **layer_valley** Tests:" in to_markdown(old)


@pytest.mark.parametrize("text", [HOSTILE, "α ≥ ∑ → ‖ ℝ ∂ H₂O ½ привет “é” ’"])
def test_words_are_words_whatever_they_look_like(text):
    shown = pdf_text(to_pdf(answer(text)))
    assert "".join(text.split()) in "".join(shown.split())
    assert text in docx_text(to_docx(answer(text)))


@pytest.mark.parametrize(
    "character", ["\0", "\x0b", "\x1b", "\x9f", "\ud800", "\ufffe", "\uffff", "\u202e"]
)
def test_what_is_no_character_spoils_no_file(character):
    text = f"be{character}fore and after"
    for shown in (
        pdf_text(to_pdf(answer(text), note=text)),
        docx_text(to_docx(answer(text), note=text)),
    ):
        assert "fore and after" in shown


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_makes_a_document(text):
    data = to_docx(answer(f"x {text}"))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert to_pdf(answer(f"x {text}")).startswith(b"%PDF")
