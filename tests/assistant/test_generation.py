"""A model that fails, however late, leaves the quotes and one line, and is not waited for."""

import threading

import pytest
from llama_index.core.llms import MockLLM

from assistant.drafts import Draft, Notice
from assistant.generation import Budget, Model, Session, rewrite
from tests.assistant.compose.quotes import quote


class Panic(BaseException):
    """As those of libraries in Rust, which are no exceptions."""


@pytest.mark.parametrize("kind", [OSError, Panic])
def test_a_session_that_cannot_be_closed_is_not_waited_for(kind):
    def fail():
        raise kind("the line is dead")

    def session(_tokens):
        return Session(llm=MockLLM(max_tokens=4), cut=lambda: None, close=fail)

    model = Model(name="m", session=session, explain=lambda error: f"said {error}")
    said = quote("Middle layers win.", source="a")
    plain = [Draft(text=said.text, role="claim", quotes=(said,))]
    budget = Budget(tokens=100, seconds=60.0)
    drafts = list(rewrite("Why?", plain, model, budget, threading.Event()))
    assert [each.text for each in drafts if isinstance(each, Draft) and not each.refused] == [
        said.text
    ]
    # And not that its time was used up.
    [notice] = [each.text for each in drafts if isinstance(each, Notice)]
    assert "said the line is dead" in notice
