"""What a reader does in the reading room beside asking: stop, choose a writer, add files, export, on a phone too."""

import json
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.browser.test_rooms import QUESTION, _library, _row, _tab, pytestmark  # noqa: F401 the same marks
from tests.browser.walking import ARGUMENTS, CHROMIUM, PATIENCE, ask, browser, enter
from tests.chat_servers import quoting
from tests.chat_servers import served as chats
from tests.pdfs import Picture, paper, pdf

BIBTEX = "@article{gould2021, title={Gulls of the Harbour}, author={Gould, Ann}, year={2021}}"
RIS = "TY  - JOUR\nTI  - Terns of the Harbour\nAU  - Tern, Bo\nPY  - 2022\nID  - tern2022\nER  - \n"
CSL = [{"id": "auk2023", "type": "article", "title": "Auks of the Harbour"}]


def test_an_answer_is_stopped_and_the_next_one_comes_whole(page, served):
    with served[0]._turns.alone():
        enter(page, QUESTION)
        page.locator("#answer .status").wait_for()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.locator("#answer", has_text="Stopped.").wait_for()
    ask(page, QUESTION)
    assert "Stopped." not in page.locator("#answer").inner_text()


def test_sources_that_changed_since_are_named_by_their_titles_and_open(page, served):
    ask(page, QUESTION)
    assistant = served[0].assistant
    note = assistant.settings.corpus_dir / "middle-layers.md"
    note.write_text(note.read_text("utf-8").replace("2 to 16 points", "3 to 16 points"), "utf-8")
    assistant.sync()
    page.reload()
    page.locator("#answer .since summary", has_text="Changed since: 1 source.").click()
    page.locator("#answer .since button.title", has_text=QUESTION).click()
    page.locator("#panel h3", has_text="Key findings").wait_for()
    page.keyboard.press("Escape")
    page.locator("#answer .since").get_by_role("button", name="Ask again").click()
    page.locator("#answer .since").wait_for(state="detached")
    page.locator("#answer", has_text="3 to 16 points").wait_for()


def test_the_writer_that_is_chosen_writes_the_answer(own_library, own_corpus, tmp_path):
    from tests.checkout import app, serving

    def write(chat):
        chat.say(quoting(chat))
        chat.end()

    with chats(write) as server:
        window = Window(
            Assistant.open(
                own_library, corpus_dir=own_corpus, writer_url=server.address, writer_model="m"
            )
        )
        window.prepare()
        bound = serving.listening("127.0.0.1", 0)
        with (
            serving.served(app.build(window), window.assistant.settings, bound) as found,
            browser(tmp_path / "profile") as (page, wrong),
        ):
            page.goto(found.address)
            page.locator(".welcome").wait_for()
            page.get_by_label("Who writes the answer").click()
            page.get_by_role("option", name="Ollama", exact=True).click()
            ask(page, QUESTION)
            written = page.locator("#answer .byline").inner_text()
            assert f"Written by m at {server.address}" in written
            assert wrong == []


def test_files_of_every_kind_are_rows_and_the_bar_never_runs_back(page, tmp_path):
    files = {
        "gulls.bib": BIBTEX, "terns.ris": RIS, "auks.json": json.dumps(CSL), "bees.pdf": paper(),
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    _library(page)
    page.evaluate(_WATCH)
    page.locator("#drop input[type=file]").set_input_files([str(tmp_path / name) for name in files])
    page.locator("#fates li", has_text="Counting Bees").wait_for()
    for title in ("Gulls", "Terns", "Auks"):
        row = page.locator("#shelf tbody tr", has_text=f"{title} of the Harbour")
        assert "reference only" in row.inner_text()
    seen = page.evaluate("seen")
    assert seen == sorted(seen)
    assert len(seen) > 1

    row = page.locator("#shelf tbody tr", has_text="Gulls of the Harbour").first
    row.locator("input").check()
    page.locator("#shelf summary", has_text="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export the selected sources as BibTeX").click()
    assert "Gulls of the Harbour" in Path(saved.value.path()).read_text("utf-8")


def test_a_scanned_paper_says_in_its_row_that_it_needs_ocr_and_why(page, tmp_path):
    (tmp_path / "scan.pdf").write_bytes(pdf([[Picture(0, 0, 612, 792)]] * 2))
    _library(page)
    page.locator("#drop input[type=file]").set_input_files(str(tmp_path / "scan.pdf"))
    row = page.locator("#shelf tbody tr", has_text="scan.pdf")
    row.wait_for()
    page.locator("#fates", has_text="needs OCR").wait_for()
    status = row.locator("td", has_text="needs OCR")
    assert status.locator("span.bad").inner_text() == "needs OCR"
    assert "no text on any of its 2 pages" in status.inner_text()
    assert "ocrmypdf" in status.inner_text()  # what would do
    assert row.locator("input").count() == 0  # there is nothing to ask or to export
    page.get_by_label("Search the library").fill("scan")
    page.locator("#shelf", has_text="1 found").wait_for()
    assert "needs OCR" in page.locator("#shelf tbody").inner_text()


# Every share that a bar of the page shows, in order.
_WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll('#fates progress')) seen.push(Number(bar.value));
  }).observe(document.querySelector('#fates'), {subtree: true, childList: true, attributes: true});
}"""


def test_two_sources_of_one_work_are_made_one(page, served, tmp_path):
    assistant = served[0].assistant
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(
            f"---\nkey: {name}\ntitle: Herons of the Harbour\ndoi: 10.1/heron\n---\n"
            f"# Herons of the Harbour\n\nHerons of the harbour stand on {name} leg.\n", "utf-8"
        )  # fmt: skip
    assistant.add([tmp_path])
    page.reload()
    _library(page)
    page.get_by_role("button", name="Look for works that are here twice").click()
    merge = page.locator("#fates").get_by_role("button", name="Make one")
    merge.click()
    page.get_by_role("button", name="Keep the first, take in the others?").click()
    page.locator("#fates", has_text="No work is here twice.").wait_for()
    page.locator("#shelf tbody tr", has_text="Herons of the Harbour").nth(1).wait_for(
        state="detached"
    )


def test_a_card_says_what_may_be_typed_and_its_estimate_follows(listed):
    ask(listed, "Do intermediate layers give better features than the last layer?")
    card = listed.locator("#bench .card:has(h4[data-experiment='layer_task'])").first
    card.locator("summary", has_text="Parameters").click()
    assert "at least 6" in card.locator(".parameters").inner_text()
    before = card.locator("[data-estimate]").inner_text()
    card.locator("input[name=count]").fill("6000")
    card.locator("input[name=count]").press("Tab")
    listed.wait_for_function(
        "before => document.querySelector('[data-estimate=layer_task]').textContent !== before",
        arg=before,
    )
    card.locator("input[name=count]").fill("2")
    card.get_by_role("button", name="Run", exact=True).click()
    card.locator(".notice", has_text="6").wait_for()  # it says what would do, and runs nothing
    assert listed.locator("#bench .run.running").count() == 0


def test_the_ledger_and_the_experiments_of_the_library_are_apart_and_go_out(listed):
    _library(listed)
    readings = listed.locator("#shelf tbody tr").count()
    listed.get_by_role("button", name="Show them").click()
    listed.wait_for_function(
        "readings => document.querySelectorAll('#shelf tbody tr').length < readings", arg=readings
    )
    assert "Experiment on" in listed.locator("#shelf tbody th").first.inner_text()
    _tab(listed, "Ledger")
    with listed.expect_download() as saved:
        listed.get_by_role("button", name="Save as CSV").click()
    head, *rows = Path(saved.value.path()).read_text("utf-8").splitlines()
    assert {"verdict", "effect", "control", "stale"} <= set(head.split(","))
    assert len(rows) >= 19
    listed.locator("#ledger summary", has_text="What the controls showed").first.click()
    assert listed.locator("#ledger details[open] p").first.is_visible()


def test_the_page_of_a_source_has_its_parts_in_order_and_its_file_goes_out(listed):
    _library(listed)
    _row(listed, "layer-by-layer").locator("button.title").first.click()
    listed.locator("#panel h3", has_text="Your comments").wait_for()
    parts = [
        "Quick summary", "Key findings", "Questions it answers", "Key terms", "Details", "Citation network",
        "Similar in this list", "Claims record", "Experiments on this work", "How to cite",
    ]  # fmt: skip
    heads = listed.locator("#panel h3").all_inner_texts()
    assert [head for head in heads if head in parts] == parts
    seven = listed.locator("#panel h4").all_inner_texts()
    assert len(seven) == 7
    assert "Skean, O." in listed.locator("#panel").inner_text()
    with listed.expect_download() as saved:
        listed.get_by_role("button", name="Download").click()
    assert "key: layer-by-layer" in Path(saved.value.path()).read_text("utf-8")


@pytest.fixture
def phone(served):
    """The window as a phone shows it, touched and not clicked."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = opened.new_context(
            viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True, device_scale_factor=2
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(served[1].address)
        page.locator(".welcome").wait_for()
        yield page
        opened.close()


def test_a_file_is_added_and_a_claim_disputed_on_a_phone(phone, tmp_path):
    file = tmp_path / "bees.pdf"
    file.write_bytes(paper())
    phone.get_by_role("tab", name="Library").tap()
    phone.locator("#shelf tbody tr").first.wait_for()
    label = phone.locator("#drop label").first
    said, box = label.bounding_box(), phone.locator("#drop").bounding_box()
    assert "press to choose" in label.inner_text()
    assert box["x"] <= said["x"]
    assert said["x"] + said["width"] <= box["x"] + box["width"] <= 360
    assert label.evaluate("each => each.scrollHeight <= each.clientHeight")
    with phone.expect_file_chooser() as chosen:
        phone.locator("#drop button").first.tap()
    chosen.value.set_files(str(file))
    phone.locator("#fates li", has_text="added Counting Bees").wait_for()
    phone.locator("#fates button.title").tap()
    phone.locator("#panel h3", has_text="Key findings").wait_for()
    phone.locator("#panel summary", has_text="claims with").tap()
    claim = phone.locator("#panel .of-record").first
    claim.locator("summary", has_text="Dispute").tap()
    form = claim.locator("details[open] > span").bounding_box()
    near = claim.bounding_box()
    assert 0 <= form["x"] <= form["x"] + form["width"] <= 360
    assert near["y"] <= form["y"] < near["y"] + near["height"] + 60
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert phone.evaluate(wide) <= 0
