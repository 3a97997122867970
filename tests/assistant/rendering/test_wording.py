"""The words around an answer speak to a reader: they name the writer, and give a shared reason once."""

from dataclasses import replace

from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.rendering.wording import bounds, byline, first_sentence, reasons, writer_label


def offered(answer, *whys):
    [one] = answer.experiments
    return replace(answer, experiments=tuple(replace(one, why=why) for why in whys))


def test_a_reason_that_all_share_is_said_once(full_answer):
    answer = offered(full_answer, "it tests “A”; not run here yet", "it tests “A”; refuted on M")
    assert reasons(answer.experiments) == (
        "Why: each tests “A”.",
        ["Not run here yet.", "Refuted on M."],
    )
    for shown in (to_markdown(answer), to_html(answer)):
        assert shown.count("tests “A”") == 1
        assert "Not run here yet." in shown
        assert "Refuted on M." in shown


def test_different_reasons_and_a_single_one_stand_with_their_experiment(full_answer):
    for whys in (["it tests “A”; not run"], ["it tests “A”; not run", "it tests “B”; not run"]):
        answer = offered(full_answer, *whys)
        assert reasons(answer.experiments) == ("", [f"Why: {why}." for why in whys])
        assert all(f"Why: {why}." in to_markdown(answer) for why in whys)


def test_who_wrote_an_answer_is_said_without_the_name_of_a_setting():
    assert byline("extractive") == "Quoted from the sources; nothing is generated."
    for writer in ("local", "ollama", "openai"):
        assert byline(writer).startswith("Written by a language model ")
        assert byline(writer) != byline("extractive")
        assert writer_label(writer) not in (writer, writer_label("extractive"))
    assert writer_label("extractive") == "Quotes only"


def test_a_writer_of_the_readers_own_keeps_its_name():
    assert "mine" in byline("mine")
    assert writer_label("mine") == "mine"


def test_the_first_sentence_of_a_claim_is_on_one_line():
    assert first_sentence("One is\nfirst. Two.") == "One is first."
    assert first_sentence("") == ""


def test_bounds_are_told_where_there_are_any():
    assert bounds({"least": 6, "most": None}) == "at least 6"
    assert bounds({"least": 1, "most": 8}) == "1 to 8"
    assert bounds({"least": None, "most": 0.5}) == "at most 0.5"
    assert bounds({"least": None, "most": None}) == bounds({}) == ""
