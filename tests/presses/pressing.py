"""Press as gradio does: its events and pages, and an answer with all its updates."""

from types import SimpleNamespace

import gradio as gr

from tests.checkout import presses as module

QUESTION = "Do middle layers give better features than the last layer?"


def pressed(**data):
    return gr.EventData(None, data)


def page_of(session="s", **query):
    return SimpleNamespace(session_hash=session, query_params=query)


EMPTY = module.EMPTY


def reply(presses, question, room=EMPTY, page=None):
    """Every update of an answer: history, answer, next lines, folds, the room, the answer that stands, ..."""
    *updates, last = presses.reply(question, room, page or page_of())
    assert last == (gr.skip(),) * 12  # gradio sends it once more
    return updates


def room_of(presses, question):
    """What a page shows after its first question."""
    return reply(presses, question)[-1][4]


def answer_of(presses, question):
    return room_of(presses, question).turns[-1].answer
