"""Whatever a writer's server does, the answer is complete, and one line says what happened to the essay."""

import json
import threading
import time

import pytest

from assistant.errors import Stopped
from tests.assistant.writers.essays import BOTH, beside, faithful, stands, texts
from tests.chat_servers import quoting, served


@BOTH
def test_a_faithful_essay_stands_and_the_brief_is_beside_it(writer, asking, plain):
    heard = []
    with served(faithful) as server:
        answer = asking(writer, server.address, listen=heard.append)
    claims = [each for each in answer.sentences if each.role == "claim"]
    cited = [" ".join(c.quote.split()) for each in claims for c in each.citations]
    assert [each.text for each in claims] == cited
    assert answer.deck == "This asks whether it is so."
    assert sorted({each.paragraph for each in claims}) == list(range(1 + claims[-1].paragraph))
    assert tuple(heard) == answer.sentences
    assert not answer.notices
    assert not answer.dropped
    assert answer.writer == writer
    assert server.address in answer.author
    [quotes] = beside(answer)
    assert [each.text for each in quotes.sentences] == texts(plain)
    assert len(server.chats) == 1


@BOTH
def test_a_request_asks_for_the_likeliest_words_in_a_form_and_says_how_many(writer, asking):
    with served(faithful) as server:
        asking(writer, server.address, writer_tokens=900)
    [chat] = server.chats
    told = chat.body["options"] if writer == "ollama" else chat.body
    assert (told["temperature"], told["seed"]) == (0, 0)
    assert 0 < told["num_predict" if writer == "ollama" else "max_tokens"] <= 900
    assert chat.body["stream"] is True
    assert chat.body["model"] == "m"
    assert set(chat.form["properties"]) == {"deck", "paragraphs"}


@BOTH
def test_a_server_that_takes_no_form_is_asked_without(writer, asking):
    def formless(chat):
        if chat.form:
            chat.fail(400, "response_format is not supported")
        else:
            chat.say(f"Here is the essay:\n```json\n{quoting(chat)}\n```\nI hope it helps.")
            chat.end()

    with served(formless) as server:
        answer = asking(writer, server.address)
    assert answer.writer == writer
    assert not answer.notices
    assert len(server.chats) == 2


@BOTH
def test_a_request_carries_the_question_the_quotes_and_nothing_of_this_machine(
    writer, asking, plain, monkeypatch
):
    for name in ("OPENAI_API_KEY", "OLLAMA_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "leaked")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with served(faithful) as server:
        asking(writer, server.address)
        asking(writer, server.address, writer_key="mine")
    assert server.headers[0].get("authorization") is None
    assert server.headers[-1]["authorization"] == "Bearer mine"
    allowed = {
        "host", "accept", "accept-encoding", "content-type", "content-length", "connection", "authorization",
    }  # fmt: skip
    assert all(set(headers) <= allowed for headers in server.headers)
    shown = [*plain.sentences, *(s for fold in plain.folds for s in fold.sentences)]
    quoted = {" ".join(c.quote.split()) for s in shown for c in s.citations}
    assert set(server.chats[0].quotes) <= quoted
    assert {" ".join(c.quote.split()) for c in plain.sentences[0].citations} & set(
        server.chats[0].quotes
    )


# ── what servers do wrong ────────────────────────────────────────────────────────────────────────


def refuse(chat):
    chat.fail(500, "the\nmodel \x1b[31mburned")


def unknown(chat):
    chat.fail(404, "model 'm' not found")


def silent_end(chat):
    chat.say("")
    chat.end()


def torn(chat):
    said = quoting(chat)
    chat.say(said[: len(said) // 2])
    chat.reset()


def half(chat):
    said = quoting(chat)
    chat.say(said[: len(said) // 2])
    chat.end()


def prose(chat):
    chat.say(f"Well, {chat.quotes[0]} That is all there is to it.")
    chat.end()


def declined(chat):
    chat.say("I'm sorry, but I can't help with that.")
    chat.end()


def empty(chat):
    chat.say('{"deck": "", "paragraphs": []}')
    chat.end()


def torn_at_once(chat):
    chat.reset()


def garbage(chat):
    chat.raw(b"data: {{{ not json\n\n\xff\xfe\n")


def page(chat):
    chat.raw(b"<!doctype html><title>Sign in</title>\n")


def wrong_shape(chat):
    chat.raw(b'data: {"choices": 5}\n\n{"message": 5}\n')


def wrong_json(chat):
    chat.say(
        '{"deck": 7, "paragraphs": [5, {"sentences": "none"}, {"sentences": [null, {"text": []}]}]}'
    )
    chat.end()


def endless(chat):
    while True:
        chat.say("and so on " * 20)


def ten_thousand(chat):
    chat.say('{"deck": "This asks.", "paragraphs": [{"angle": "opening", "sentences": [')
    for _ in range(10_000):
        chat.say(json.dumps({"rests_on": [1], "text": chat.quotes[0]}) + ",")
    chat.say("]}]}")
    chat.end()


def elsewhere(chat):
    chat.handler.send_response(307)
    chat.handler.send_header("Location", "http://127.0.0.1:9/v1/chat/completions")
    chat.handler.send_header("Content-Length", "0")
    chat.handler.end_headers()


FAILURES = {
    refuse: "answered with error 500: the model", unknown: "answered with error 404: model 'm' not found",
    silent_end: "sent nothing", torn: "broke off", half: "broke off in mid-essay", prose: "answered in prose",
    declined: "answered in prose", empty: "wrote no essay", wrong_json: "wrote no essay", torn_at_once: "",
    garbage: "no answer", page: "", wrong_shape: "", endless: "ran on", ten_thousand: "ran on", elsewhere: "error 307",
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("script", FAILURES, ids=lambda script: script.__name__)
def test_a_server_that_fails_leaves_the_brief_and_one_line(script, writer, asking, plain):
    with served(script) as server:
        answer = asking(writer, server.address)
    assert stands(answer, plain)
    [notice] = answer.notices
    assert FAILURES[script] in notice
    assert "\n" not in notice
    assert server.address in notice
    # A server that failed is not asked again.
    assert len(server.chats) == 1


@BOTH
def test_a_server_that_is_not_there_is_one_line(writer, asking, plain):
    answer = asking(writer, "http://127.0.0.1:9")
    assert stands(answer, plain)
    [notice] = answer.notices
    assert "cannot be reached" in notice


@BOTH
def test_a_plain_server_behind_https_is_one_line(writer, asking, plain):
    with served(faithful) as server:
        answer = asking(writer, server.address.replace("http://", "https://"))
    assert stands(answer, plain)
    [notice] = answer.notices
    assert "does not speak TLS" in notice


def telling(chat):
    key = chat.handler.headers["Authorization"].removeprefix("Bearer ")
    chat.fail(401, f"the key {key} is wrong")


@BOTH
def test_a_key_that_a_server_repeats_is_not_shown(writer, asking, plain):
    with served(telling) as server:
        answer = asking(writer, server.address, writer_key="hunter2")
    assert stands(answer, plain)
    [notice] = answer.notices
    assert "401" in notice
    assert "hunter2" not in notice


def thinking(chat):
    chat.say("<think>")
    for _ in range(40):
        chat.say("Perhaps the quotes say so, or perhaps they do not. " * 20)
    chat.say("</think>")
    faithful(chat)


@BOTH
def test_what_a_model_thinks_aloud_is_no_part_of_the_answer(writer, asking):
    with served(faithful) as server:
        expected = asking(writer, server.address)
    with served(thinking) as server:
        answer = asking(writer, server.address)
    assert texts(answer) == texts(expected)
    assert not answer.notices
    assert not answer.dropped


@BOTH
def test_a_server_that_falls_silent_is_waited_for_no_longer_than_was_said(writer, asking, plain):
    over = threading.Event()

    def silent(chat):
        chat.say(quoting(chat)[:200])
        over.wait(60)

    with served(silent) as server:
        answer = asking(writer, server.address, writer_seconds=0.5)
        over.set()
    assert stands(answer, plain)
    assert "INQUIRE_WRITER_SECONDS" in answer.notices[0]


def slowly(chat):
    for letter in quoting(chat):
        chat.say(letter)
    chat.end()


@BOTH
def test_tokens_one_at_a_time_end_with_their_number(writer, asking, plain):
    with served(slowly) as server:
        answer = asking(writer, server.address, writer_tokens=16)
    assert stands(answer, plain)
    assert "INQUIRE_WRITER_TOKENS" in answer.notices[0]


@BOTH
@pytest.mark.parametrize("began", [False, True], ids=["before the first word", "in mid-answer"])
def test_stop_ends_the_answer_and_the_server_is_let_go(writer, began, asking):
    stop, let_go = threading.Event(), threading.Event()

    def waiting(chat):
        if began:
            chat.say(quoting(chat)[:200])
        stop.set()
        for _ in range(600):
            if not chat.listened_to():
                let_go.set()
                return
            time.sleep(0.05)

    with served(waiting) as server, pytest.raises(Stopped):
        asking(writer, server.address, stop=stop)
    assert let_go.is_set()
