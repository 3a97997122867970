"""The summary of an answer's sources is the answer without its folds, and says how the sources are related."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.library.store import Library
from assistant.pages.answered import summary_of
from assistant.pages.statements import statements
from assistant.types import Answer, Citation, CitedSource, Fold, Sentence
from tests.assistant.pages.shelves import fill, held, note, words

ROOT = "# Roots\n\nRoots take up water from the soil at night."
LEAF = "# Leaves\n\nLeaves open their pores when the light comes."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    leaf = note(tmp_path, "leaf", LEAF, relations="[{to: root, kind: contests}]")
    with fill(tmp_path / "data", note(tmp_path, "root", ROOT), leaf) as filled:
        yield filled


def quoted(library: Library, key: str) -> Sentence:
    said = statements(held(library, key))[0]
    place = Citation(
        source=key, passage=key, quote=said.text, page=None, start=said.start, end=said.end
    )
    return Sentence(text=said.plain(), paragraph=0, role="claim", citations=(place,))


def answered(library: Library, *shown: Sentence, folded: tuple[Sentence, ...] = ()) -> Answer:
    return Answer(
        question="When do plants drink?", deck="", coverage="answered", writer="extractive", index_hash="0",
        sentences=shown, headings=("",), permalink="abc",
        folds=(Fold(kind="evidence", summary="More", sentences=folded),),
        sources=tuple(
            CitedSource(key=key, kind="note", title=key, claim="", label=str(at))
            for at, key in enumerate(("root", "leaf"), 1)
        ),
    )  # fmt: skip


def test_it_says_what_the_answer_says_and_how_the_sources_are_related(library: Library) -> None:
    shown = quoted(library, "root"), quoted(library, "leaf")
    answer = summary_of(answered(library, *shown), library)
    assert answer.sentences[:2] == shown
    assert [(s.text, s.role) for s in answer.sentences[2:]] == [
        ("“Leaves” contests “Roots”.", "link")
    ]
    assert (
        answer.question == "Summary of the 2 sources that the answer cites: When do plants drink?"
    )
    assert answer.headings == ("", "")


def test_what_is_folded_is_no_part_of_it(library: Library) -> None:
    folded = (quoted(library, "leaf"),)
    answer = summary_of(answered(library, quoted(library, "root"), folded=folded), library)
    assert [source.key for source in answer.sources] == ["root"]
    assert answer.folds == ()
    assert answer.question.startswith("Summary of the source that the answer cites")


def test_a_long_answer_ends_after_a_sentence_within_three_hundred_words(library: Library) -> None:
    shown = [quoted(library, "root")] * 60
    answer = summary_of(answered(library, *shown), library)
    assert 280 <= words(answer) <= 300


def test_an_answer_that_cites_nothing_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="nothing to summarise"):
        summary_of(answered(library), library)
