"""Build a short answer, and read the words of an exported one, for the tests of exports."""

import io

import pypdfium2
from docx import Document

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
