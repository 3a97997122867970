"""Make an index in no time: sources of one passage, and vectors without a model."""

import zlib
from dataclasses import dataclass

import numpy as np

from assistant.library.store import Library
from assistant.types import Passage, Source


@dataclass(frozen=True)
class Vectors:
    """A passage's vector and those of its sentences."""

    passage: np.ndarray
    sentences: np.ndarray


class Encoder:
    """Gives a text the vector of its checksum."""

    id, window, dim = "checksum", 64, 8

    def passages(self, texts, titles, spans):  # noqa: ARG002  as all encoders
        """Vectors of each passage and its sentences."""
        for at, (text, said) in enumerate(zip(texts, spans, strict=True)):
            yield (
                at,
                Vectors(
                    _vector(text),
                    np.array([_vector(span.of(text)) for span in said]).reshape(-1, self.dim),
                ),
            )


def _vector(text):
    drawn = np.random.default_rng(zlib.crc32(text.encode())).normal(size=Encoder.dim)
    return drawn / np.linalg.norm(drawn)


def put(library: Library, key: str, text: str) -> None:
    """Store a note of one passage."""
    passage = Passage(id=f"{key}:0-{len(text)}", source=key, text=text, start=0, end=len(text))
    source = Source(key=key, kind="note", title=key, claim="", text=text, content_hash=text)
    library.put(source, [passage])
