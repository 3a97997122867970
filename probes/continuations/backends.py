"""Choose the backend that continues texts, a model of this machine or a server; only this imports torch."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from probes import continuations
from probes.continuations.journal import open_journal
from probes.continuations.server import open_server
from probes.continuations.types import Backend
from probes.types import Lab


@runtime_checkable
class KeepingLab(Protocol):
    """A lab with a folder of its own."""

    @property
    def cache(self) -> Path:
        """Return the folder for what is costly to make again."""
        ...


def open_backend(lab: Lab, model: str, server: str = "") -> Backend:
    """Return the backend that continues texts under that name; its texts are kept where the lab has a folder.

    Args:
        lab: the lab that loads local models.
        model: a local model as `probes.models.laboratory.load` takes it, or the name a server knows.
        server: address of an OpenAI-compatible server; empty for a local model.

    Raises:
        UsageError, ProbeError: there is no such model or address, or the model cannot continue texts.
    """
    backend = open_server(server, model) if server else _local(lab, model)
    return (
        open_journal(backend, lab.cache / "continuations")
        if isinstance(lab, KeepingLab)
        else backend
    )


def _local(lab: Lab, model: str) -> Backend:
    return continuations.engine.open_local(lab.load(model))
