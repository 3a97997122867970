"""Find the nearest of many vectors with chroma: in files of the index, or at a server that several readers share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float

from assistant import search
from assistant.errors import Mendable
from assistant.types import VectorServer
from probes.files import foreign


class Unusable(Mendable):
    """chroma cannot open, fill or search an index."""


class Neighbours(Protocol):
    """The vectors of one index; `served` says that they are at a server."""

    served: bool

    def fill(self, ids: Sequence[str], vectors: Sequence[Float[np.ndarray, " dim"]]) -> None:
        """Put the vectors there; what an earlier call that did not end has put there stays."""

    def nearest(self, vector: Float[np.ndarray, " dim"], count: int) -> list[str]:
        """Return the ids of the `count` nearest, nearest first."""

    def drop(self) -> None:
        """Remove the vectors; it is no error if there are none."""


def of(folder: Path, name: str, server: VectorServer) -> Neighbours:
    """Return the vectors of the index `name`: in its folder, or at the server if one is named."""
    return Served(name, server) if server.url else Embedded(folder)


# Chroma cannot be told to write fewer vectors to its files.
FEWEST = 2
# From so many vectors on, building the graph takes minutes. It is then built with half the effort and
# searched with twice as much, which costs a question some milliseconds (docs/scale.md).
_LARGE = 200_000


def graph(count: int) -> dict[str, Any]:
    """Return chroma's settings for the graph of so many vectors."""
    return {
        "space": "cosine",
        "ef_search": 400 if count >= _LARGE else 200,
        "ef_construction": 100 if count >= _LARGE else 200,
    }


def written_once(count: int) -> dict[str, int]:
    """Return the settings with which chroma writes the graph of so many vectors to its files.

    Chroma writes its whole graph each time that so many vectors are new. At their full number it
    writes once instead of once for every part that it is given. If some remained, chroma would
    write at every opening, next to uninitialised bytes.
    """
    return {"batch_size": FEWEST, "sync_threshold": max(FEWEST, count)}


# From this many to twice as many vectors are given to chroma together, so that no part is below the
# threshold.
_AT_ONCE = 2000


class Embedded:
    """The vectors in the folder of an index, which this process opens itself."""

    served = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, ids: Sequence[str], vectors: Sequence[Float[np.ndarray, " dim"]]) -> None:
        """Write the vectors into the folder, which holds none yet.

        Raises:
            Unusable: chroma failed.
        """
        with _usable(), self._client() as client:
            collection = client.create_collection(
                "passages",
                embedding_function=None,
                configuration={"hnsw": graph(len(ids)) | written_once(len(ids))},
            )
            _put(collection, ids, vectors, 0)

    def nearest(self, vector: Float[np.ndarray, " dim"], count: int) -> list[str]:
        """Return the ids of the `count` nearest, nearest first.

        Raises:
            Unusable: chroma failed.
        """
        with _usable():
            return _asked(self._collection, vector, count)

    def drop(self) -> None:
        """Do nothing: the vectors go with the folder."""

    @cached_property
    def _collection(self) -> Any:
        return self._client().get_collection("passages")

    def _client(self) -> Any:
        return search.chroma.in_folder(self._folder / "chroma")


class Served:
    """The vectors in a collection of chroma's own server, named after the index."""

    served = True

    def __init__(self, name: str, server: VectorServer) -> None:
        self._name = f"inquire-{name}"
        self._server = server

    def fill(self, ids: Sequence[str], vectors: Sequence[Float[np.ndarray, " dim"]]) -> None:
        """Put the vectors into the collection; those that a broken-off call left there are not sent again.

        Raises:
            Unusable: the server cannot be reached, refuses, or fails.
        """
        with self._told():
            collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration={"hnsw": graph(len(ids))}
            )
            _put(collection, ids, vectors, int(collection.count()))

    def nearest(self, vector: Float[np.ndarray, " dim"], count: int) -> list[str]:
        """Return the ids of the `count` nearest, nearest first.

        Raises:
            Unusable: the server cannot be reached, refuses, or fails.
        """
        with self._told():
            return _asked(self._collection, vector, count)

    def drop(self) -> None:
        """Remove the collection, if there is one.

        Raises:
            Unusable: the server cannot be reached, refuses, or fails.
        """
        with self._told():
            try:
                self._client.delete_collection(self._name)
            except search.chroma.NotFoundError:
                return

    @cached_property
    def _collection(self) -> Any:
        return self._client.get_collection(self._name, embedding_function=None)

    @cached_property
    def _client(self) -> Any:
        return search.chroma.at(self._server)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with _usable():
                yield
        except Unusable as error:
            raise Unusable(
                f"The vectors at {self._server.url} cannot be used ({error}); start chroma there, mend "
                "INQUIRE_CHROMA and INQUIRE_CHROMA_TOKEN, or unset them to keep vectors here"
            ) from error


def _put(
    collection: Any, ids: Sequence[str], vectors: Sequence[Float[np.ndarray, " dim"]], begun: int
) -> None:
    for part in np.array_split(np.arange(len(ids)), max(1, len(ids) // _AT_ONCE)):
        if part[-1] < begun:
            continue
        rows = np.stack([vectors[row] for row in part]).astype(np.float32)
        collection.upsert(ids=[ids[row] for row in part], embeddings=rows)


def _asked(collection: Any, vector: Float[np.ndarray, " dim"], count: int) -> list[str]:
    found = collection.query(query_embeddings=[vector.tolist()], n_results=count, include=[])
    return list(map(str, found["ids"][0]))


@contextmanager
def _usable() -> Iterator[None]:
    """Say in one line what chroma says, whatever it raises.

    Raises:
        Unusable: chroma failed.
    """
    try:
        with foreign.calls(Unusable):
            yield
    except Unusable:
        search.chroma.forget()
        raise
