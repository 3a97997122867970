"""Libraries for the tests of pages, and a check that every claim is a quote."""

from pathlib import Path

from assistant.library import sync
from assistant.library.store import Library
from assistant.types import Answer, Source
from assistant.verify.quoting import misquoted, says_exactly

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
# The notes of the reading list that the fixture `library` holds.
KEYS = (
    "layer-by-layer", "does-representation-matter", "rl-subnetworks", "path-not-taken", "deer",
    "subthoughts", "self-consistency", "bert", "clada", "emergent-abilities",
)  # fmt: skip


def fill(data_dir: Path, *paths: Path) -> Library:
    """Return a library of these files and folders."""
    library = Library(data_dir)
    reading = sync.Reading(window=200, count_tokens=lambda texts: [len(t.split()) for t in texts])
    sync.sync(library, paths, reading, lambda _message, _share: None, prune=False)
    return library


def note(folder: Path, key: str, body: str, **front: object) -> Path:
    """Write a note with this front matter, and return its path."""
    fields = "".join(f"{name}: {value}\n" for name, value in {"key": key, **front}.items())
    path = folder / f"{key}.md"
    path.write_text(f"---\n{fields}---\n{body}\n", "utf-8")
    return path


def held(library: Library, key: str) -> Source:
    source = library.get(key)
    assert source is not None
    return source


def only_paper(library: Library) -> Source:
    return next(source for source in library.sources() if source.kind == "paper")


def words(answer: Answer) -> int:
    """Return how many words a reader sees."""
    return sum(len(f"{s.lead_in} {s.text}".split()) for s in answer.sentences)


def told(answer: Answer, role: str) -> list[str]:
    return [sentence.text for sentence in answer.sentences if sentence.role == role]


def assert_checked(library: Library, answer: Answer) -> None:
    """Every claim is an exact quote that passes the gate, and nothing else cites."""
    assert not answer.dropped
    for sentence in answer.sentences:
        assert bool(sentence.citations) == (sentence.role == "claim")
        for citation in sentence.citations:
            stored = held(library, citation.source).text
            assert stored[citation.start : citation.end] == citation.quote
            assert not misquoted(citation.quote, stored, citation.start, citation.end)
            assert says_exactly(sentence.text, citation.quote)
            assert citation.support == "exact"
    texts = [sentence.text for sentence in answer.sentences]
    assert len(set(texts)) == len(texts)
