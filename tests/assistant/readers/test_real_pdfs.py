"""Each real PDF is read or refused with one clear line, and the text that is read is right."""

import re
from functools import cache
from pathlib import Path

import pytest

from assistant.errors import Refused
from assistant.readers import pdf
from assistant.types import Document

FOLDER = Path(__file__).resolve().parents[3] / ".." / "shared" / "pdfs"
FILES = sorted(FOLDER.glob("*/*.pdf"))
pytestmark = pytest.mark.skipif(not FILES, reason="no folder shared/pdfs beside the checkout")

REFUSED = {
    "docling_ocr_rotated_90.pdf": "OCR",
    "unstructured_loremipsum-flat.pdf": "OCR",
    "pdfium_encrypted.pdf": "--password",
    "pypdf_r4-aes-user-password.pdf": "--password",
    "pypdf_r6-user-password.pdf": "pypdf accepts an empty password, pdfium does not",
    "pypdfsamples_libreoffice-writer-password.pdf": "--password",
    "unstructured_password.pdf": "--password",
    "pypdfsamples_unreadablemetadata.pdf": "broken",
}


@cache
def read(name: str) -> Document:
    return pdf.read(next(path for path in FILES if path.name == name))


# 400 pages took 2 s on two cores; a hang or a quadratic step would take far longer.
@pytest.mark.timeout(120)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_read_or_refused_in_one_line(path):
    if path.name in REFUSED:
        with pytest.raises(Refused) as refusal:
            pdf.read(path)
        assert REFUSED[path.name] in str(refusal.value)
        assert "\n" not in str(refusal.value)
    else:
        document = read(path.name)
        assert document.text.strip()
        assert document.title.strip()
        assert_words_stand_where_they_say(document)


def assert_words_stand_where_they_say(document: Document) -> None:
    end = 0
    for page in document.pages:
        assert end <= page.start <= page.end
        at = page.start
        for word in page.words:
            assert document.text[at : word.start].strip() == "", "no text without a word"
            assert not any(map(str.isspace, document.text[word.start : word.end]))
            at = word.end
        assert at == page.end
        end = page.end
    assert end == len(document.text)


@pytest.mark.parametrize("name", ["pypdf_r4-aes-user-password.pdf", "pypdf_r6-user-password.pdf"])
def test_the_password_opens_the_encrypted_ones(name):
    path = next(path for path in FILES if path.name == name)
    assert "encryption" in pdf.read(path, password="asdfzxcv").text


@pytest.mark.parametrize(
    ("name", "quote"),
    [
        (
            "N18-3011.pdf",
            "researchers remain unable to answer simple questions such as:",
        ),
        (
            "N18-3011.pdf",  # over a column's foot, figure, hyphen
            "(e.g., Xiong et al., 2017). We describe methods used in a scalable deployed production "
            "system for extracting structured information from scientific documents into the "
            "literature graph (see Fig. 1).",
        ),
        ("N18-3011.pdf", "In order to compute the Erdős number".replace("In", "in")),
        (
            "specter_2020.acl-main.207.pdf",
            "these models are targeted towards token- and sentence-level training objectives and do "
            "not leverage information on inter-document relatedness",
        ),
        (
            "alce_emnlp2023.pdf",
            "For example, on the ELI5 dataset, 49% generations of our ChatGPT baseline are not fully "
            "supported by the cited passages.",
        ),
        (
            "unstructured_multi-column-2p.pdf",
            "our dense retriever outperforms a strong Lucene-BM25 system greatly by 9%-19% absolute "
            "in terms of top-20 passage retrieval accuracy, and helps our end-to-end QA system "
            "establish new state-of-the-art on multiple open-domain QA benchmarks.",
        ),
        (
            "2023.eacl-main.121.pdf",
            "73% of the papers do not evaluate long-form summaries with humans",
        ),
        (
            "pypdfsamples_GeoTopo-komprimiert.pdf",
            "Ein topologischer Raum X heißt hausdorffsch, wenn es für je zwei Punkte",
        ),
        (
            "pypdfsamples_multicolumn.pdf",
            "This is a sample document with two columns filled with Lorem Ipsum text.",
        ),
        ("unstructured_fake-bold-sample.pdf", "BOLD TEXT SAMPLE"),
        ("pypdf_hello-world.pdf", "مرحبا بالعالم"),
        ("docling_rtl_02.pdf", "وعليه، فإن الحكومة المصرية"),
        (
            "unstructured_korean-text-with-tables.pdf",
            "매월 1일부터 말일까지 이용한 일시불 및 할부 이용금액",
        ),
        ("unstructured_copy-protected.pdf", "off-the-shelf"),
        ("siege_of_vicksburg_scan_ocr.pdf", "A proud day it will be when we haul it down"),
        (
            "siege_of_vicksburg_scan_ocr.pdf",
            "I have a great curiosity to see the court house at Vicksburg. It stands on a hill,",
        ),
    ],
)
def test_sentences_read_as_printed(name, quote):
    assert quote in read(name).text


@pytest.mark.parametrize(
    ("name", "title", "year", "references"),
    [
        ("N18-3011.pdf", "Construction of the Literature Graph in Semantic Scholar", 2018, 25),
        (
            "alce_emnlp2023.pdf",
            "Enabling Large Language Models to Generate Text with Citations",
            2023,
            50,
        ),
        (
            "specter_2020.acl-main.207.pdf",
            "SPECTER: Document-level Representation Learning using Citation-informed Transformers",
            2020,
            50,
        ),
    ],
)
def test_papers_say_what_they_are(name, title, year, references):
    metadata = read(name).metadata
    assert (metadata["title"], metadata["year"]) == (title, year)
    assert len(metadata["references"]) >= references
    assert 400 < len(metadata["abstract"]) < 2500
    assert [
        section["title"] for section in metadata["sections"] if "Introduction" in section["title"]
    ]


def test_bad_ocr_is_warned_of():
    for name in ("unstructured_pdf-with-ocr-text.pdf", "docling_rtl_02.pdf"):
        assert "text layer is bad" in read(name).warnings[0]
    assert not read("N18-3011.pdf").warnings


# Each was looked at in a viewer: none of these words is visible on its page.
HIDDEN = {
    "docling_rtl_02.pdf": 1,
    "pypdfsamples_GeoTopo-komprimiert.pdf": 2,
    "unstructured_failure-after-repair.pdf": 256,
    "unstructured_invalid-pdf-structure-pdfminer-one-page.pdf": 8,
    "unstructured_korean-text-with-tables.pdf": 10,
    "unstructured_negative-coords.pdf": 10,
    "unstructured_pdf2image-memory-error-test-400p.pdf": 5,
}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name not in REFUSED], ids=lambda path: path.name
)
def test_nothing_that_can_be_seen_is_taken_for_hidden(path):
    told = [w for w in read(path.name).warnings if "hidden word" in w]
    counted = sum(int(re.search(r"(\d+) (?:more )?hidden", warning)[1]) for warning in told)
    assert counted == HIDDEN.get(path.name, 0)
