"""What the tests of passes over layers measure: settings, prompts and the states of a model."""

from probes.layers import layer_table
from probes.texts.prompts import OWN

SETTINGS = layer_table.Settings(
    twins=(
        "whole",
        "without_first",
        "without_massive_tokens",
        "without_massive_dimensions",
        "gaussian",
    )
)


def prompts_of(model, count=6, tokens=20):
    """Prompts of decreasing length, as a model reads them."""
    return [ids[: tokens - i] for i, ids in enumerate(model.encode(OWN[:count], max_tokens=tokens))]


def states_of(model, prompts):
    """The states of every prompt and layer."""
    seen = {}
    model.hidden_states(prompts, lambda p, layer, s: seen.__setitem__((p, layer), s.copy()))
    return seen
