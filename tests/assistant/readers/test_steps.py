"""No step over a whole text is quadratic: twice the text takes about twice the steps.

The tests count lines of Python that run and letters that are copied or searched, not seconds.
"""

import sys
from itertools import count, islice

import pytest

from assistant.library.store import Library
from assistant.pages.paper import page
from assistant.readers.hidden_markup import without_hidden
from assistant.readers.markdown import _first_heading, _first_prose
from assistant.readers.smuggled import without_unprinted
from assistant.text.anchors import fold
from assistant.text.passages import passages
from assistant.text.prose import blocks, sentences
from assistant.types import Document, Page, Source


class Counted(str):
    """A text that counts the letters that are copied out of it or searched."""

    __slots__ = ()
    letters = 0

    def __getitem__(self, place):
        found = super().__getitem__(place)
        Counted.letters += len(found)
        return found

    def find(self, sought, start=0, end=None):
        found = super().find(sought, start, len(self) if end is None else end)
        Counted.letters += (found if found >= 0 else len(self)) - start
        return found

    def rfind(self, sought, start=0, end=None):
        end = len(self) if end is None else end
        found = super().rfind(sought, start, end)
        Counted.letters += end - max(found, start)
        return found


def steps(run, text):
    """Lines of Python that a function runs on a text, and letters that it copies or searches."""
    lines = 0

    def trace(_frame, event, _argument):
        nonlocal lines
        lines += event == "line"
        return trace

    Counted.letters = 0
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run(Counted(text))
    finally:
        sys.settrace(before)
    return lines + Counted.letters


def count_words(texts):
    return [len(text.split()) for text in texts]


def note(text):
    return passages("", Document(kind="note", title="T", text=text), 40, count_words)


def paper(text):
    """A paper with a page every hundred letters."""
    pages = tuple(
        Page(number=n, start=at, end=min(at + 100, len(text)))
        for n, at in enumerate(range(0, len(text), 100))
    )
    return passages("", Document(kind="paper", title="T", text=text, pages=pages), 40, count_words)


FUNCTIONS = {
    "hidden": without_hidden, "unprinted": without_unprinted, "heading": _first_heading, "prose": _first_prose,
    "blocks": lambda text: list(blocks(text)), "sentences": sentences, "note": note, "paper": paper,
    "fold": fold.__wrapped__,
}  # fmt: skip
UNITS = [
    '"', "` ", "`` ` ", "\\`", "~~~\n", "```\n", "<!-- ", "<b hidden>", "<a ", "[a]: # (x", "\u200b", "a\u200b",
    "\u00ad", "-\u200b", "\u0301", "e\u0301", "# a\n", "# ", "- a\n", "| a |\n", "\n", " ", "a", "word ", "Word. ",
    ". ", '."', "1,", "中", "。」",
]  # fmt: skip
# The factor for twice the text; sorting or halving takes a little more than twice.
_MOST = 2.6


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_takes_twice_the_steps(name, unit):
    run, times = FUNCTIONS[name], 1_500 // len(unit)
    few, many = (steps(run, f"x {unit * repeated} x") for repeated in (times, 2 * times))
    assert many <= _MOST * few + 200


def prose(sentences):
    """Sentences of words that are all new, as of no text, so that every phrase is looked at."""
    words = (f"word{n}" for n in count())
    return "\n\n".join(
        f"We show that {' '.join(islice(words, 9))} is large." * 2 for _ in range(sentences // 2)
    )


def test_the_page_of_a_source_twice_as_long_takes_twice_the_steps(tmp_path):
    counted = []
    with Library(tmp_path) as library:
        for sentences_ in (60, 60, 120):  # the first pass loads things once
            text = f"# T\n\n{prose(sentences_)}\n"
            source = Source(
                key="a", kind="note", title="T", claim="", text=text, content_hash=str(len(text))
            )
            library.put(source, passages("a", source, 40, count_words))
            counted.append(steps(lambda _, source=source: page(library, source), ""))
    assert counted[2] <= _MOST * counted[1] + 200
