"""Show the result of an experiment on the terminal: its finding, its conditions, and its place."""

from typing import TYPE_CHECKING

from assistant.commands.console import aligned
from assistant.printable import folded

if TYPE_CHECKING:
    from probes.types import ModelRecord, Result


def found(result: "Result") -> str:
    """Return the finding with its caveat, and a row for each of its conditions."""
    rows = [
        ("verdict", result.shown),
        ("effect", f"{effect(result)}, n = {result.n}" if result.n else "nothing was compared"),
        ("claim", f"{result.claim.text} ({result.claim.source})"),
        ("model", _model(result.model)),
        ("seconds", f"{result.seconds:.1f}"),
        ("made on", result.made_on),
        ("evidence", result.id),
        ("figure", result.plot),
    ]
    # A trace has lines of its own; they are set in, so that none of them looks like a row below.
    told = "\n  ".join(map(folded, result.summary.splitlines()))
    return "\n".join([told, folded(result.caveat), "", aligned(rows)])


def effect(result: "Result") -> str:
    """Return the effect with its unit and interval."""
    low, high = result.interval
    return f"{result.effect:.4g} {result.unit}, 95 % interval {low:.4g} to {high:.4g}"


def _model(model: "ModelRecord") -> str:
    parts = (model.id, model.quantisation, f"{model.parameters / 1e6:.3g}M parameters")
    return ", ".join([*parts, *([f"in {model.computed}"] if model.computed else [])])
