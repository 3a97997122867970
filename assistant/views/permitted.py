"""What the fields of an experiment's card may say: a page names no model, file or server that is not there already."""

from collections.abc import Mapping, Sequence

from assistant.errors import UsageError
from assistant.models import PACKAGES, installed
from assistant.views.experiments import written
from probes import registry
from probes.probe import Probe


def chosen(name: str, fields: Mapping[str, str], named: Sequence[str]) -> dict[str, str]:
    """Return the fields of an experiment's card that are not as they were; `named` as in `permitted`.

    Raises:
        UsageError: there is no such experiment, or a page may not say what a field says.
    """
    usual = {p["name"]: p["default"] for p in registry.describe(name)["parameters"]}
    changed = {
        field: value for field, value in fields.items() if value != written(usual.get(field))
    }
    permitted(registry.get(name), changed, named)
    return changed


def permitted(probe: type[Probe], changed: Mapping[str, str], named: Sequence[str]) -> None:
    """Refuse fields that would have this machine read a file, ask a server, or fetch a model.

    Args:
        probe: The experiment.
        changed: The fields that are not as they were, by name.
        named: The models that whoever started the app allowed, beside the installed ones.

    Raises:
        UsageError: a field does; the line says where it can be said.
    """
    models = dict.fromkeys([*(p.name for p in PACKAGES if installed(p)), *named])
    model = changed.get("model")
    if model is not None and model not in models:
        raise UsageError(
            f"{model!r} is none of the models that are installed here ({', '.join(models)}); "
            "start the app with `inquire serve --model` to run experiments on another."
        )
    for field in (*probe.files, *_ELSEWHERE):
        if changed.get(field):
            raise UsageError(
                f"{field} names a file or a server, which a page may not; "
                "run it with `inquire probe run`."
            )


# The parameter of the probes of reasoning that names a server of a language model.
_ELSEWHERE = ("server",)
