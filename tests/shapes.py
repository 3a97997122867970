"""Check shapes and number formats of arrays while the tests run: a call that breaks its annotation is refused."""

from typing import Literal

from beartype import BeartypeConf, FrozenDict, beartype
from jaxtyping import install_import_hook

SHAPED = (
    "probes.encoder",
    "probes.layer_table",
    "probes.layer_tasks",
    "probes.layers",
    "probes.lenses",
    "probes.local_model",
    "probes.metrics",
    "probes.models",
    "probes.mteb_encoder",
    "probes.pooled",
    "probes.published",
    "probes.seq_vcr",
    "probes.small_networks",
    "probes.stacks",
    "probes.twins",
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
