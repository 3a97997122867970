"""Turn tokens into text as they arrive, and notice when an answer is complete."""

from collections.abc import Callable, Sequence

from probes.continuations.types import Decoding, Finish
from probes.traces.extraction import extract

_CONTEXT = 6
"""So many tokens of the prefix are kept for decoding, because the first token of a text may lose its space."""


class TextStream:
    """A stream that decodes tokens one by one; characters split over tokens appear when they are whole.

    Each token decodes only a short window again, so a text costs linear time.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str], prefix: Sequence[int]) -> None:
        self._decode = decode
        self._window = list(prefix[-_CONTEXT:])
        self._read = len(self._window)
        self._known = decode(self._window) if self._window else ""
        self.text = ""
        self.ends: list[int] = []

    def push(self, token: int) -> str:
        """Add a token and return the characters that it completes."""
        self._window.append(token)
        whole = self._decode(self._window)
        piece = ""
        if not whole.endswith("�"):
            piece = whole[len(self._known) :]
            self._window = self._window[self._read :]
            self._read = len(self._window)
            self._known = self._decode(self._window)
        self.text += piece
        self.ends.append(len(self.text))
        return piece


def finished(piece: str, text: str, lead: str, decoding: Decoding) -> Finish | None:
    r"""Return whether the newest characters end a continuation.

    An answer is complete once a `\boxed{}` outside the thought is closed.

    Args:
        piece: the newest characters of `text`; only they can end it.
        text: everything written so far.
        lead: the part of the response that was there before.
        decoding: gives the stop texts, and whether the response starts inside a thought.
    """
    if any(stop in text for stop in decoding.stop):
        return "stop"
    if "}" not in piece:
        return None
    read = extract(lead + text, starts_in_thought=decoding.starts_in_thought, truncated=True)
    return "answer" if read.kind == "boxed" else None
