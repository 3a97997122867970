"""An exported answer has every word of the answer, and its words are never taken for markup."""

import io
import zipfile
from dataclasses import replace

import pypdfium2
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.readers import markdown
from assistant.rendering.document import blocks
from assistant.rendering.docx import to_docx
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.rendering.note import to_note
from assistant.rendering.pdf import to_pdf
from assistant.types import Answer, Citation, CitedSource, Sentence

HOSTILE = '#pagebreak() $x$ <tag> `a` *b* _c_ @label \\ // /* #import "x" <script>alert(1)</script> <!-- hidden -->'


def answer(text: str, support: str = "exact") -> Answer:
    cited = Citation(
        source="s",
        passage="s:0-9",
        quote=f"Quote of {text}",
        page=3,
        start=0,
        end=9,
        support=support,
    )
    return Answer(
        question="Why?", deck="", coverage="answered", writer="extractive", index_hash="0",
        sentences=(Sentence(text=text, paragraph=0, role="claim", citations=(cited,)),),
        sources=(CitedSource(key="s", kind="paper", title="A paper", claim="", label="1"),),
    )  # fmt: skip


def pdf_text(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def docx_text(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def test_every_block_stands_in_the_word_file_in_its_order(full_answer):
    told = ["".join(run.text for run in block.runs) for block in blocks(full_answer)]
    assert docx_text(to_docx(full_answer)).split("\n") == told


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


def test_every_word_stands_in_the_pdf(full_answer):
    shown = pdf_text(to_pdf(full_answer, note="Inquiring Lines, answer 0123456789ab"))
    for block in blocks(full_answer):
        if block.kind != "kicker":  # it is in capitals there
            for word in "".join(run.text for run in block.runs).split():
                assert word in shown, word
    assert "answer 0123456789ab" in shown


def test_the_same_answer_gives_the_same_pdf_on_any_day(full_answer):
    assert to_pdf(full_answer, asked="2026-11-30T12:00:00+00:00") == to_pdf(
        full_answer, asked="2026-11-30T12:00:00+00:00"
    )


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


def test_what_no_font_has_is_said_and_the_pdf_is_made():
    private = "\N{LINEAR B SYLLABLE B008 A} \uf8ff"
    assert "shown as boxes" in pdf_text(to_pdf(answer(f"Words {private}")))


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_makes_a_document(text):
    data = to_docx(answer(f"x {text}"))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert to_pdf(answer(f"x {text}")).startswith(b"%PDF")


@pytest.mark.parametrize(
    "text", [HOSTILE, "# Not a heading", "- no item", "1. no number", "> said", "| a | b |", "a --> b", "``` x"]
)  # fmt: skip
def test_a_note_of_an_answer_is_read_back_with_its_words(tmp_path, text):
    path = tmp_path / "answer-0123456789ab.md"
    path.write_text(to_note(answer(text), "answer-0123456789ab"), "utf-8")
    read = markdown.read(path)
    assert read.warnings == ()
    assert read.metadata["key"] == "answer-0123456789ab"
    assert read.metadata["relations"] == [{"to": "s", "kind": "cites"}]
    assert (read.title, read.metadata["tags"]) == ("Why?", ["answer"])
    assert text.replace("\\", "") in read.text.replace("\\", "")
    assert "[1] A paper (s, p. 3)" in read.text
    assert read.text.count("# Why?") == 1


def test_a_note_keeps_the_quote_of_what_is_in_other_words():
    assert "> Quote of A thing." in to_note(answer("A thing.", "paraphrase"), "k")
    assert "> Quote" not in to_note(answer("A thing."), "k")


def test_a_note_keeps_numbers_and_gaps(full_answer):
    note = to_note(replace(full_answer, author="a model"), "k", "2026-11-30")
    assert "Middle layers beat the last one by 2 to 16 points. [1] [2]" in note
    assert "## What the list does not contain" in note
    assert "writer: a model" in note
