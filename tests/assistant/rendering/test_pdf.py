"""Every word of an answer stands in its PDF, which is the same on any day."""

from assistant.rendering.document import blocks
from assistant.rendering.pdf import to_pdf
from tests.assistant.rendering.exported import answer, pdf_text


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


def test_what_no_font_has_is_said_and_the_pdf_is_made():
    private = "\N{LINEAR B SYLLABLE B008 A} \uf8ff"
    assert "shown as boxes" in pdf_text(to_pdf(answer(f"Words {private}")))
