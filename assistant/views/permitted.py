"""Limit what a page may run an experiment on: only models, files and servers that are already available."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.models.packages import PACKAGES, installed
from assistant.views.experiments import written
from probes import registry
from probes.probe import Probe
from probes.types import Result


def chosen(name: str, fields: Mapping[str, str], named: Sequence[str]) -> dict[str, str]:
    """Return the changed fields of an experiment's card; `named` as in `permitted`.

    Raises:
        UsageError: there is no such experiment, or a page may not set a field to this value.
    """
    usual = {p["name"]: p["default"] for p in registry.describe(name)["parameters"]}
    changed = {
        field: value for field, value in fields.items() if value != written(usual.get(field))
    }
    permitted(registry.get(name), changed, named)
    return changed


def recorded(run: Result, named: Sequence[str]) -> None:
    """Refuse a stored run that a page may not start again; `named` as in `permitted`.

    A record may come from another machine. The files beside it are its own.

    Raises:
        UsageError: there is no such experiment, or a page may not use a value of the record.
    """
    usual = {p["name"]: p["default"] for p in registry.describe(run.probe)["parameters"]}
    probe = registry.get(run.probe)
    own = set(run.files) & set(probe.files)
    changed = {
        field: value
        for field, value in run.parameters.items()
        if field not in own and value != usual.get(field)
    }
    permitted(probe, changed, named)


def resumed(name: str, parameters: Mapping[str, Any], data_dir: Path, named: Sequence[str]) -> None:
    """Refuse a run started earlier that a page may not start again; `named` as in `permitted`.

    Files inside the data directory were written for the run by this program.

    Raises:
        UsageError: there is no such experiment, or a page may not use a value of the run.
    """
    usual = {p["name"]: p["default"] for p in registry.describe(name)["parameters"]}
    probe = registry.get(name)
    changed = {
        field: value
        for field, value in parameters.items()
        if value != usual.get(field)
        and not (field in probe.files and Path(value).resolve().is_relative_to(data_dir.resolve()))
    }
    permitted(probe, changed, named)


def permitted(probe: type[Probe], changed: Mapping[str, Any], named: Sequence[str]) -> None:
    """Refuse parameters that would make this machine read a file, ask a server, or fetch a model.

    Args:
        probe: The experiment.
        changed: The changed parameters, by name.
        named: The models that the person who started the app allowed, beside the installed ones.

    Raises:
        UsageError: a parameter is refused; the line says where it can be set instead.
    """
    for field in (*probe.files, *probe.servers):
        if changed.get(field):
            raise UsageError(
                f"{field} names a file or a server, which a page may not; "
                "run it with `inquire probe run` or `inquire evidence rerun`."
            )
    models = dict.fromkeys([*(p.name for p in PACKAGES if installed(p)), *named])
    usual = probe()
    for field in probe.models:
        model = changed.get(field, getattr(usual, field))
        if model not in (*models, getattr(usual, field)):
            raise UsageError(
                f"{model!r} is none of the models that are installed here ({', '.join(models)}); "
                "start the app with `inquire serve --model` to run experiments on another."
            )
