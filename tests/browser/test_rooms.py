"""The library, a paper page, the ledger and the settings work in a real browser, and axe finds no fault on them."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from assistant.library.days import is_day
from probes import registry
from probes.runs import brought, evidence
from probes.types import ModelRecord
from tests.assistant.command_line import ROOT
from tests.browser.walking import CHROMIUM
from tests.pdfs import encrypted, paper

QUESTION = "Do middle layers give better features than the last layer?"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1_800),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="playwright is not installed"
    ),
]


def _tab(page, name):
    page.get_by_role("tab", name=name).click()


def _library(page):
    _tab(page, "Library")
    page.locator("#shelf tbody tr").first.wait_for()


def _keys(page):
    return page.locator("#shelf tbody th button.title").evaluate_all(
        "all => all.map(each => each.dataset.key)"
    )


def _row(page, key):
    return page.locator("#shelf tbody tr", has=page.locator(f"button[data-key='{key}']"))


def _open(page, key):
    _row(page, key).locator("button.title").first.click()
    page.locator("#panel h3", has_text="Key findings").wait_for()


def test_the_table_is_sorted_searched_ticked_and_tagged_and_a_question_asked_of_a_tag(page):
    _library(page)
    by_title = _keys(page)
    page.locator("#shelf th button", has_text="Year").click()
    page.locator("#shelf th[aria-sort='ascending']", has_text="Year").wait_for()
    assert _keys(page)[0] == "logit-lens"
    assert sorted(_keys(page)) == sorted(by_title)
    for key in ("logit-lens", "self-consistency"):
        _row(page, key).locator("input").check()
    page.locator("[data-count]", has_text="2 selected").wait_for()
    page.locator("#shelf summary", has_text="Tags and collections").click()
    page.get_by_label("Name of a tag or collection").fill("to read")
    page.get_by_role("button", name="Tag", exact=True).click()
    page.locator("#fates", has_text="2 now have the tag to read").wait_for()
    page.locator("#shelf button.tag", has_text="to read").first.click()
    page.locator("#shelf", has_text="2 found").wait_for()
    page.get_by_label("Select all 2 found").check()
    page.locator("[data-count]", has_text="All 2 selected").wait_for()
    page.get_by_role("button", name="Ask only these").click()
    field = page.get_by_label("Your question")
    page.wait_for_function(
        "wanted => document.querySelector('#composer textarea').value === wanted",
        arg='tag:"to read"',
    )
    field.fill(f"{QUESTION} {field.input_value()}")
    field.press("Enter")
    page.locator("#below .colophon").wait_for()
    told = page.locator("#answer .sources button.title").evaluate_all(
        "all => all.map(each => each.dataset.key)"
    )
    assert set(told) <= {"logit-lens", "self-consistency"}


def test_what_is_selected_holds_for_the_words_it_was_found_by_and_a_removal_says_how_many(page):
    _library(page)
    every = _keys(page)
    find = page.get_by_label("Search the library")
    find.fill("year:>=2022")
    page.locator("#shelf", has_text="3 found").wait_for()
    found = _keys(page)
    assert 1 < len(found) < len(every)
    page.get_by_label(f"Select all {len(found)} found").check()
    page.locator("[data-count]", has_text=f"All {len(found)} selected").wait_for()
    remove = page.locator("#shelf button[data-do='remove']")
    remove.click()
    assert remove.inner_text() == f"Remove {len(found)}?"
    _row(page, found[0]).locator("input").uncheck()
    assert remove.inner_text() == "Remove"  # the number asked about has changed
    page.get_by_label(f"Select all {len(found)} found").check()
    find.fill("")
    page.locator("#shelf", has_text=f"{len(every)} sources").wait_for()
    page.locator("[data-count]", has_text=f"{len(found)} selected").wait_for()
    assert not page.get_by_label(f"Select all {len(every)} found").is_checked()
    remove.click()
    assert remove.inner_text() == f"Remove {len(found)}?"
    remove.click()
    page.locator("#shelf", has_text=f"{len(every) - len(found)} sources").wait_for()
    assert set(_keys(page)) == set(every) - set(found)
    page.locator("[data-count]", has_text="Tick sources").wait_for()
    assert not remove.is_visible()  # there is nothing to remove


def test_a_locked_paper_is_opened_with_its_password_and_its_record_corrected(page, tmp_path):
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(encrypted(paper(), user="sesame", owner="owner"))
    _library(page)
    page.locator("#drop input[type=file]").set_input_files(str(locked))
    page.locator("#fates").get_by_label("Password of locked.pdf").fill("sesame")
    page.locator("#fates").get_by_role("button", name="Open locked.pdf").click()
    page.locator("#fates li", has_text="added").wait_for()
    page.locator("#shelf tbody tr", has_text="Counting Bees").locator("button.title").first.click()
    page.locator("#panel summary", has_text="Correct title").click()
    page.get_by_label("Title", exact=True).fill("Counting wasps")
    page.get_by_role("button", name="Save the record").last.click()
    page.locator("#panel h2", has_text="Counting wasps").wait_for()
    page.locator("#shelf tbody th", has_text="Counting wasps").wait_for()


def test_a_claim_is_disputed_and_its_record_goes_out_and_comes_back(page, tmp_path):
    _library(page)
    _open(page, "middle-layers")
    page.locator("#panel summary", has_text="claims with").click()
    claim = page.locator("#panel .of-record").first
    claim.locator("summary", has_text="Dispute").click()
    claim.get_by_label("Why C1 is disputed").fill("Only four models.")
    claim.get_by_role("button", name="Dispute it").click()
    claim.locator(".notice", has_text="Only four models.").wait_for()  # the fold is still open
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the record").first.click()
    record = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert record["items"][0]["said"]["reason"] == "Only four models."
    claim.get_by_role("button", name="Take it back").click()
    claim.get_by_role("button", name="Vouch for it").click()
    claim.locator(".notice", has_text="Attested on").wait_for()
    claim.get_by_role("button", name="Take it back").click()
    claim.get_by_role("button", name="Vouch for it").wait_for()
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record), "utf-8")
    page.keyboard.press("Escape")
    page.locator("#drop input[type=file]").set_input_files(str(file))
    page.locator("#fates", has_text="C1 brought").wait_for()


def test_comments_are_dated_and_one_that_is_made_a_note_is_cited(page):
    _library(page)
    _open(page, "middle-layers")
    page.get_by_label("Your first comment").fill(
        "The otters of these layers juggle pebbles at night."
    )
    page.get_by_role("button", name="Keep the comment").click()
    page.locator("#panel h3", has_text="Your comments (1)").wait_for()
    assert is_day(page.locator("#panel .comments time").inner_text())
    page.get_by_role("button", name="Make it a note").click()
    page.locator("#panel .kicker", has_text="comment-middle-layers").wait_for()
    page.locator("#shelf tbody th", has_text="Comment on").wait_for()
    page.keyboard.press("Escape")
    _tab(page, "Ask")
    page.get_by_label("Your question").fill("What do the otters of these layers juggle?")
    page.get_by_label("Your question").press("Enter")
    page.locator("#answer .sources button.title", has_text="Comment on").first.wait_for()


def test_a_question_that_a_source_answers_leads_from_its_page_to_the_answer(page):
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    page.locator("#below").get_by_text("Made in").wait_for()
    opening = page.locator("#answer button.cite").first.get_attribute("data-key")
    _library(page)
    _open(page, opening)
    page.locator("#panel .lines button", has_text=QUESTION).click()
    page.wait_for_function("location.pathname.startsWith('/a/')")
    page.locator("#answer .sentence").first.wait_for()


def test_the_network_opens_a_work_by_mouse_in_the_picture_and_by_keyboard_in_the_table(page):
    _library(page)
    _open(page, "middle-layers")
    page.locator("#panel svg[role=img] g.cited circle").first.click()
    page.locator("#panel .kicker", has_text="logit-lens").wait_for()
    opens = page.locator("#panel .works").get_by_role("button", name="Open Do middle layers")
    opens.focus()
    page.keyboard.press("Enter")
    page.locator("#panel .kicker", has_text="middle-layers").wait_for()


def test_runs_of_one_experiment_are_laid_side_by_side(page, served):
    window, _ = served
    for name in ("one", "other"):
        made = registry.build("layer_valley")
        model = ModelRecord(id=name, revision="0", quantisation="none", parameters=1)
        evidence.save(made.conclude(made.specimens()["refuted"], model), window.data_dir)
    window.assistant.sync()
    page.reload()
    _tab(page, "Ledger")
    page.locator("#ledger table button[data-do='evidence']").first.click()
    page.locator("#panel h3", has_text="Compare it with another run").wait_for()
    page.locator("#panel button[data-do='compare']").first.click()
    page.locator("#panel h2", has_text="2 runs side by side").wait_for()
    page.locator("#figure .js-plotly-plot").wait_for()
    assert page.locator("#panel .verdict").count() == 2
    page.set_viewport_size({"width": 360, "height": 780})
    page.locator("#panel section section button.title").last.scroll_into_view_if_needed()
    page.locator("#panel section section button.title").last.click()
    page.locator("#panel h3", has_text="Conditions").wait_for()
    assert 0 <= page.locator("#panel h2").bounding_box()["y"] < 780  # a page begins at its top


def test_a_sentence_is_checked_and_the_settings_stay(page):
    _library(page)
    _open(page, "logit-lens")
    page.get_by_label("Check a sentence against this source").fill(
        "The logit lens was shown on GPT-9."
    )
    page.get_by_role("button", name="Check it").click()
    page.locator("#panel .checked", has_text="does not support it").wait_for()
    page.keyboard.press("Escape")
    _tab(page, "Settings")
    page.get_by_label("How much of an answer is shown at first").select_option("full")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#settings .notice", has_text="Saved").wait_for()
    page.reload()
    page.wait_for_function("document.querySelector('#length input[value=full]')?.checked")


@pytest.mark.parametrize("width", [1024, 1200, 1440, 1920])
def test_the_reading_column_stays_where_it_is_when_something_opens_beside_it(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    page.locator("#below .colophon").wait_for()
    before = page.locator("#answer .prose-text").bounding_box()
    page.locator("#answer button.cite:not(.local)").first.click()
    page.locator("#panel .panel").wait_for()
    after = page.locator("#answer .prose-text").bounding_box()
    assert (after["x"], after["width"]) == (before["x"], before["width"])
    panel = page.locator("#panel .panel").bounding_box()
    assert 0 <= panel["x"] < panel["x"] + panel["width"] <= width


# ── looks ────────────────────────────────────────────────────────────────────────────────────────


def _screens(page):
    """Show every screen once, and yield its name."""
    yield "first"
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    page.locator("#below .colophon").wait_for()
    yield "answer"
    page.locator("#answer button.cite:not(.local)").first.click()
    page.locator("#panel mark").first.wait_for()
    yield "passage"
    page.locator("#panel button", has_text="About this source").click()
    page.locator("#panel h3", has_text="Key findings").wait_for()
    for fold in page.locator("#panel details:not(.menu) > summary").all():
        fold.click()
    yield "paper"
    page.keyboard.press("Escape")
    page.locator("#panel .panel").wait_for(state="detached")
    _tab(page, "Threads")
    page.locator("#threads li").first.wait_for()
    yield "threads"
    _library(page)
    page.locator("#shelf tbody .tick input").first.check()
    yield "library"
    page.locator("#shelf summary", has_text="Tags and collections").click()
    yield "library under a menu"
    page.locator("#shelf summary", has_text="Tags and collections").click()
    if _row(page, "counting-bees-in-orchards").count():
        _row(page, "counting-bees-in-orchards").locator("button.title").first.click()
        page.get_by_role("button", name="Read it here").click()
        page.get_by_label("Find in this paper").fill("bees")
        page.get_by_label("Find in this paper").press("Enter")
        page.locator("#panel .hit.now").wait_for()
        yield "printed page"
        page.keyboard.press("Escape")
        page.locator("#panel .hit.now").wait_for(state="detached")
        page.keyboard.press("Escape")
        page.locator("#panel .panel").wait_for(state="detached")
    _tab(page, "Ledger")
    page.locator("#ledger h3").first.wait_for()
    for fold in page.locator("#ledger details > summary").all():
        if fold.is_visible():
            fold.click()
    yield "ledger"
    if page.locator("#ledger table button[data-do='evidence']").count():
        page.locator("#ledger table button[data-do='evidence']").first.click()
        page.locator("#panel h3", has_text="Conditions").wait_for()
        page.locator("#figure .js-plotly-plot").wait_for()
        yield "run"
        page.keyboard.press("Escape")
        page.locator("#panel .panel").wait_for(state="detached")
    _tab(page, "Settings")
    page.locator("#settings select").first.wait_for()
    yield "settings"


@pytest.mark.skipif(
    importlib.util.find_spec("axe_playwright_python") is None, reason="axe is not installed"
)
def test_every_screen_is_clean_by_axe_and_no_wider_than_the_window(page, served):
    import shutil

    import axe_playwright_python

    # A bundled run has no figure; the one that is kept when it is brought is drawn.
    brought.bring(next((ROOT / "corpus" / "evidence").glob("layer_valley-*")), served[0].data_dir)
    shutil.copytree(_stopped(served[0].data_dir), served[0].data_dir / "jobs" / "layer_valley-2")
    file = served[0].data_dir / "bees.pdf"
    file.write_bytes(paper())
    served[0].assistant.add([file])
    served[0].assistant.sync()
    # A colour on its way from one scheme to the other is none that a reader reads.
    still = "*, *::before, *::after { transition: none !important; animation: none !important; }"
    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.locator(".welcome").wait_for()
    page.add_style_tag(content=still)
    found = {}
    for screen in _screens(page):
        page.evaluate(script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate(
                    "dark => document.body.classList.toggle('dark', dark)", scheme == "dark"
                )
                told = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
                wrong = [
                    f"{each['id']}: {node['html'][:120]}"
                    for each in told["violations"]
                    for node in each["nodes"]
                    # What a menu lies over is not pressed while it is open.
                    if not (each["id"] == "target-size" and screen.endswith("menu"))
                ]
                # A paragraph that ends before what was put into it leaves an empty one.
                emptied = page.locator("#desk p:empty").evaluate_all(
                    "all => all.map(e => e.outerHTML)"
                )
                wrong += [f"empty paragraph: {each}" for each in emptied]
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                wrong += [f"{over} px wider than the window"] if over > 0 else []
                if wrong:
                    found[screen, width, scheme] = wrong
    assert found == {}


WIDTHS = (360, 768, 1440, 1920)


def _stopped(folder):
    """A run that was stopped, as its files tell it."""
    job = folder / "jobs" / "layer_valley-1"
    job.mkdir(parents=True)
    parts = {
        "job.json": {"probe": "layer_valley", "parameters": {}, "created": 1_000.0},
        "progress.jsonl": {"fraction": 0.4, "message": "prompts", "time": 1_001.0},
        "outcome.json": {"state": "cancelled", "message": "stopped by the reader", "seconds": 3.0},
    }
    for name, said in parts.items():
        (job / name).write_text(json.dumps(said) + "\n", "utf-8")
    return job


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_no_screen_shows_a_back_quote_or_an_inside_word(page):
    for screen in _screens_without_run(page):
        words = page.locator("#desk").inner_text()
        inside = r".{0,30}(?:`|\bextractive\b|\bNone\b|\bundefined\b|\bnull\b).{0,30}"
        assert re.findall(inside, words) == [], screen


def _screens_without_run(page):
    for screen in _screens(page):
        yield screen
        if screen == "library under a menu":
            return
