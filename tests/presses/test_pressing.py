"""Any other press has its effect, and the page shows it."""

import json
import re
from base64 import b64decode

import gradio as gr
import pytest

from assistant.question.follow_up import Thread
from assistant.views.window import Trouble
from probes import registry
from probes.runs import evidence, jobs
from probes.types import ModelRecord
from tests.checkout import library_presses
from tests.presses.pressing import EMPTY, QUESTION, answer_of, pressed, reply

ALL = library_presses.ALL


def test_an_empty_question_changes_nothing(presses):
    assert reply(presses, "  ") == []


def test_a_wrong_question_is_one_line_and_no_traceback(presses):
    answer = reply(presses, "?" * 3 + "!")[-1][1]
    assert "The question is empty" in answer
    assert "Traceback" not in answer


def test_what_the_machine_is_short_of_is_said_as_on_the_command_line(window):
    trouble = window.attempt(lambda: bytearray(2**62))
    assert "no memory left" in trouble.line


def test_the_unexpected_is_one_line_and_goes_to_the_log(window):
    trouble = window.attempt(lambda: 1 // 0)
    assert isinstance(trouble, Trouble)
    assert "\n" not in trouble.line
    assert "app.log" in trouble.line
    assert "ZeroDivisionError" in (window.data_dir / "app.log").read_text("utf-8")


def test_a_citation_opens_its_passage_with_the_quote_marked(presses, window):
    answer = answer_of(presses, QUESTION)
    citation = next(c for s in answer.sentences for c in s.citations)
    event = pressed(key=citation.source, start=str(citation.start), end=str(citation.end))
    page, figure = presses.cite(event)
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", page))
    assert marked == citation.quote.replace("\n", "")
    assert figure.visible is False


@pytest.mark.parametrize("data", [{}, {"key": "nobody"}, {"key": 3, "start": "x", "end": None}])
def test_a_press_that_names_nothing_known_is_one_line(presses, data):
    page, _ = presses.cite(pressed(**data))
    assert "There is no source" in page
    assert presses.paper(pressed(**data))[0].count('class="notice') == 1


@pytest.mark.parametrize(
    "data",
    [None, 3, "x", [], {"fields": "x"}, {"fields": [1]}, {"checked": 5}, {"checked": {"a": 1}}, {"keys": ["x"]},
     {"key": "logit-lens", "start": "²", "end": "9" * 5000, "number": "٣"},
     {"formName": "word", "checked": ["logit-lens"]}],
)  # fmt: skip
def test_a_press_of_any_shape_is_answered_and_logs_nothing(presses, runs, window, data):
    event = pressed()
    event._data = data
    presses.cite(event), presses.paper(event), presses.summary(event), presses.evidence(event)
    presses.comment(event), runs.run((), event), runs.estimate(event), runs.halt(event)
    presses.fetch(event), presses.line(event), presses.attest(event), presses.dispute(event)
    presses.uncomment(event), presses.cited(event)
    presses.withdraw(event), presses.keep(event), runs.rerun(event), runs.ledger_file(event)
    presses.pin(Thread(), EMPTY, event)
    assert not (window.data_dir / "app.log").exists()


def test_a_card_starts_nothing_on_a_model_that_is_not_here(runs, window):
    for model in ("owner/name", str(window.data_dir)):
        watched, troubles = runs.run((), pressed(probe="layer_valley", fields={"model": model}))
        assert watched == ()
        assert "serve --model" in troubles["layer_valley"]
        assert "serve --model" in runs.estimate(
            pressed(probe="layer_valley", fields={"model": model})
        )
    assert window.running() == ()


def test_a_place_outside_the_text_marks_nothing(presses):
    page, _ = presses.cite(pressed(key="logit-lens", start="9" * 9, end="1"))
    assert "<mark>" not in page


def test_unknown_evidence_is_one_line(presses):
    assert "no evidence" in presses.evidence(pressed(id="layer_valley-00000000-1"))[0]


def test_the_paper_page_keeps_the_readers_comment_as_text(presses):
    presses.comment(pressed(key="logit-lens", fields={"comment": "</textarea><script>x</script>"}))
    page, _ = presses.paper(pressed(key="logit-lens"))
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script" not in page
    assert "Your comments (1)" in page
    page, _ = presses.uncomment(pressed(key="logit-lens", number="1"))
    assert "Your comments (0)" in page
    assert "no comment 1" in presses.uncomment(pressed(key="logit-lens", number="1"))[0]
    assert "no comment 0" in presses.cited(pressed(key="logit-lens", number="x"))[0]


def test_the_sources_of_an_answer_are_summed_up_beside_it(presses):
    answer = reply(presses, QUESTION)[-1][1]
    keys = re.search(r'data-do="summary" data-keys="([^"]+)"', answer)[1]
    page, _ = presses.summary(pressed(keys=keys))
    assert 'class="panel"' in page
    assert all(f'data-do="cite" data-key="{key}"' in page for key in keys.split())
    assert 'class="summary"' in page
    assert "There is no source" in presses.summary(pressed(keys="nothing"))[0]
    assert "nothing to summarise" in presses.summary(pressed())[0]


def test_the_page_of_a_source_leads_to_its_summary_and_that_back_to_the_page(presses):
    page, _ = presses.paper(pressed(key="self-consistency"))
    assert 'data-do="summary" data-keys="self-consistency"' in page
    page, _ = presses.summary(pressed(keys="self-consistency"))
    assert 'data-do="paper" data-key="self-consistency"' in page
    assert re.search(r'class="sentence claim"[^>]*>Self-consistency', page)


def test_a_hostile_note_is_shown_as_text_everywhere(presses, library):
    asked = "What share of summarisers do prompt injections reach?"
    updates = reply(presses, asked)[-1]
    pages = [*updates[1:4], presses.paper(pressed(key="hostile"))[0], library.page(ALL)]
    pages.append(presses.summary(pressed(keys="hostile logit-lens"))[0])
    pages.append(presses.cite(pressed(key="hostile", start="0", end="40"))[0])
    assert any("&lt;img src=x" in page for page in pages)
    for page in pages:
        assert "<script" not in page
        assert "<img src=x" not in page
        assert not re.search(r'href="(?!https?://)', page)


def test_a_run_with_a_wrong_parameter_is_one_line_and_starts_nothing(presses, runs, window):
    answer = answer_of(presses, QUESTION)
    event = pressed(probe="layer_valley", fields={"count": "many"})
    watched, troubles = runs.run((), event)
    assert watched == ()
    assert window.running() == ()
    bench = presses.draw(answer, watched, troubles)[1]
    card = next(card for card in bench.split("<article") if 'data-probe="layer_valley"' in card)
    assert "takes a whole number" in card
    assert bench.count("takes a whole number") == 1


def test_the_estimate_on_a_card_follows_its_parameters_and_says_what_is_wrong(runs):
    def told(**fields):
        parcel = json.loads(runs.estimate(pressed(probe="layer_valley", fields=fields)))
        assert parcel["probe"] == "layer_valley"
        return parcel["estimate"]

    assert told(count="32") == told()
    assert "seconds here" in told(count="6")
    assert "minutes here" in told(count="300")
    assert "count must be at least 6, not 2" in told(count="2")


def test_a_run_is_shown_found_again_on_a_new_page_and_really_stopped(
    presses, runs, library, window
):
    answer = answer_of(presses, QUESTION)
    watched, troubles = runs.run((), pressed(probe="layer_valley", fields={}))
    assert troubles == {}
    _, bench, shelf, followed, pulse = presses.draw(answer, watched, troubles)
    assert 'data-do="halt"' in bench
    assert (shelf, followed, pulse.active) == (gr.skip(), gr.skip(), True)
    _, bench, _, followed, _ = presses.draw(None, (), {})
    assert 'data-do="halt"' in bench
    assert followed == watched
    assert runs.halt(pressed(job=watched[0])) == {}
    assert window.running() == ()
    _, bench, shelf, _, pulse = presses.draw(answer, watched, {}, shelf=lambda: library.page(ALL))
    assert "Stopped." in bench
    assert 'data-do="halt"' not in bench
    assert "logit-lens" in shelf
    assert pulse.active is False


def test_a_run_that_cannot_be_stopped_says_why(presses, runs):
    troubles = runs.halt(pressed(job="nothing", probe="layer_valley"))
    assert "nothing" in troubles["layer_valley"]
    assert "\n" not in troubles["layer_valley"]
    assert "nothing" in presses.draw(None, (), troubles)[1]


def test_a_source_is_pinned_left_out_and_freed_again(presses):
    thread, shown = presses.pin(Thread(), EMPTY, pressed(key="layer-note"))
    assert thread.pinned == ("layer-note",)
    assert "Pinned" in shown
    thread, shown = presses.leave(thread, EMPTY, pressed(key="layer-note"))
    assert (thread.pinned, thread.excluded) == ((), ("layer-note",))
    assert "Left out" in shown
    assert "Pinned" not in shown
    assert presses.free(thread, EMPTY, pressed(key="layer-note")) == (Thread(), "")


def test_a_claim_is_vouched_for_disputed_and_left_again_on_its_page(presses, library, tmp_path):
    where = {"key": "middle-layers", "claim": "C1"}
    assert "Attested on" in presses.attest(pressed(**where))[0]
    page, _ = presses.dispute(pressed(**where, fields={"reason": "Only <b>four</b> models."}))
    assert "Only &lt;b&gt;four&lt;/b&gt; models." in page
    parcel = json.loads(presses.keep(pressed(key="middle-layers")))
    file = tmp_path / parcel["name"]
    file.write_bytes(b64decode(parcel["data"]))
    assert "Disputed on" not in presses.withdraw(pressed(**where))[0]
    assert "brought" in next(library.add([str(file)]))[0]
    assert "another reader" in presses.paper(pressed(key="middle-layers"))[0]
    assert "needs a reason" in presses.dispute(pressed(**where))[0]


def test_the_ledger_is_saved_and_what_cannot_run_again_is_one_line(runs):
    assert b64decode(json.loads(runs.ledger_file(pressed(formName="csv")))["data"]).startswith(
        b"claim,model"
    )
    assert runs.ledger_file(pressed(formName="word")) == gr.skip()
    assert "no evidence" in runs.rerun(pressed(id="layer_valley-00000000-1"))


@pytest.mark.parametrize(
    ("probe", "named"),
    [("document_relay", {"server": "http://127.0.0.1:9/v1"}), ("layer_valley", {"model": "owner/name"}),
     ("constrained_optimisation", {"larger": "owner/name"})],
)  # fmt: skip
def test_no_record_has_the_page_ask_a_server_or_fetch_a_model(runs, window, probe, named):
    made = registry.build(probe, named)
    model = ModelRecord(id="other", revision="0", quantisation="none", parameters=1)
    run = made.conclude(made.specimens()["refuted"], model)
    identity = evidence.save(run, window.data_dir).id
    said = runs.rerun(pressed(id=identity))
    assert "inquire " in said
    assert "It runs again" not in said
    assert jobs.listing(window.data_dir) == []
    assert isinstance(window.run(probe, named), Trouble)


def test_a_stopped_run_shows_its_log_and_goes_on_from_the_card_and_from_the_ledger(
    presses, runs, window
):
    watched, _ = runs.run((), pressed(probe="layer_valley", fields={}))
    assert runs.halt(pressed(job=watched[0])) == {}
    bench = presses.draw(None, watched, {})[1]
    assert 'data-do="resume"' in bench
    followed, troubles = runs.resume(watched, pressed(job=watched[0], probe="layer_valley"))
    assert troubles == {}
    assert followed[:1] == watched
    assert window.running() == followed[1:]
    again, troubles = runs.resume(followed, pressed(job=followed[1], probe="layer_valley"))
    assert again == followed
    assert "still runs" in troubles["layer_valley"]
    assert "Runs started here (2, 2 without a result)" in runs.stop(pressed(job=followed[1]))
    assert window.running() == ()
    page = runs.go_on(pressed(job=followed[1]))
    assert "It runs." in page
    assert runs.stop(pressed(job=window.running()[0])).count("stopped, ") == 3
    assert "no job" in runs.go_on(pressed(job="gone"))


def test_a_page_goes_on_with_no_run_that_asks_a_server_or_fetches_a_model(runs, window):
    for probe, named in (
        ("document_relay", {"server": "http://127.0.0.1:9/v1"}), ("layer_valley", {"model": "owner/name"})
    ):  # fmt: skip
        made = registry.build(probe, {}).parameters() | named
        folder = window.data_dir / "jobs" / f"{probe}-1"
        folder.mkdir(parents=True)
        record = {"probe": probe, "parameters": made, "created": 1.0}
        (folder / "job.json").write_text(json.dumps(record), "utf-8")
        assert "inquire " in runs.go_on(pressed(job=f"{probe}-1"))
    assert len(jobs.listing(window.data_dir)) == 2
