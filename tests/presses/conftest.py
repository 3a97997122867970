"""Fixtures: the window on the small library, and the functions of it that gradio calls."""

import pytest

from assistant import Assistant
from assistant.views.window import Window
from tests.checkout import app, library_presses, run_presses


@pytest.fixture
def window(own_library, own_corpus):
    made = Window(Assistant.open(own_library, corpus_dir=own_corpus))
    made.prepare()
    return made


@pytest.fixture
def presses(window):
    return app.Presses(window)


@pytest.fixture
def library(presses):
    return library_presses.LibraryPresses(presses)


@pytest.fixture
def runs(presses):
    return run_presses.RunPresses(presses)
