"""Answering turns a question and the chosen parts of the program into a checked answer."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.answering import answer, desk
else:
    __getattr__ = on_demand.files(__name__)
