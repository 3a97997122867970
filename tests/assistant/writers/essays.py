"""Parts that the tests of essays share: both servers, the text of an answer, and a faithful essay."""

import pytest

from tests.chat_servers import quoting

BOTH = pytest.mark.parametrize("writer", ["openai", "ollama"])


def texts(answer):
    """What an answer says of its sources; what they lack is the program's own word."""
    return [sentence.text for sentence in answer.sentences if sentence.role != "gap"]


def beside(answer):
    """The brief that stands beside an essay."""
    return [fold for fold in answer.folds if fold.kind == "quotes"]


def stands(answer, plain):
    """Whether an answer is the brief, said to be written by nobody."""
    assert texts(answer) == texts(plain)
    assert (answer.writer, answer.author, answer.deck) == ("extractive", "", "")
    assert not beside(answer)
    return True


def faithful(chat):
    """An essay of the quotes as they are, a few letters at a time."""
    said = quoting(chat)
    for at in range(0, len(said), 7):
        chat.say(said[at : at + 7])
    chat.end()
