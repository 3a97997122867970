"""Make up runs, and a library that holds them."""

from assistant.experiments.sources import as_source
from assistant.library.store import Library
from probes.types import Claim, Judgement, ModelRecord, Result


def result(identity: str, probe: str = "layer_valley", verdict: str = "refuted") -> Result:
    """A run on a tiny model, with a control that its probe does not know."""
    return Result(
        id=identity, probe=probe, parameters={}, seed=0, versions={}, seconds=1.0, n=12, unit="nats",
        model=ModelRecord(id="tiny", revision="0", quantisation="none", parameters=1_000_000),
        claim=Claim(text="Models compress.", source="a paper", effect="difference", unit="nats"),
        verdict=verdict, outcome=verdict, effect=-0.25, interval=(-0.5, 0.0), summary="There is no valley here.",
        caveat="One tiny model. It says little.", created="2026-01-01T00:00:00+00:00",
        control={"odd": Judgement(verdict="refuted", effect=-0.1, interval=(-0.2, 0.0), n=12)},
    )  # fmt: skip


def put(library: Library, *made: Result) -> None:
    """Store runs without passages: the index does not know them yet."""
    for run in made:
        library.put(as_source(run), [])
