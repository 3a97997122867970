"""A Word file has the blocks of an answer in their order."""

from assistant.rendering.document import blocks
from assistant.rendering.docx import to_docx
from tests.assistant.rendering.exported import docx_text


def test_every_block_stands_in_the_word_file_in_its_order(full_answer):
    told = ["".join(run.text for run in block.runs) for block in blocks(full_answer)]
    assert docx_text(to_docx(full_answer)).split("\n") == told
