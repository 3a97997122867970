"""A quote stands alone or with the sentence it leans on, and its role in the source is known."""

import pytest

from assistant import Assistant
from assistant.library import sync
from assistant.search.retrieval import search
from assistant.select.quotes import scored
from assistant.select.reading import Depth, read
from tests.assistant.select.noted import library_of
from tests.pdfs import Text, pdf

NOTES = {
    "seal.md": "# Seal tuning\n\nSeal tuning adapts a model with few weights. It needs 12 GB of memory.\n\n"
    "## Caveats\n\nSeal tuning was tried on one model only.\n",
    "walrus.md": "# Walrus tuning\n\nWalrus tuning needs 40 GB of memory. However, it trains faster.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Assistant:
    return library_of(NOTES, tmp_path_factory)


def quotes(library: Assistant, question: str):
    desk = library.desk()
    found = search(desk.library, desk.index, desk.encoder, question, 50)
    return scored(desk.index, desk.scores, question, found.vector, read(desk.library, found))


def test_a_sentence_that_leans_is_quoted_with_the_one_before(library):
    found = [
        q for q in quotes(library, "How much memory does seal tuning need?") if "12 GB" in q.text
    ]
    assert [q.plain() for q in found] == [
        "Seal tuning adapts a model with few weights. It needs 12 GB of memory."
    ]


def test_every_quote_is_the_stored_text_between_its_ends(library):
    for quote in quotes(library, "How much memory does seal tuning need?"):
        assert library.source(quote.source).text[quote.start : quote.end] == quote.text


def test_the_section_of_a_note_says_what_a_sentence_is(library):
    roles = {q.plain(): q.role for q in quotes(library, "seal tuning")}
    assert roles["Seal tuning was tried on one model only."] == "caveat"


def test_a_sentence_over_a_page_break_names_both_its_pages(tmp_path):
    line = "The seals of the bay were counted in spring, summer and autumn by the wardens."
    foot = [Text(72, 700 - 14 * n, line) for n in range(6)]
    foot.append(
        Text(72, 616, "At the end of the second year the lower nets were lost because the warm")
    )
    head = [
        Text(72, 700, "current of the summer had torn their northern anchors from the sea floor.")
    ]
    head += [Text(72, 686 - 14 * n, line.replace("seals", "walruses")) for n in range(6)]
    (tmp_path / "nets.pdf").write_bytes(pdf([foot, head]))
    found = Assistant.open(tmp_path / "data", corpus_dir=None)
    found.add([tmp_path / "nets.pdf"])
    told = [q for q in quotes(found, "Why were the lower nets lost?") if "lower nets" in q.text]
    assert [(q.page, q.last_page, q.citation().pages) for q in told] == [(1, 2, "pp. 1-2")]


@pytest.mark.parametrize("asks", [True, False])
def test_what_a_paper_answers_to_its_venue_is_not_quoted_and_a_list_of_species_is(tmp_path, asks):
    said = "Justification: All whales were counted twice in spring by two wardens of the bay."
    body = "We counted all whales of the bay in spring from a boat with two wardens on board."
    page = [
        Text(72, 720, "1 Counting whales", size=14, bold=True),
        *(Text(72, 700 - 14 * n, body) for n in range(4)),
        Text(72, 560, "Checklist", size=14, bold=True),
        *([Text(72, 540, "Were all of the whales counted in spring? [Yes]")] if asks else []),
        *(Text(72, 520 - 14 * n, said) for n in range(4)),
    ]
    (tmp_path / "whales.pdf").write_bytes(pdf([page]))
    found = Assistant.open(tmp_path / "data", corpus_dir=None)
    found.add([tmp_path / "whales.pdf"])
    told = {quote.plain() for quote in quotes(found, "Who counted the whales in spring?")}
    assert told == ({body} if asks else {body, said})


def test_no_more_is_read_than_the_depth_allows(library):
    desk = library.desk()
    found = search(desk.library, desk.index, desk.encoder, "seal tuning", 50)
    chosen = read(desk.library, found, depth=Depth(characters=60))
    assert len(chosen) == 1


def test_a_note_that_leads_is_read_in_full(library):
    read_for = {q.plain() for q in quotes(library, "How much memory does seal tuning need?")}
    assert "Seal tuning was tried on one model only." in read_for


def test_what_is_quoted_of_a_text_that_is_not_indexed_yet_is_whole_sentences(tmp_path):
    """Another process has stored a text of the same length, and its index is not built yet."""
    path = tmp_path / "notes" / "seal.md"
    path.parent.mkdir()
    before = "Seal tuning adapts a model with few weights. It needs twelve gigabytes of memory."
    after = "Seal tuning adapts many models. Few weights that it needs have a gigabyte of memory"
    path.write_text(f"{before}\n", "utf-8")
    library = Assistant.open(tmp_path / "data", corpus_dir=None)
    library.add([path])
    library.sync()
    path.write_text(f"{after[: len(before) - 1]}.\n", "utf-8")
    reading = sync.Reading(
        window=254,
        count_tokens=library.embedding_model().count_tokens,
        tokenizer=library.embedding_model().id,
    )
    sync.sync(library.library, [path], reading, lambda *_: None, prune=False)
    desk = library.desk()
    assert desk.index.hash != library.indexed_as()
    found = [q.plain() for q in quotes(library, "seal tuning weights of models and memory")]
    assert "Seal tuning adapts many models." in found
    assert all(text.endswith(".") and text[0] in "SF" for text in found)
