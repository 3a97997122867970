"""An item of Zotero becomes a work, and a note its text, in bounded work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers import csl_better_bibtex as better_bibtex
from assistant.readers.zotero_items import Item, as_reference, folder_name, paragraphs
from tests.assistant.readers.test_steps import steps


def test_collections_that_lie_in_one_another_without_end_cost_no_more_than_they_hold(tmp_path):
    def export(depth):
        names = range(depth)
        folders = {f"{n}": {"name": f"f{n}", "parent": f"{n + 1}", "items": [7]} for n in names}
        return {
            "items": [{"itemType": "book", "title": "Deep", "itemID": 7}],
            "collections": folders,
        }

    def counted(depth):
        return steps(lambda _: list(better_bibtex.references(export(depth), tmp_path / "x")), "")

    counted(100)
    assert counted(800) <= 2.6 * counted(400)
    (work,) = better_bibtex.references(export(400), tmp_path / "x")
    assert all(len(path.split("/")) <= 32 for path in work.collections)
    assert work.collections[0].endswith("/f1/f0")


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("<p>a <b>bold</b> word</p><p>next</p>", ["a bold word", "next"]),
        ("one<br>two<hr/>three", ["one", "two", "three"]),
        ("<p title='a > b' class=\"x>y\">shown</p>", ["shown"]),
        ("a<!-- b --> c <!-- never closed <p>d</p>", ["a c"]),
        ("a<script>alert('<p>b</p>')</script >c", ["ac"]),
        ("a <style>b", ["a"]),
        ("if a<b and c>d", ["if ad"]),
        ("if a < b, <3", ["if a < b, <3"]),
        ("<!DOCTYPE html><?xml x?>a", ["a"]),
        ("&lt;p&gt; &amp;amp; &#233; &#x41;&nbsp;z", ["<p> &amp; é A z"]),
        ("&#" + "9" * 5_000 + ";", ["&#" + "9" * 5_000 + ";"]),
        ("<![x", ["<![x"]),
    ],
)
def test_a_note_is_its_text(note, said):
    assert paragraphs(note) == said


@pytest.mark.parametrize(
    "unit",
    ["<", "<a ", "<!--", "<!-", "<![x", "<?", "</a", "&", "&#1;", "<a b='", '<a b="', "<script>", "<p>", "a "],
)  # fmt: skip
def test_a_note_of_twice_the_length_takes_twice_the_steps(unit):
    few, many = (steps(paragraphs, unit * (times // len(unit))) for times in (1_500, 3_000))
    assert many <= 2.6 * few + 200


def test_a_note_of_a_megabyte_of_broken_markup_is_read_at_once():
    # No count of lines shows the work of regular expressions; a quadratic one would take minutes.
    for unit in ("<a ", "<!--", "<?", "<a b='", "<script>x</scrip", "&a"):
        assert isinstance(paragraphs(unit * (2**20 // len(unit))), list)


markup = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<br/>",
            "<script>",
            "</script>",
            "&amp;",
            "<",
            "&#0;",
            "a b",
            "\0",
            "é",
            "\n",
            "<b",
        ]
    )
).map("".join)


@given(markup | st.text())
def test_paragraphs_have_words_and_stand_on_one_line(text):
    for paragraph in paragraphs(text):
        assert paragraph
        assert paragraph == " ".join(paragraph.split())


@given(
    st.text(),
    st.dictionaries(
        st.sampled_from(["title", "date", "extra", "DOI", "archiveID", "note"]), markup | st.text()
    ),
)
def test_any_item_is_a_work(name, fields):
    work = as_reference(
        Item(type=name, fields=fields, people=[("author", name, name)], tags=[name], notes=[name])
    )
    assert work.key is not None
    title = fields.get("title", "x")
    assert work.title or "<" in title or not title.strip()  # a title may be only markup
    assert '"' not in folder_name(name)
    assert "/" not in folder_name(name)
