"""Settings that the window offers can be chosen, and others are refused."""

import re

from assistant import Assistant
from tests.presses.pressing import pressed


def _selected(page, name):
    form = re.search(rf'<select[^>]*name="{name}".*?</select>', page)[0]
    return re.search(r'value="([^"]*)" selected', form)[1]


def test_a_choice_is_kept_and_holds_from_the_next_question_on(presses, window):
    assert _selected(presses.settings(), "length") == "brief"
    page, writer = presses.prefer(pressed(fields={"length": "full", "threads": "1"}))
    assert (_selected(page, "length"), _selected(page, "threads")) == ("full", "1")
    assert "Saved: how much of an answer is shown at first, processor cores for the models." in page
    assert writer.value == "extractive"
    again = Assistant.open(window.data_dir, corpus_dir=window.assistant.settings.corpus_dir)
    assert (again.settings.length, again.settings.threads) == ("full", 1)
    assert "Nothing was changed" in presses.prefer(pressed(fields={"length": "full"}))[0]


def test_a_page_names_no_model_and_no_server_that_is_not_here(presses, window):
    for fields in (
        {"language_model": "owner/name"},
        {"writer": "elsewhere"},
        {"writer_model": "/etc/passwd"},
    ):
        assert "none of the choices" in presses.prefer(pressed(fields=fields))[0]
    presses.prefer(
        pressed(fields={"writer_url": "http://evil.example", "judge": "server", "host": "0.0.0.0"})
    )
    settings = window.assistant.settings
    assert (settings.writer_url, settings.judge, settings.host) == ("", "", "127.0.0.1")


def test_every_choice_says_what_it_costs_and_where_the_data_lie(presses, window):
    page = presses.settings()
    costs = re.findall(r'<p class="muted" id="setting-\w+-cost">([^<]+)</p>', page)
    assert len(costs) == page.count("<select") == 6
    assert str(window.data_dir) in page


def test_a_sentence_is_checked_on_the_page_of_its_source(presses):
    said = "Under the logit lens the predictions of GPT-2 converge gradually over the layers."
    page, _ = presses.check(pressed(key="logit-lens", fields={"sentence": said}))
    assert "This source supports it." in page
    wrong, _ = presses.check(
        pressed(key="logit-lens", fields={"sentence": said.replace("GPT-2", "GPT-4 <b>")})
    )
    assert "This source does not support it: " in wrong
    assert "GPT-4 &lt;b&gt;" in wrong
    assert "Type the sentence" in presses.check(pressed(key="logit-lens"))[0]
