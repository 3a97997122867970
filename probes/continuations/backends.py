"""Chooses what continues texts: a model of this machine, or a server; torch waits until here."""

from pathlib import Path

from probes.continuations.journal import Journalled, open_journal
from probes.continuations.server import open_server
from probes.types import Lab


def open_backend(lab: Lab, model: str, server: str = "") -> Journalled:
    """What continues texts under that name, with a journal where the lab has a folder.

    Args:
        lab: where local models are loaded; its `cache`, if it has one, keeps the journal.
        model: a local model as `probes.models.load` takes it, or the name a server knows.
        server: address of an OpenAI-compatible server; empty for a local model.

    Raises:
        UsageError, ProbeError: no such model or address, or it cannot continue texts.
    """
    folder = lab.cache / "continuations"
    if server:
        return open_journal(open_server(server, model), folder)
    # Listing the probes must load no torch.
    from probes.continuations.engine import open_local  # noqa: PLC0415

    return open_journal(open_local(lab.load(model)), folder)
