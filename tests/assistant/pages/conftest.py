"""Notes of the reading list and a paper, each read into a library that the tests of pages share."""

from collections.abc import Iterator

import pytest

from assistant.library.store import Library
from tests.assistant.pages.shelves import CORPUS, KEYS, fill
from tests.pdfs import paper


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("papers")
    with fill(folder, *(CORPUS / f"{key}.md" for key in KEYS)) as filled:
        yield filled


@pytest.fixture(scope="module", params=["made", "real"])
def paper_library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """A library with a paper: one that is made here, and a real one where it is at hand."""
    folder = tmp_path_factory.mktemp("paper")
    file = folder / "bees.pdf"
    if request.param == "real":
        file = request.getfixturevalue("alce_pdf")
    else:
        file.write_bytes(paper())
    with fill(folder / "data", file, CORPUS / "deer.md") as filled:
        yield filled
