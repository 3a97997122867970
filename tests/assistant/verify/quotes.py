"""Return every sentence of the bundled notes with its place."""

from dataclasses import dataclass
from pathlib import Path

from assistant.text.prose import blocks, sentences

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@dataclass(frozen=True)
class Quoted:
    """A sentence of a bundled note and where it stands in the note's stored text."""

    source: str
    stored: str
    quote: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The quote on one line."""
        return " ".join(self.quote.split())


def corpus() -> list[Quoted]:
    """Every sentence of the bundled notes."""
    found = []
    for path in sorted(CORPUS.glob("*.md")):
        text = path.read_text("utf-8").split("\n---\n", 1)[1]
        for block in blocks(text):
            if block.kind != "heading":
                spans = sentences(text, block.span.start, block.span.end)
                found.extend(Quoted(path.stem, text, s.of(text), s.start, s.end) for s in spans)
    return found
