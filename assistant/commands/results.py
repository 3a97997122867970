"""Show the result of an experiment on the terminal: its finding, its conditions, and its place."""

from typing import TYPE_CHECKING

from assistant.commands.console import aligned
from assistant.text.printable import folded

if TYPE_CHECKING:
    from probes.types import ModelRecord, Result


def found(result: "Result") -> str:
    """Return the finding with its caveat, and a row for each of its conditions."""
    rows = [
        ("verdict", result.shown),
        ("effect", f"{effect(result)}, n = {result.n}"),
        ("claim", f"{result.claim.text} ({result.claim.source})"),
        ("model", _model(result.model)),
        ("seconds", f"{result.seconds:.1f}"),
        ("made on", result.made_on),
        ("evidence", result.id),
        ("figure", result.plot),
    ]
    return "\n".join([folded(result.summary), folded(result.caveat), "", aligned(rows)])


def effect(result: "Result") -> str:
    """Return the effect with its unit and interval."""
    low, high = result.interval
    return f"{result.effect:.4g} {result.unit}, 95 % interval {low:.4g} to {high:.4g}"


def _model(model: "ModelRecord") -> str:
    parts = (model.id, model.quantisation, f"{model.parameters / 1e6:.3g}M parameters")
    return ", ".join([*parts, *([f"in {model.computed}"] if model.computed else [])])
