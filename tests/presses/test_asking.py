"""A question is asked in the window: its answer arrives, ends, gives way to a newer one and can be stopped."""

import re
import threading
import time
from concurrent.futures import Future
from dataclasses import replace

import gradio as gr

from assistant import Assistant
from assistant.question.follow_up import Thread
from assistant.types import Fold, Sentence
from assistant.views.holdings import View
from assistant.views.window import Trouble, Window
from tests.chat_servers import served
from tests.checkout import app
from tests.presses.pressing import EMPTY, QUESTION, answer_of, page_of, reply, room_of


def test_an_answer_arrives_and_ends_whole(presses):
    first, *_, last = reply(presses, QUESTION)
    history, answer, more, below, _, standing, watched, troubles, ask, stop, pulse, head = first
    assert (history, more, below, standing, watched, troubles) == ("", "", "", None, (), {})
    assert QUESTION in answer
    assert (ask.visible, stop.visible, pulse.active) == (False, True, True)
    assert f'data-asking="{QUESTION}"' in head
    _, answer, more, below, room, standing, _, _, ask, stop, _, head = last
    assert f'data-address="/t/{room.id}"' in head
    assert "data-asking" not in head
    assert QUESTION in answer
    assert "Quoted from the sources; nothing is generated." in answer
    assert "colophon" in below
    assert re.search(r'data-do="cite" data-key="middle-layers"', answer)
    assert "Next inquiring lines" in more
    assert [turn.answer for turn in room.turns] == [standing]
    assert (ask.visible, stop.visible) == (True, False)
    assert "layer_valley" in presses.draw(standing, (), {})[1]
    assert presses.draw(None, (), {})[1] == ""


def test_the_next_answer_keeps_the_earlier_one_above_it(presses):
    room = room_of(presses, QUESTION)
    first, *_, last = reply(presses, "Can a hidden state be read with the unembedding?", room)
    assert QUESTION in first[0]
    assert "unembedding" in last[1]


def test_a_question_asked_while_the_list_is_read_waits_and_says_so(own_corpus, tmp_path):
    window = Window(Assistant.open(tmp_path / "new", corpus_dir=own_corpus))
    stop = threading.Event()
    with window._turns.alone():
        future = window.ask(QUESTION, stop, lambda _: None)
        time.sleep(0.3)
        assert not future.done()
        assert re.fullmatch(r".+… \d+%", window.status())
    assert window.settled(future).coverage in ("answered", "partial")


def test_stop_ends_an_answer(window, presses):
    with window._turns.alone():
        writing = presses.reply(QUESTION, EMPTY, page_of())
        next(writing)
        presses.stop(page_of())
        last = list(writing)[-2]
    assert "Stopped." in last[1]
    assert (last[4].turns, last[5]) == ((), None)


def test_nothing_of_a_question_arrives_after_the_one_that_takes_its_place(window, presses):
    arrived = []

    def ask(question):
        arrived.extend((question, update) for update in presses.reply(question, EMPTY, page_of()))

    questions = [QUESTION, "Can a hidden state be read with the unembedding?"]
    with window._turns.alone():
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
    assert arrived[-1][1] == (gr.skip(),) * 12


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
        writing = presses.reply(QUESTION, EMPTY, page_of(), "ollama")

        def press():
            asked.wait(60)
            presses.stop(page_of())

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
    ended = list(presses.reply(QUESTION, EMPTY, page_of(), "ollama"))[-2][1]
    assert "cannot be reached" in ended
    assert ended.index("cannot be reached") < ended.index("prose-text")
    assert "2 to 16 points" in ended


def _folding(presses):
    """A page whose answer, which stands on it twice, has a fold."""
    room = room_of(presses, QUESTION)
    (turn,) = room.turns
    rest = Sentence(text="Postponed.", paragraph=0, role="link")
    fold = Fold(kind="evidence", summary="More evidence: 1 sentence", sentences=(rest,))
    folding = replace(turn, answer=replace(turn.answer, folds=(fold,)))
    return replace(room, turns=(folding, folding))


def test_the_length_of_the_answers_on_a_page_is_changed_without_asking_again(presses):
    room = _folding(presses)
    answer = room.turns[0].answer
    full = presses.lengthen("full", room, answer, page_of())
    assert all("Postponed." in part for part in full[:2])
    assert "Postponed." not in full[2]
    history, above, below = presses.lengthen("brief", room, answer, page_of())
    assert "Postponed." not in above
    assert "<summary>More evidence: 1 sentence</summary>" in below
    assert "<summary>More evidence: 1 sentence</summary>" in history
    cards = replace(answer, experiments=answer.experiments[:1] * 3)
    assert "More experiments (1)" in presses.draw(cards, (), {}, "brief")[1]
    assert "More experiments" not in presses.draw(cards, (), {}, "full")[1]


def test_a_page_without_an_answer_has_nothing_to_lengthen(presses):
    assert presses.lengthen("full", EMPTY, None, page_of()) == ("", gr.skip(), gr.skip())


def test_an_answer_ends_at_the_length_that_was_chosen_while_it_was_written(window, presses):
    answer, future = _folding(presses).turns[0].answer, Future()
    answer = replace(answer, permalink="fedcba987654")
    window.ask = lambda *_: future
    writing = presses.reply(QUESTION, EMPTY, page_of())
    next(writing)
    presses.lengthen("full", EMPTY, None, page_of())
    future.set_result(answer)
    assert "Postponed." in list(writing)[-2][1]


def test_twenty_who_ask_the_same_at_once_wait_for_one_answer(window, presses):
    asked = []
    answer = window.assistant.ask

    def counted(*arguments, **options):
        asked.append(arguments)
        return answer(*arguments, **options)

    window.assistant.ask = counted
    with window._turns.alone():
        waiting = [presses.reply(QUESTION, EMPTY, page_of(f"s{n}")) for n in range(20)]
        for writing in waiting:
            next(writing)
        for n in range(5):  # stopping takes nothing from others
            presses.stop(page_of(f"s{n}"))
            assert "Stopped." in list(waiting[n])[-2][1]
    ends = [list(writing)[-2] for writing in waiting[5:]]
    assert len(asked) == 1
    assert len({end[5].permalink for end in ends}) == 1
    assert all(end[5].sentences for end in ends)


def test_other_questions_are_other_answers(window):
    stop = threading.Event()
    with window._turns.alone():
        futures = [
            window.ask(QUESTION, stop, print),
            window.ask(QUESTION, stop, print),
            window.ask(QUESTION, stop, print, "extractive"),
            window.ask(QUESTION + " ", stop, print),
            window.ask(QUESTION, stop, print, None, Thread(pinned=("layer-note",))),
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
    with window._turns.alone():
        for n in range(1000):
            stop = threading.Event()
            window.ask(f"{QUESTION} {n % 3}", stop, print)
            stop.set()
        for n in range(20):
            page = page_of(f"s{n % 7}")
            writing = presses.reply(f"{QUESTION} {n % 3}", EMPTY, page)
            next(writing)
            presses.stop(page)
            assert "Stopped." in list(writing)[-2][1]
    assert presses._writing == {}
    while window._asking._under_way:
        time.sleep(0.01)
    assert len(window._asking._pool._threads) <= 64
    assert answer_of(presses, QUESTION)


def test_the_page_is_drawn_while_many_questions_wait(window, library):
    stop = threading.Event()
    with window._turns.alone():
        futures = [window.ask(f"{QUESTION} {n}", stop, print) for n in range(100)]
        assert "logit-lens" in library.stock(View())[1]
        stop.set()
    assert all(isinstance(window.settled(future), Trouble) for future in futures)


def test_a_follow_up_leans_on_the_turns_before_it(presses):
    second = reply(presses, "and in encoders?", room_of(presses, QUESTION))[-1]
    assert "Read as" in second[1]
    assert second[5].read_as.endswith("in encoders?")
