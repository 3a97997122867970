"""`inquire ask | search | paper | summarize | export` say what the library holds, word for word."""

import os

import pytest

from tests.assistant.command_line import QUESTION


def test_every_quote_of_an_answer_stands_in_its_source(inquire):
    ran = inquire("ask", QUESTION, "--json")
    assert ran.code == 0
    answer = ran.document
    assert answer["question"] == QUESTION
    assert answer["coverage"] in ("answered", "partial")
    citations = [c for sentence in answer["sentences"] for c in sentence["citations"]]
    assert "middle-layers" in {citation["source"] for citation in citations}
    texts = {
        c["source"]: inquire("paper", c["source"], "--json").document["text"] for c in citations
    }
    for citation in citations:
        stored = texts[citation["source"]]
        assert stored[citation["start"] : citation["end"]] == citation["quote"]
    assert all(s["citations"] for s in answer["sentences"] if s["role"] == "claim")
    assert {source["key"] for source in answer["sources"]} == set(texts)


def test_a_question_outside_the_list_is_a_no(inquire):
    ran = inquire("ask", "Which yeast leavens Neapolitan pizza dough?", "--json")
    assert ran.code == 1
    assert ran.document["coverage"] == "absent"
    assert ran.document["sources"] == []
    assert not [s for s in ran.document["sentences"] if s["role"] == "claim"]


def test_the_same_question_gives_the_same_bytes(inquire):
    for form in ("md", "html"):
        ask = ("ask", QUESTION, "--format", form)
        assert inquire(*ask).out == inquire(*ask).out


def test_formats_of_an_answer(inquire):
    assert inquire("ask", QUESTION).out == inquire("ask", QUESTION, "--format", "md").out
    assert inquire("ask", QUESTION, "--format", "html").out.startswith("<!DOCTYPE html>")
    as_json, plain = (
        inquire("ask", QUESTION, *o).document for o in (["--json"], ["--format", "json"])
    )
    assert as_json.keys() == plain.keys()


def test_in_full_nothing_is_folded_and_no_sentence_of_the_brief_is_lost(inquire):
    brief, full = (
        inquire("ask", QUESTION, "--length", length, "--json").document
        for length in ("brief", "full")
    )
    assert inquire("ask", QUESTION, "--json").document["sentences"] == brief["sentences"]
    assert (brief["length"], full["length"], full["folds"]) == ("brief", "full", [])
    count = len(brief["sentences"])
    assert full["sentences"][:count] == brief["sentences"]
    rest = [row["text"] for fold in brief["folds"] for row in fold["sentences"]]
    assert sorted(row["text"] for row in full["sentences"][count:]) == sorted(rest)


def test_a_length_that_there_is_not_is_wrong_use(inquire):
    ran = inquire("ask", QUESTION, "--length", "long")
    assert ran.code == 2
    assert "brief" in ran.err


def test_hostile_text_is_shown_and_nothing_else(inquire):
    question = "What do prompt injections do to summarisers?"
    page = inquire("ask", question, "--format", "html").out
    assert "onerror=alert(1)&gt;" in page
    assert "<img" not in page
    assert "<script" not in page
    shown = inquire("ask", question).out
    assert "\x1b" not in shown
    assert r"\<img" in shown
    assert "\x1b" not in inquire("search", question).out


def test_search_finds_passages_of_the_stored_text(inquire):
    hits = inquire("search", QUESTION, "-k", "3", "--json").document
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["source"] == "middle-layers"
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        stored = inquire("paper", hit["source"], "--json").document["text"]
        assert stored[hit["start"] : hit["end"]] == hit["text"]
        assert set(hit) == {"rank", "source", "passage", "text", "page", "start", "end", "score"}


def test_a_question_with_broken_bytes_is_still_a_question(inquire):
    assert inquire("search", os.fsdecode(b"layers \xff"), "--json").code == 0


def test_a_paper_has_its_text_and_metadata(inquire):
    page = inquire("paper", "middle-layers", "--json").document
    assert {"key", "kind", "title", "metadata", "text"} <= set(page)
    assert page["key"] == "middle-layers"
    assert page["kind"] == "note"
    assert page["metadata"]["year"] == 2025
    shown = inquire("paper", "middle-layers").out
    assert "Ada Lovelace" in shown


def test_a_summary_is_an_answer(inquire):
    ran = inquire("summarize", "middle-layers", "--json")
    assert ran.code == 0
    assert {source["key"] for source in ran.document["sources"]} == {"middle-layers"}


def test_the_sources_of_an_answer_are_summarised(inquire):
    question = "Do middle layers give better features than the last layer?"
    told = inquire("ask", question, "--json").document["sentences"]
    ran = inquire("summarize", "--question", question, "--json")
    assert ran.code == 0
    assert ran.document["sentences"][: len(told)] == told
    cited = {c["source"] for sentence in told for c in sentence["citations"]}
    assert {source["key"] for source in ran.document["sources"]} == cited
    assert ran.document["question"].endswith(question)


def test_an_answer_without_sources_leaves_nothing_to_summarise(inquire):
    ran = inquire(
        "summarize", "--question", "Which enzymes fold zinc in yeast membranes?", "--json"
    )
    assert ran.code == 1
    assert "nothing to summarise" in ran.document["error"]["message"]


@pytest.mark.parametrize(
    ("form", "sign"), [("bibtex", "@"), ("ris", "TY  - "), ("csl-json", '"title"')]
)
def test_records_are_exported(inquire, form, sign):
    ran = inquire("export", "middle-layers", "logit-lens", "--format", form)
    assert ran.code == 0
    assert sign in ran.out
    told = inquire("export", "middle-layers", "--format", form, "--json").document
    assert told["format"] == form
    assert "middle-layers" in told["records"] or "Do middle layers" in told["records"]


BIB = """@article{Whale2021, author={Doe, Jane}, title = {Quiet Heads in Whale Transformers}, year=2021,
  journal={J. Test}, abstract={We show that thirty percent of attention heads in whale transformers stay quiet on every
  token, and that removing these quiet heads costs 0.4 points of accuracy.}}
@book{seal, author={Poe, Ida}, title={Harbour Seals of the Northern Coasts}, year=1999}
"""


def test_a_reference_is_searched_cited_as_what_it_is_and_named_in_a_gap(
    inquire, own_library, tmp_path
):
    (tmp_path / "refs.bib").write_text(BIB, "utf-8")
    assert "2 references" in inquire("add", str(tmp_path / "refs.bib"), data=own_library).out
    for words in ("Jane Doe", "Quiet Heads in Whale Transformers", "removing these quiet heads"):
        assert (
            inquire("search", words, "--json", data=own_library).document[0]["source"]
            == "whale2021"
        )
    question = "How much accuracy does removing quiet heads in whale transformers cost?"
    answer = inquire("ask", question, "--json", data=own_library).document
    cited = answer["sentences"][0]["citations"][0]
    text = inquire("paper", "whale2021", "--json", data=own_library).document["text"]
    assert "costs 0.4 points" in cited["quote"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    (source,) = [each for each in answer["sources"] if each["key"] == "whale2021"]
    assert (source["kind"], source["text_here"]) == ("paper", False)
    assert "reference whose text is not here" in inquire("ask", question, data=own_library).out
    assert (
        "@article{Whale2021,"
        in inquire("export", "whale2021", "--format", "bibtex", data=own_library).out
    )
    status = inquire("status", "--json", data=own_library).document
    assert (status["papers"], status["entries"], status["references"]) == (0, 2, 2)
    gap = inquire("ask", "What do harbour seals do on northern coasts?", data=own_library).out
    assert "Harbour Seals of the Northern Coasts" in gap
