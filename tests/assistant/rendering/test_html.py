"""The HTML page needs no other file, links every citation, and escapes all of its text."""

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from assistant.rendering.html import to_html
from assistant.rendering.unfolding import unfolded
from assistant.rendering.wording import folded
from assistant.types import Answer, Citation, CitedSource, Experiment, Fold, Gap, NextLine, Sentence

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "b", "em", "span", "a", "ul", "li",
    "code", "details", "summary", "blockquote", "br",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class", "href", "title", "id"}


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_every_citation_links_to_its_source_and_carries_its_quote(full_answer):
    page = Page(to_html(full_answer))
    anchors = {values["id"] for _, values in page.tags if "id" in values}
    links = [values for tag, values in page.tags if tag == "a"]
    assert links
    assert all(values["href"].removeprefix("#") in anchors for values in links)
    quotes = {values["title"] for values in links if values.get("class") == "citation"}
    said = [*full_answer.sentences, *(s for fold in full_answer.folds for s in fold.sentences)]
    cited = {c.quote for sentence in said for c in sentence.citations}
    assert quotes == {" ".join(quote.split()) for quote in cited}


def test_no_anchor_stands_twice(full_answer):
    anchors = [values["id"] for _, values in Page(to_html(full_answer)).tags if "id" in values]
    assert len(anchors) == len(set(anchors))


def test_a_lead_in_stands_outside_the_sentence_and_a_fold_opens_on_request(full_answer):
    page = to_html(full_answer)
    assert '<b class="lead-in">Not as stated:</b> <span class="claim">Middle layers beat' in page
    assert '<em class="lead-in">By contrast:</em> <span class="claim">[the run:] A local' in page
    assert "<details><summary>More evidence: 3 sentences from 2 sources</summary>" in page
    assert page.count("<b>A lens</b>") == 2  # once in each fold
    assert "<details><summary>More evidence" not in to_html(unfolded(full_answer))


def test_the_page_is_the_same_however_long_it_took(full_answer):
    assert to_html(full_answer) == to_html(replace(full_answer, seconds={}))


def test_the_page_follows_the_systems_light_or_dark(full_answer):
    assert "prefers-color-scheme: dark" in to_html(full_answer)


NASTY = st.text() | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style>", "{style}", "</title>", "' onclick='x"]
)  # fmt: skip


@given(NASTY, NASTY)
def test_no_text_of_a_document_becomes_a_tag_or_an_attribute(one, two):
    citation = Citation(source=one, passage=one, quote=two, page=1, start=0, end=len(two))
    answer = Answer(
        question=one,
        deck=two,
        coverage="partial",
        writer="extractive",
        index_hash="",
        headings=(two,),
        sentences=(
            Sentence(text=one, paragraph=0, role="claim", citations=(citation,), lead_in=two),
        ),
        folds=(
            Fold(
                kind="evidence",
                summary=two,
                sentences=(Sentence(text=two, paragraph=0, role="claim", citations=(citation,)),),
            ),
        ),
        notices=(one,),
        read_as=two,
        gaps=(Gap(aspect=one, nearest=(one, two), statement=two, remedy=one),),
        sources=(CitedSource(key=one, kind="paper", title=two, claim=two, label="1"),),
        experiments=(
            Experiment(probe=one, claim=two, why=one, parameters={}, seconds=1.0, evidence=(two,)),
        ),
        next_lines=(NextLine(question=two, coverage="answerable"),),
    )
    page = Page(to_html(answer))
    assert {tag for tag, _ in page.tags} <= TAGS
    assert {name for _, values in page.tags for name in values} <= ATTRIBUTES
    title = next(v["title"] for _, v in page.tags if v.get("class") == "citation")
    assert title == folded(two)
    assert all(v["href"] == "#source-1" for tag, v in page.tags if tag == "a")
