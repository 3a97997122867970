"""Join the judged questions of a corpus with the reader's marks."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from assistant.errors import Mendable
from assistant.library import marks
from assistant.library.store import Library
from assistant.select.judgements import Judgements, Marked
from assistant.select.neighbours import GRADES
from assistant.types import Grade

Encode = Callable[[str], Float[np.ndarray, " dim"]]
"""Returns the unit vector of a question."""

# The grades that a reader's mark gives a sentence: one that answers also helps and belongs in a
# brief. A misleading one has no grade and is rejected.
_MEANS: Mapping[Grade, tuple[str, ...]] = {
    "answers": ("helps", "brief", "answers"),
    "helps": ("helps",),
    "misleads": (),
}


@dataclass
class Taught:
    """Judged questions and marks together, joined again after every change of marks, by any process."""

    library: Library
    _joined: tuple[object, Judgements] | None = field(default=None, init=False)

    def joined(self, listed: Judgements | None, embedder: str, encode: Encode) -> Judgements | None:
        """Return the judged questions of the present library, or None if nothing was judged or marked.

        Args:
            listed: The judged questions of the corpus. They are left out if another embedding model
                made their vectors.
            embedder: The name under which the vectors of `encode` are filed.
            encode: Embeds the marked questions that have no vector of this model yet.
        """
        if listed is not None and listed.embedder != embedder:
            listed = None
        standing = marks.state(self.library)
        if not standing:
            return listed
        state = (listed, embedder, standing)
        if self._joined is None or self._joined[0] != state:
            marked = self._marked(embedder, encode)
            if not marked:  # another process has just taken the last one back
                return listed
            base = listed or Judgements.none(embedder, len(marked[0].vector))
            self._joined = state, base.with_marks(marked)
        return self._joined[1]

    def _marked(self, embedder: str, encode: Encode) -> list[Marked]:
        of: dict[str, dict[tuple[str, str], int]] = {}
        for mark in marks.marks(self.library):
            bits = sum(1 << GRADES.index(grade) for grade in _MEANS[mark.grade])
            of.setdefault(mark.question, {})[mark.source, mark.sentence] = bits
        kept = marks.vectors(self.library, embedder)
        known = {question: np.frombuffer(held, np.float32) for question, held in kept.items()}
        fresh = {question: encode(question) for question in of if question not in known}
        if fresh:
            with suppress(
                Mendable
            ):  # on a disk that cannot be written they are made again at each start
                marks.keep_vectors(self.library, embedder, fresh)
        vectors = known | {question: of.astype(np.float32) for question, of in fresh.items()}
        return [
            Marked(question=question, vector=vectors[question], said=of[question])
            for question in of
        ]
