"""Write with the servers of one model: where one fails, another goes on with the same text."""

from collections.abc import Callable

from assistant.models.servers import Server, Servers, Settled, Wire
from assistant.writers.prompts import Prompt
from assistant.writers.stream import Put, Session


def pooled(servers: Servers, opened: Callable[[Server, Wire], Session]) -> Session:
    """Return a session that is held with whichever server is free, or answers after another has failed.

    A text under way when its server fails is asked of the next from its beginning; what was already
    read is left out, which needs a model that writes the same again. If it writes another text, the
    failure is told.

    Args:
        servers: The servers.
        opened: Opens a session with one of them over a wire.
    """
    return _Pooled(servers, opened).session()


class _Pooled:
    def __init__(self, servers: Servers, opened: Callable[[Server, Wire], Session]) -> None:
        self._servers = servers
        self._opened = opened
        self._wire: Wire | None = None
        self._over = False

    def session(self) -> Session:
        return Session(say=self._say, cut=self._cut)

    def _say(self, prompt: Prompt, put: Put) -> None:
        said = ""
        failures: list[Exception] = []

        def ask(server: Server) -> None:
            nonlocal said
            again = _Again(said)

            def take(piece: str) -> bool:
                nonlocal said
                new = again.new(piece)
                said += new
                return put(new)

            self._wire = server.wire()
            session = self._opened(server, self._wire)
            try:
                session.say(prompt, take)
            except _Differs:
                raise Settled from failures[-1]
            except Exception as error:
                failures.append(error)
                if self._over:
                    raise Settled from error
                raise
            finally:
                session.close()

        try:
            self._servers.ask(ask, lambda: self._over)
        except Settled as settled:
            raise failures[-1] from settled

    def _cut(self) -> None:
        self._over = True
        if self._wire is not None:
            self._wire.cut()


class _Differs(Exception):
    """A server writes another text than the one that failed."""


class _Again:
    """A text that is written again: its first part was read before."""

    def __init__(self, before: str) -> None:
        self._left = before

    def new(self, piece: str) -> str:
        """Return what of a piece was not read before.

        Raises:
            _Differs: the text is another one.
        """
        known = min(len(self._left), len(piece))
        if piece[:known] != self._left[:known]:
            raise _Differs
        self._left = self._left[known:]
        return piece[known:]
