"""The page of the ledger shows every row, and no text of a row becomes a tag."""

from dataclasses import replace
from html.parser import HTMLParser

from assistant.experiments.ledger import Entry
from assistant.views.ledger import ledger

TRICK = "<script>alert(1)</script>"
ROWS = [
    Entry(
        probe="a_probe", claim=f"Deep layers do {TRICK}", source="a paper", model=f"model {TRICK}",
        verdict="supported, but explained by the first token", outcome="inconclusive",
        effect=0.5, interval=(0.25, 0.75), unit="points", n=12,
        control="Without the first token nothing is left.", date="2026-11-30", stale="the probe has changed",
        evidence="a_probe-1", runs=2,
    ),
    Entry(probe="a_probe", claim=f"Deep layers do {TRICK}", source="a paper", model="other", verdict="refuted",
          outcome="refuted"),
    Entry(probe="b_probe", claim="Nobody tested this.", source="another"),
]  # fmt: skip


class Seen(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.words, self.opened = [], [], []
        self.feed(page)

    def handle_starttag(self, name, attributes):
        self.tags.append(name)
        said = dict(attributes)
        self.opened += [said["data-id"]] if said.get("data-do") == "evidence" else []

    def handle_data(self, data):
        self.words.append(data)


def test_every_row_is_there_and_opens_its_run():
    seen = Seen(ledger(ROWS))
    words = " ".join(seen.words)
    for row in ROWS:
        for said in (row.claim, row.model, row.verdict, row.control, row.stale):
            assert said in words
    assert "+0.500 points, 95 % interval +0.250 to +0.750, n = 12" in words
    assert seen.opened == ["a_probe-1", ""]
    assert seen.tags.count("table") == 1
    assert "inquire probe run b_probe" in words
    assert "script" not in seen.tags


def test_a_ledger_without_runs_says_so():
    assert "0 results; none stale" in ledger([])


def test_a_verdict_has_the_colour_of_its_outcome_whatever_its_words():
    said = (ROWS[1], "refuted, in words with a comma"), (ROWS[0], "no comma")
    page = ledger([replace(row, verdict=words) for row, words in said])
    assert 'class="verdict refuted">refuted, in words with a comma<' in page
    assert 'class="verdict inconclusive">no comma<' in page


def test_every_run_can_be_run_again_and_the_ledger_saved():
    page = ledger(ROWS)
    assert 'data-do="rerun" data-id="a_probe-1"' in page
    assert page.count('data-do="file"') == 2
