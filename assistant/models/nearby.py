"""Find language models that local servers offer: Ollama, llama.cpp, LM Studio, vLLM at their usual ports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from assistant.models.servers import Server

HERE = "http://127.0.0.1"
"""Only this machine is asked."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The usual address of a server, and how it lists its models: `entries` of rows with a `field`."""

    name: str
    writer: Literal["ollama", "openai"]
    port: int
    path: str
    entries: str
    field: str


@dataclass(frozen=True, kw_only=True)
class Nearby:
    """A model that a server of this machine offers; `choice` chooses it as a writer."""

    server: str
    writer: str
    url: str
    model: str

    @property
    def choice(self) -> str:
        """Return the value of `--writer` and of the app's setting for it."""
        return f"{self.writer}:{self.model}@{self.url}"


def _openai(name: str, port: int) -> Place:
    return Place(
        name=name, writer="openai", port=port, path="/v1/models", entries="data", field="id"
    )


PLACES = (
    Place(
        name="Ollama", writer="ollama", port=11434, path="/api/tags", entries="models", field="name"
    ),
    _openai("llama.cpp", 8080),
    _openai("LM Studio", 1234),
    _openai("vLLM", 8000),
)


def nearby(places: Sequence[Place] = PLACES) -> list[Nearby]:
    """Return the models that servers of this machine list, in the order of the places.

    A port on which nothing listens refuses at once; an unknown reply is skipped.
    """
    found = []
    for place in places:
        base = f"{HERE}:{place.port}"
        url = f"{base}/v1" if place.writer == "openai" else base
        found += [
            Nearby(server=place.name, writer=place.writer, url=url, model=model)
            for model in _listed(base, place)
        ]
    return found


def _listed(base: str, place: Place) -> list[str]:
    try:
        with Server(url=base, key="", seconds=_SECONDS).wire().asking(_SECONDS) as client:
            reply = client.get(f"{base}{place.path}")
        told: Any = reply.json() if reply.is_success else None
    except (httpx.HTTPError, ValueError, RecursionError):
        return []
    rows = told.get(place.entries) if isinstance(told, dict) else None
    named = (
        (row.get(place.field) for row in rows or () if isinstance(row, dict))
        if isinstance(rows, list)
        else ()
    )
    return [name for name in named if isinstance(name, str) and name.strip() and "@" not in name][
        :_MOST
    ]


# A server of this machine lists its models at once; an app that hangs is not waited for.
_SECONDS = 0.5
# This many models of one server are offered; the settings can name any other.
_MOST = 12
