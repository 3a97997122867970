"""A Zotero library is seen and followed in the app, and two readers at once get each their own answer."""

import json

import pytest

from tests.browser.test_rooms import _keys, _library, _row, pytestmark  # noqa: F401 the same marks
from tests.browser.walking import ARGUMENTS, CHROMIUM, PATIENCE
from tests.zotero import MARKED, NOTE, filled

ONE = "Do middle layers give better features than the last layer?"
TWO = "Does a majority vote over reasoning paths beat one greedy path?"


def test_a_zotero_library_is_in_the_table_with_its_collections_and_follows_its_changes(
    page, served, tmp_path
):
    window, _ = served
    zotero, known = filled(tmp_path / "Zotero")
    window.assistant.add([zotero.folder])  # Zotero still has its database open
    page.reload()
    _library(page)
    whale = _row(page, "quiet-heads-in-whale-transformers")
    whale.locator("button.tag", has_text="mammals").wait_for()
    assert "Jane Doe" in whale.inner_text()
    assert "2021" in whale.inner_text()
    whale.locator("button.tag", has_text="Sea/Whales-Dolphins").click()
    page.locator("#shelf", has_text="2 found").wait_for()  # the paper, and the notes on it
    page.get_by_label("Search the library").fill("")
    assert "reference only" in _row(page, "poe1999").inner_text()
    assert page.locator("#shelf tbody", has_text="What Was Thrown Away").count() == 0

    # What the reader marked and noted in Zotero is cited like any source.
    page.get_by_role("tab", name="Ask").click()
    for question, said in (
        ("At how many hertz do quiet heads hum?", MARKED),
        ("What may the quiet heads of this paper be that the seals measured in winter?", NOTE),
    ):
        page.get_by_label("Your question").fill(question)
        page.get_by_label("Your question").press("Enter")
        page.locator("#answer .sentence", has_text=said.rstrip(".")).first.wait_for()

    zotero.set(known["seals"], "title", "Seals Under the Ice")
    zotero.db.commit()
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name="Look for changed files").click()
    page.locator("#shelf tbody th", has_text="Seals Under the Ice").wait_for()
    zotero.close()


# What Zotero writes as "BetterBibTeX JSON": collections list their items by number.
EXPORT = {
    "config": {"label": "BetterBibTeX JSON"},
    "collections": {
        "SEA": {"key": "SEA", "name": "Sea", "parent": False, "items": []},
        "ICE": {"key": "ICE", "name": "Ice", "parent": "SEA", "items": [7, 8]},
    },
    "items": [
        {"itemType": "journalArticle", "itemID": 7, "citationKey": "floe2021", "title": "Floes That Hum",
         "date": "2021-03", "creators": [{"creatorType": "author", "firstName": "Ida", "lastName": "Floe"}],
         "tags": [{"tag": "acoustics"}], "notes": [{"note": "<p>The floes may hum in unison.</p>"}]},
        {"itemType": "book", "itemID": 8, "citationKey": "berg1999", "title": "Bergs", "date": "1999",
         "creators": [{"creatorType": "author", "firstName": "Per", "lastName": "Berg"}], "tags": [{"tag": "ice"}]},
    ],
}  # fmt: skip


def test_an_export_of_better_bibtex_becomes_rows_with_its_tags_and_collections(page, tmp_path):
    file = tmp_path / "zotero.json"
    file.write_text(json.dumps(EXPORT), "utf-8")
    _library(page)
    page.locator("#drop input[type=file]").set_input_files(str(file))
    floes = _row(page, "floe2021").filter(has_text="Floes That Hum")
    floes.wait_for()
    assert floes.locator("td").all_inner_texts()[1:] == [
        "Ida Floe", "2021", "paper", floes.locator(".day").inner_text(), "reference only", "acoustics", "Sea/Ice",
    ]  # fmt: skip
    assert "Per Berg" in _row(page, "berg1999").inner_text()
    floes.locator("button.tag", has_text="acoustics").click()
    page.locator("#shelf", has_text="2 found").wait_for()  # the paper, and the notes on it
    assert "floe2021" in _keys(page)
    assert "berg1999" not in _keys(page)
    page.get_by_label("Search the library").fill("")
    _row(page, "berg1999").locator("button.tag", has_text="Sea/Ice").click()
    page.locator("#shelf", has_text="3 found").wait_for()
    assert {"floe2021", "berg1999"} <= set(_keys(page))
    assert "middle-layers" not in _keys(page)


@pytest.fixture
def readers(served):
    """The app in two browser contexts, which share neither cookies nor storage."""
    from playwright.sync_api import sync_playwright

    wrong = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages = []
        for _ in range(2):
            context = browser.new_context(viewport={"width": 1200, "height": 900})
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(served[1].address)
            page.locator(".welcome").wait_for()
            pages.append(page)
        yield pages
        browser.close()
    assert wrong == []


def test_two_readers_ask_at_the_same_time_and_each_gets_the_own_answer(readers):
    for before, questions in enumerate(((TWO, ONE), (ONE, TWO))):
        for page, question in zip(readers, questions, strict=True):
            page.get_by_label("Your question").fill(question)
        for page in readers:  # neither waits for the other
            page.get_by_label("Your question").press("Enter")
        for page, question in zip(readers, questions, strict=True):
            page.locator("#answer h2", has_text=question).wait_for()
            page.locator("#answer .actions.turn").wait_for()
            assert page.locator("#answer article").count() == 1
            assert page.locator("#history article").count() == before
    paths = [page.evaluate("location.pathname") for page in readers]
    assert paths[0] != paths[1]
    keys = [
        set(page.locator("#answer .sources button.title").evaluate_all("all => all.map(e => e.dataset.key)"))
        for page in readers
    ]  # fmt: skip
    assert "middle-layers" in keys[0]
    assert "self-consistency" in keys[1]

    # A follow-up goes on in the thread of its reader, who reads the other's only at its address.
    readers[0].get_by_label("Your question").fill("and in encoders?")
    readers[0].get_by_label("Your question").press("Enter")
    readers[0].locator("#answer h2", has_text="and in encoders?").wait_for()
    readers[0].locator("#answer .actions.turn").wait_for()
    readers[1].reload()
    readers[1].locator("#answer h2", has_text=TWO).wait_for()
    assert readers[1].evaluate("location.pathname") == paths[1]
    assert readers[1].locator("#main article h2").all_inner_texts() == [ONE, TWO]
    readers[1].evaluate("path => { location.href = path; }", paths[0])
    readers[1].locator("#answer h2", has_text="and in encoders?").wait_for()
