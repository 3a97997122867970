"""How a test presses: the events and pages of gradio, and an answer with all its updates."""

from types import SimpleNamespace

import gradio as gr

QUESTION = "Do middle layers give better features than the last layer?"


def pressed(**data):
    return gr.EventData(None, data)


def page_of(session="s", **query):
    return SimpleNamespace(session_hash=session, query_params=query)


def reply(presses, question, turns=(), page=None):
    """Every update of an answer: history, answer, next lines, folds, turns, the answer that stands, ..."""
    *updates, last = presses.reply(question, turns, page or page_of())
    assert last == (gr.skip(),) * 11  # gradio sends it once more
    return updates


def turns_of(presses, question):
    return reply(presses, question)[-1][4]
