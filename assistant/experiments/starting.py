"""Start an experiment in a process of its own, on the texts of a library or again from a record."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.errors import Mendable
from assistant.experiments.texts import prompts, task_file
from assistant.library.store import Library
from assistant.settings import Settings
from probes import registry
from probes.errors import UsageError
from probes.probe import Probe
from probes.runs import evidence, jobs


def start(
    library: Library, settings: Settings, name: str, parameters: Mapping[str, Any], texts: Sequence[str], *,
    device: str, dtype: str,
) -> jobs.Job:  # fmt: skip
    """Start a probe on `texts`, or by default on passages of the library."""
    chosen = dict(parameters)
    known = registry.build(name, chosen).parameters()
    # A probe that trains its own networks names no model and gets none.
    if known.get("model") == Probe.model:
        chosen.setdefault("model", settings.language_model)
    if known.get("tasks") == "" and (tasks := task_file(library, library.data_dir)):
        chosen.setdefault("tasks", str(tasks))
    return _start(
        library, settings, name, chosen, texts or prompts(library), device=device, dtype=dtype
    )


def start_again(library: Library, settings: Settings, identity: str) -> jobs.Job:
    """Start a stored run again, with its parameters, texts, device and number format.

    Raises:
        Mendable: a model, a file or a parameter of its record no longer exists.
    """
    before = evidence.load(library.data_dir, identity)
    own = before.prompts.get("origin") == "the probe's own"
    texts = () if own else evidence.prompts(library.data_dir, identity)
    model = before.model
    try:
        return _start(
            library, settings, before.probe, before.parameters, texts,
            device=model.device, dtype=model.dtype,
        )  # fmt: skip
    except UsageError as gone:
        # The call is not wrong: a model, a file or a parameter of the record no longer exists.
        raise Mendable(f"{identity} cannot be run again as it was: {gone}") from gone


def _start(
    library: Library, settings: Settings, name: str, parameters: Mapping[str, Any], texts: Sequence[Any], *,
    device: str, dtype: str,
) -> jobs.Job:  # fmt: skip
    return jobs.start(
        name, parameters, data_dir=library.data_dir, prompts=texts, time_limit=settings.probe_seconds,
        memory_limit=settings.probe_megabytes * 2**20, device=device, dtype=dtype,
    )  # fmt: skip
