"""Answer questions in the background; the same question is answered once for all who ask it at the same time."""

import queue
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from assistant.errors import Stopped
from assistant.types import Answer, Sentence

Put = Callable[[Sentence], None]
Work = Callable[[Put, threading.Event], Answer]

# At most this many questions wait, each in an idle thread; one more waits for one of them.
_MOST_WAITING = 64


@dataclass(frozen=True)
class _Asker:
    stop: threading.Event
    put: Put


class _Deserted(threading.Event):
    """An event that is set when everybody who asked has stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.askers: list[_Asker] = []

    def is_set(self) -> bool:
        """Return whether nobody waits any more."""
        return all(asker.stop.is_set() for asker in self.askers)


@dataclass
class _Shared:
    """An answer in progress: who waits for it, and the sentences so far."""

    deserted: _Deserted = field(default_factory=_Deserted)
    said: list[Sentence] = field(default_factory=list)
    future: "Future[Answer]" = field(default_factory=Future)


class Asking:
    """The answers in progress.

    An answer is the same for all who ask the same question of the same library, so twenty who ask
    at once wait for one. It continues until the last of them has stopped.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_MOST_WAITING, thread_name_prefix="asking")
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, _Shared] = {}

    def ask(self, asked: Hashable, stop: threading.Event, put: Put, work: Work) -> "Future[Answer]":
        """Join the answer to a question, or start it.

        Args:
            asked: A value that is the same for equal answers.
            stop: Set when this asker waits no more.
            put: Called with each sentence, including those before this asker came.
            work: Answers; it receives a function for its sentences, and an event that is set when
                nobody waits.
        """
        asker = _Asker(stop, put)
        with self._lock:
            shared = self._under_way.get(asked)
            begun = shared is not None and not shared.deserted.is_set()
            if shared is None or not begun:
                shared = self._under_way[asked] = _Shared()
            for sentence in shared.said:
                put(sentence)
            shared.deserted.askers.append(asker)
            if not begun:
                shared.future = self._pool.submit(self._answer, asked, shared, work)
            return shared.future

    def _answer(self, asked: Hashable, shared: _Shared, work: Work) -> Answer:
        def hear(sentence: Sentence) -> None:
            if shared.deserted.is_set():
                raise Stopped("Stopped.")
            with self._lock:
                shared.said.append(sentence)
                for asker in shared.deserted.askers:
                    if not asker.stop.is_set():
                        asker.put(sentence)

        try:
            return work(hear, shared.deserted)
        finally:
            with self._lock:
                if self._under_way.get(asked) is shared:
                    del self._under_way[asked]


def heard(sentences: "queue.SimpleQueue[Sentence]") -> list[Sentence]:
    """Return the sentences so far; wait a moment for the first one."""
    found: list[Sentence] = []
    try:
        found.append(sentences.get(timeout=_MOMENT))
        while True:
            found.append(sentences.get_nowait())
    except queue.Empty:
        return found


# A page waits this many seconds for a sentence before it checks for other updates.
_MOMENT = 0.1
