"""What a press does, and what a page is shown of it."""

import json
import re
import threading
import time
from base64 import b64decode
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import gradio as gr
import pytest

from assistant import Assistant
from assistant.types import Fold, Sentence
from assistant.views.window import Trouble, Window
from tests.chat_servers import served
from tests.checkout import app

QUESTION = "Do middle layers give better features than the last layer?"


@pytest.fixture
def window(own_library, own_corpus):
    made = Window(Assistant.open(own_library, corpus_dir=own_corpus))
    made.prepare()
    return made


@pytest.fixture
def presses(window):
    return app.Presses(window)


def _event(**data):
    return gr.EventData(None, data)


def _page(session="s", **query):
    return SimpleNamespace(session_hash=session, query_params=query)


def _reply(presses, question, turns=(), page=None):
    """Every update of an answer: history, answer, next lines, folds, turns, the answer that stands, ..."""
    *updates, last = presses.reply(question, turns, page or _page())
    assert last == (gr.skip(),) * 11  # gradio sends it once more
    return updates


def _turns(presses, question):
    return _reply(presses, question)[-1][4]


def test_an_answer_arrives_and_ends_whole(presses):
    first, *_, last = _reply(presses, QUESTION)
    history, answer, more, below, _, standing, watched, troubles, ask, stop, pulse = first
    assert (history, more, below, standing, watched, troubles) == ("", "", "", None, (), {})
    assert QUESTION in answer
    assert (ask.visible, stop.visible, pulse.active) == (False, True, True)
    _, answer, more, below, turns, standing, _, _, ask, stop, _ = last
    assert QUESTION in answer
    assert "Quoted from the sources; nothing is generated." in answer
    assert "colophon" in below
    assert re.search(r'data-do="cite" data-key="middle-layers"', answer)
    assert "Next inquiring lines" in more
    assert turns == (standing,)
    assert (ask.visible, stop.visible) == (True, False)
    assert "layer_valley" in presses.draw(standing, (), {})[1]
    assert presses.draw(None, (), {})[1] == ""


def test_the_next_answer_keeps_the_earlier_one_above_it(presses):
    turns = _turns(presses, QUESTION)
    first, *_, last = _reply(presses, "Can a hidden state be read with the unembedding?", turns)
    assert QUESTION in first[0]
    assert "unembedding" in last[1]


def test_a_question_asked_while_the_list_is_read_waits_and_says_so(own_corpus, tmp_path):
    window = Window(Assistant.open(tmp_path / "new", corpus_dir=own_corpus))
    window._turn.acquire()
    stop = threading.Event()
    future = window.ask(QUESTION, stop, lambda _: None)
    time.sleep(0.3)
    assert not future.done()
    assert re.fullmatch(r".+… \d+%", window.status())
    window._turn.release()
    assert window.settled(future).coverage in ("answered", "partial")


def test_stop_ends_an_answer(window, presses):
    window._turn.acquire()
    writing = presses.reply(QUESTION, (), _page())
    next(writing)
    presses.stop(_page())
    last = list(writing)[-2]
    window._turn.release()
    assert "Stopped." in last[1]
    assert last[4:6] == ((), None)


def test_nothing_of_a_question_arrives_after_the_one_that_takes_its_place(window, presses):
    arrived = []

    def ask(question):
        arrived.extend((question, update) for update in presses.reply(question, (), _page()))

    questions = [QUESTION, "Can a hidden state be read with the unembedding?"]
    with window._turn:
        threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
        threads[0].start()
        while not arrived:
            time.sleep(0.01)
        threads[1].start()
        threads[0].join()
    threads[1].join()
    asked = [question for question, _ in arrived]
    assert asked == sorted(asked, key=questions.index)
    assert "unembedding" in arrived[-2][1][1]
    assert arrived[-1][1] == (gr.skip(),) * 11


def test_stop_lets_go_of_a_server_that_is_waited_for(own_library, own_corpus):
    asked, let_go = threading.Event(), threading.Event()

    def wait(chat):
        asked.set()
        while chat.listened_to():
            time.sleep(0.05)
        let_go.set()

    with served(wait) as server:
        opened = Assistant.open(
            own_library, corpus_dir=own_corpus, writer_url=server.address, writer_model="m"
        )
        presses = app.Presses(Window(opened))
        writing = presses.reply(QUESTION, (), _page(), "ollama")

        def press():
            asked.wait(60)
            presses.stop(_page())

        pressing = threading.Thread(target=press)
        pressing.start()
        last = list(writing)[-2]
        pressing.join()
        assert let_go.wait(10)
    assert "Stopped." in last[1]


def test_a_dead_server_is_said_above_a_whole_answer(own_library, own_corpus):
    opened = Assistant.open(
        own_library, corpus_dir=own_corpus, writer_url="http://127.0.0.1:9", writer_model="m"
    )
    presses = app.Presses(Window(opened))
    ended = list(presses.reply(QUESTION, (), _page(), "ollama"))[-2][1]
    assert "cannot be reached" in ended
    assert ended.index("cannot be reached") < ended.index("prose-text")
    assert "2 to 16 points" in ended


def _folding(presses):
    """The answer of a page with a fold, and the page's turns."""
    (answer,) = _turns(presses, QUESTION)
    rest = Sentence(text="Postponed.", paragraph=0, role="link")
    fold = Fold(kind="evidence", summary="More evidence: 1 sentence", sentences=(rest,))
    return replace(answer, folds=(fold,))


def test_the_length_of_the_answers_on_a_page_is_changed_without_asking_again(presses):
    answer = _folding(presses)
    full = presses.lengthen("full", (answer, answer), answer, _page())
    assert all("Postponed." in part for part in full[:2])
    assert "Postponed." not in full[2]
    history, above, below = presses.lengthen("brief", (answer, answer), answer, _page())
    assert "Postponed." not in above
    assert "<summary>More evidence: 1 sentence</summary>" in below
    assert "<summary>More evidence: 1 sentence</summary>" in history
    cards = replace(answer, experiments=answer.experiments[:1] * 3)
    assert "More experiments (1)" in presses.draw(cards, (), {}, "brief")[1]
    assert "More experiments" not in presses.draw(cards, (), {}, "full")[1]


def test_a_page_without_an_answer_has_nothing_to_lengthen(presses):
    assert presses.lengthen("full", (), None, _page()) == ("", gr.skip(), gr.skip())


def test_an_answer_ends_at_the_length_that_was_chosen_while_it_was_written(window, presses):
    answer, future = _folding(presses), Future()
    window.ask = lambda *_: future
    writing = presses.reply(QUESTION, (), _page())
    next(writing)
    presses.lengthen("full", (), None, _page())
    future.set_result(answer)
    assert "Postponed." in list(writing)[-2][1]


def test_twenty_who_ask_the_same_at_once_wait_for_one_answer(window, presses):
    asked = []
    answer = window.assistant.ask

    def counted(*arguments, **options):
        asked.append(arguments)
        return answer(*arguments, **options)

    window.assistant.ask = counted
    with window._turn:
        waiting = [presses.reply(QUESTION, (), _page(f"s{n}")) for n in range(20)]
        for writing in waiting:
            next(writing)
        for n in range(5):  # who stops takes nothing from the others
            presses.stop(_page(f"s{n}"))
            assert "Stopped." in list(waiting[n])[-2][1]
    ends = [list(writing)[-2] for writing in waiting[5:]]
    assert len(asked) == 1
    assert len({end[5].permalink for end in ends}) == 1
    assert all(end[5].sentences for end in ends)


def test_other_questions_are_other_answers(window):
    stop = threading.Event()
    with window._turn:
        futures = [
            window.ask(QUESTION, stop, print),
            window.ask(QUESTION, stop, print),
            window.ask(QUESTION, stop, print, "extractive"),
            window.ask(QUESTION + " ", stop, print),
            window.ask(QUESTION, stop, print, None, app.Thread(pinned=("layer-note",))),
        ]
        assert len({id(future) for future in futures}) == 4
        stop.set()
    assert all(isinstance(window.settled(future), Trouble) for future in futures)


def test_who_comes_late_hears_what_was_said_before(window):
    first, late, said = [], [], threading.Event()
    release = threading.Event()

    def answer(*_, listen, **__):
        listen("one")
        said.set()
        release.wait(60)
        listen("two")
        return "whole"

    window.assistant.ask = answer
    futures = [window.ask(QUESTION, threading.Event(), first.append)]
    said.wait(60)
    futures.append(window.ask(QUESTION, threading.Event(), late.append))
    release.set()
    assert [future.result() for future in futures] == ["whole", "whole"]
    assert first == late == ["one", "two"]


def test_a_thousand_stops_leave_nothing_behind(window, presses):
    with window._turn:
        for n in range(1000):
            stop = threading.Event()
            window.ask(f"{QUESTION} {n % 3}", stop, print)
            stop.set()
        for n in range(20):
            page = _page(f"s{n % 7}")
            writing = presses.reply(f"{QUESTION} {n % 3}", (), page)
            next(writing)
            presses.stop(page)
            assert "Stopped." in list(writing)[-2][1]
    assert presses._writing == {}
    while window._asking._under_way:
        time.sleep(0.01)
    assert len(window._asking._pool._threads) <= 64
    assert _turns(presses, QUESTION)


def test_the_page_is_drawn_while_many_questions_wait(window, presses):
    stop = threading.Event()
    with window._turn:
        futures = [window.ask(f"{QUESTION} {n}", stop, print) for n in range(100)]
        assert "logit-lens" in presses.stock()[1]
        stop.set()
    assert all(isinstance(window.settled(future), Trouble) for future in futures)


def test_an_empty_question_changes_nothing(presses):
    assert _reply(presses, "  ") == []


def test_a_wrong_question_is_one_line_and_no_traceback(presses):
    answer = _reply(presses, "?" * 3 + "!")[-1][1]
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
    (answer,) = _turns(presses, QUESTION)
    citation = next(c for s in answer.sentences for c in s.citations)
    event = _event(key=citation.source, start=str(citation.start), end=str(citation.end))
    page, figure = presses.cite(event)
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", page))
    assert marked == citation.quote.replace("\n", "")
    assert figure.visible is False


@pytest.mark.parametrize("data", [{}, {"key": "nobody"}, {"key": 3, "start": "x", "end": None}])
def test_a_press_that_names_nothing_known_is_one_line(presses, data):
    page, _ = presses.cite(_event(**data))
    assert "There is no source" in page
    assert presses.paper(_event(**data))[0].count('class="notice') == 1


@pytest.mark.parametrize(
    "data",
    [None, 3, "x", [], {"fields": "x"}, {"fields": [1]}, {"checked": 5}, {"checked": {"a": 1}}, {"keys": ["x"]},
     {"key": "logit-lens", "start": "²", "end": "9" * 5000, "number": "٣"},
     {"formName": "word", "checked": ["logit-lens"]}],
)  # fmt: skip
def test_a_press_of_any_shape_is_answered_and_logs_nothing(presses, window, data):
    event = _event()
    event._data = data
    presses.cite(event), presses.paper(event), presses.summary(event), presses.evidence(event)
    presses.comment(event), presses.run((), event), presses.estimate(event), presses.halt(event)
    presses.remove(event), presses.export(event), presses.fetch(event), presses.line(event)
    presses.pin(app.Thread(), event)
    assert not (window.data_dir / "app.log").exists()


def test_a_card_starts_nothing_on_a_model_that_is_not_here(presses, window):
    for model in ("owner/name", str(window.data_dir)):
        watched, troubles = presses.run((), _event(probe="layer_valley", fields={"model": model}))
        assert watched == ()
        assert "serve --model" in troubles["layer_valley"]
        assert "serve --model" in presses.estimate(
            _event(probe="layer_valley", fields={"model": model})
        )
    assert window.running() == ()


def test_a_place_outside_the_text_marks_nothing(presses):
    page, _ = presses.cite(_event(key="logit-lens", start="9" * 9, end="1"))
    assert "<mark>" not in page


def test_unknown_evidence_is_one_line(presses):
    assert "no evidence" in presses.evidence(_event(id="layer_valley-00000000-1"))[0]


def test_the_paper_page_keeps_the_readers_comment_as_text(presses):
    presses.comment(_event(key="logit-lens", fields={"comment": "</textarea><script>x</script>"}))
    page, _ = presses.paper(_event(key="logit-lens"))
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script" not in page


def test_the_sources_of_an_answer_are_summed_up_beside_it(presses):
    answer = _reply(presses, QUESTION)[-1][1]
    keys = re.search(r'data-do="summary" data-keys="([^"]+)"', answer)[1]
    page, _ = presses.summary(_event(keys=keys))
    assert 'class="panel"' in page
    assert all(f'data-do="cite" data-key="{key}"' in page for key in keys.split())
    assert 'class="summary"' in page
    assert "There is no source" in presses.summary(_event(keys="nothing"))[0]
    assert "nothing to summarise" in presses.summary(_event())[0]


def test_the_page_of_a_source_holds_its_summary(presses):
    page, _ = presses.paper(_event(key="self-consistency"))
    assert "Summary in full" in page
    assert re.search(r'class="sentence claim"[^>]*>Self-consistency', page)


def test_a_hostile_note_is_shown_as_text_everywhere(presses, window):
    asked = "What share of summarisers do prompt injections reach?"
    updates = _reply(presses, asked)[-1]
    pages = [*updates[1:4], presses.paper(_event(key="hostile"))[0], window.shelf()]
    pages.append(presses.summary(_event(keys="hostile logit-lens"))[0])
    pages.append(presses.cite(_event(key="hostile", start="0", end="40"))[0])
    assert any("&lt;img src=x" in page for page in pages)
    for page in pages:
        assert "<script" not in page
        assert "<img src=x" not in page
        assert not re.search(r'href="(?!https?://)', page)


def test_dropped_files_are_added_with_one_line_each(presses, window, tmp_path):
    drop = tmp_path / "drop"
    drop.mkdir()
    good = drop / "a & <b>.md"
    good.write_text(
        "# Is this a note?\n\nThis is a note that was dropped into the window.\n", "utf-8"
    )
    empty = drop / "empty.md"
    empty.write_bytes(b"")
    updates = list(presses.add([str(good), str(empty)]))
    lines = updates[-2][0]
    assert "a &amp; &lt;b&gt;.md" in lines
    assert "not added" in lines
    assert "0 bytes" in lines
    assert lines.count("<li") == 2
    assert updates[-1][1] is None
    assert "Is this a note?" in presses.stock()[1]
    assert (window.data_dir / "added" / good.name).read_bytes() == good.read_bytes()


def test_another_file_of_the_same_name_is_kept_beside_the_first(presses, window, tmp_path):
    for folder, words in (("one", "first words of a note"), ("two", "other words of a note")):
        file = tmp_path / folder / "same.md"
        file.parent.mkdir()
        file.write_text(f"# Note {folder}?\n\nThese are the {words}.\n", "utf-8")
        list(presses.add([str(file)]))
    kept = sorted(path.name for path in (window.data_dir / "added").iterdir())
    assert kept == ["same-2.md", "same.md"]


def test_selected_sources_are_exported_and_removed(presses, window):
    parcel, line = presses.export(_event(checked=["logit-lens"], formName="bibtex"))
    document = json.loads(parcel)
    assert b"@" in b64decode(document["data"])
    assert document["name"].endswith(".bib")
    assert "Exported 1" in line
    assert "Removed 1" in presses.remove(_event(checked=["logit-lens"]))
    assert 'data-key="logit-lens"' not in presses.stock()[1]
    assert "Select sources first" in presses.remove(_event())
    assert "Select sources first" in presses.export(_event(formName="ris"))[1]


def test_a_run_with_a_wrong_parameter_is_one_line_and_starts_nothing(presses, window):
    (answer,) = _turns(presses, QUESTION)
    event = _event(probe="layer_valley", fields={"count": "many"})
    watched, troubles = presses.run((), event)
    assert watched == ()
    assert window.running() == ()
    bench = presses.draw(answer, watched, troubles)[1]
    card = next(card for card in bench.split("<article") if 'data-probe="layer_valley"' in card)
    assert "takes a whole number" in card
    assert bench.count("takes a whole number") == 1


def test_the_estimate_on_a_card_follows_its_parameters_and_says_what_is_wrong(presses):
    def told(**fields):
        parcel = json.loads(presses.estimate(_event(probe="layer_valley", fields=fields)))
        assert parcel["probe"] == "layer_valley"
        return parcel["estimate"]

    assert told(count="32") == told()
    assert "seconds here" in told(count="6")
    assert "minutes here" in told(count="300")
    assert "count must be at least 6, not 2" in told(count="2")


def test_a_run_is_shown_found_again_on_a_new_page_and_really_stopped(presses, window):
    (answer,) = _turns(presses, QUESTION)
    watched, troubles = presses.run((), _event(probe="layer_valley", fields={}))
    assert troubles == {}
    _, bench, shelf, followed, pulse = presses.draw(answer, watched, troubles)
    assert 'data-do="halt"' in bench
    assert (shelf, followed, pulse.active) == (gr.skip(), gr.skip(), True)
    assert presses.arrive(_page("another", q=QUESTION)) == QUESTION
    _, bench, _, followed, _ = presses.draw(None, (), {})
    assert 'data-do="halt"' in bench
    assert followed == watched
    assert presses.halt(_event(job=watched[0])) == {}
    assert window.running() == ()
    _, bench, shelf, _, pulse = presses.draw(answer, watched, {})
    assert "Stopped." in bench
    assert 'data-do="halt"' not in bench
    assert "logit-lens" in shelf
    assert pulse.active is False


def test_a_run_that_cannot_be_stopped_says_why(presses):
    troubles = presses.halt(_event(job="nothing", probe="layer_valley"))
    assert "nothing" in troubles["layer_valley"]
    assert "\n" not in troubles["layer_valley"]
    assert "nothing" in presses.draw(None, (), troubles)[1]


def test_a_source_is_pinned_left_out_and_freed_again(presses):
    thread, shown = presses.pin(app.Thread(), _event(key="layer-note"))
    assert thread.pinned == ("layer-note",)
    assert "Pinned" in shown
    thread, shown = presses.leave(thread, _event(key="layer-note"))
    assert (thread.pinned, thread.excluded) == ((), ("layer-note",))
    assert "Left out" in shown
    assert "Pinned" not in shown
    assert presses.free(thread, _event(key="layer-note")) == (app.Thread(), "")


def test_a_follow_up_leans_on_the_turns_before_it(presses):
    second = _reply(presses, "and in encoders?", _turns(presses, QUESTION))[-1]
    assert "Read as" in second[1]
    assert second[5].read_as.endswith("in encoders?")
