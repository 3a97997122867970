"""A paper's page names the model and the place of each run."""

import re

from assistant.views import papers
from tests.assistant.views.drawn import a_paper


def test_runs_of_one_probe_on_a_paper_page_say_on_what_and_where_each_was_made():
    run = {"probe": "layer_valley", "verdict": "refuted"}
    runs = [
        {**run, "evidence": "a", "model": "small", "another_machine": False},
        {**run, "evidence": "b", "model": "large", "another_machine": True},
    ]
    paper = a_paper("word")
    paper["claims"]["items"][0]["experiments"] = runs
    page = papers.page(paper)
    shown = " ".join(re.sub(r"<[^>]+>", "", page).split())
    title = "Is there a mid-depth entropy valley?"
    assert f"{title} On small: refuted" in shown
    assert f"{title} On large, another machine: refuted" in shown
    assert "layer_valley" not in shown
