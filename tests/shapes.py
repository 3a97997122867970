"""Check shapes and number formats of arrays while the tests run: a call that breaks its annotation is refused."""

from typing import Literal

from beartype import BeartypeConf, FrozenDict, beartype
from jaxtyping import install_import_hook

SHAPED = (
    "probes.layers.encoder",
    "probes.layers.layer_table",
    "probes.layers.layer_tasks",
    "probes.layers.passes",
    "probes.layers.lenses",
    "probes.models.local_model",
    "probes.metrics",
    "probes.models.laboratory",
    "probes.layers.mteb_encoder",
    "probes.layers.pooled",
    "probes.layers.published",
    "probes.networks.seq_vcr",
    "probes.networks.small_networks",
    "probes.layers.stacks",
    "probes.layers.twins",
)
"""The modules whose public functions take or return arrays of states, and the packages of such modules."""

# The modules refuse other words than these themselves, in a line for the reader.
_WORDS = (
    Literal["mean", "last", "first", "rest"],
    Literal["nearest centroid", "linear probe"],
)
checked = beartype(
    conf=BeartypeConf(
        is_pep484_tower=True,
        hint_overrides=FrozenDict(dict.fromkeys(_WORDS, str)),
    )
)
"""The check of one function; an int is taken where a float is annotated, as by mypy."""


def check() -> None:
    """Check every function of `SHAPED`; it must be called before any of them is imported."""
    install_import_hook(SHAPED, "tests.shapes.checked")
