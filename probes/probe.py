"""The base class of every experiment says what to measure, and how the result is judged and drawn."""

import hashlib
import importlib.metadata
import json
import platform
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting, verdict
from probes.models import model_names
from probes.sentences import (
    Sentences,
    Wording,
    meanings,
    qualified,
    reason,
    told,
)
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    ModelRecord,
    Progress,
    Result,
    UsageError,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """The parts of a finished run: the result, the arrays, the prompts, and the figure."""

    result: Result
    arrays: Arrays
    draw: Callable[[], "go.Figure"]
    prompts: tuple[str, ...]

    @cached_property
    def figure(self) -> "go.Figure":
        """Return the figure, drawn when it is first asked for: who only judges a run needs none."""
        return self.draw()

    @property
    def files(self) -> Mapping[str, Path]:
        """Return the files that the parameters name, by parameter."""
        return {name: Path(self.result.parameters[name]) for name in self.result.files}


@dataclass(frozen=True)
class About:
    """The meaning of a parameter and the values it may take, inside its `Annotated` type."""

    meaning: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Cost:
    """The seconds that a run is expected to take on two cores, from figures measured there.

    `startup` is the time to load its model, whatever the parameters; `work` depends on them.
    """

    startup: float
    work: float

    @property
    def seconds(self) -> float:
        """Return start and work together."""
        return self.startup + self.work


@dataclass(frozen=True, kw_only=True)
class Probe(ABC):
    """One experiment. Its fields are its parameters; a file of `probes/experiments` holds one.

    Only `measure` needs a model. `effect`, `controls`, `summary`, `wording` and `draw` are pure, so
    saved arrays can be judged, described and drawn again. `sources` are the keys of the notes whose claim is tested,
    `families` the names under which notes ask for an experiment of this kind, `formerly` its earlier names, under which
    stored evidence and scripts still find it, `compared` the arrays that a comparison of runs draws (the first ones
    where it is empty), `files` the parameters that may name a file, which is then kept with the result, `models` those
    that name a model, and `servers` those that name a server of one.
    """

    claim: ClassVar[Claim]
    question: ClassVar[str]
    sources: ClassVar[tuple[str, ...]]
    families: ClassVar[tuple[str, ...]]
    formerly: ClassVar[tuple[str, ...]] = ()
    compared: ClassVar[tuple[str, ...]] = ()
    files: ClassVar[tuple[str, ...]] = ()
    models: ClassVar[tuple[str, ...]] = ("model",)
    servers: ClassVar[tuple[str, ...]] = ("server",)
    trains_anywhere: ClassVar[bool] = False
    """This says whether a probe that trains its networks does so on the device that is asked for."""

    model: Annotated[str, About("smollm2, minilm, a local folder, or a Hugging Face id")] = (
        "smollm2"
    )
    seed: Annotated[int, About("seed of every random choice", low=0)] = 0

    def check_computing(self, device: str, dtype: str) -> None:
        """Check that a run heeds a device and a number format that are asked for.

        Raises:
            UsageError: it does not.
        """
        if self.model != "none":
            return
        if dtype != "float32":
            raise UsageError(
                f"this probe trains its networks in float32, not in {dtype}; leave out --dtype"
            )
        if device != "cpu" and not self.trains_anywhere:
            raise UsageError(
                f"this probe trains its networks on the CPU, not on {device}; leave out --device"
            )

    @abstractmethod
    def cost(self) -> Cost:
        """Return the expected cost of a run with these parameters."""

    @abstractmethod
    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return the prompts of this run, from the reader's passages or the probe's own."""

    @abstractmethod
    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Run the model on `lab.prompts`; no other method needs a model."""

    @abstractmethod
    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return one signed number per independent unit, `[n]`; positive is what the claim predicts."""

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same number under conditions where another cause would show; one rule judges all.

        The `kind` of its contrast in `wording` says what a control means for the verdict. A control that a run did not
        measure is empty (`verdict.unmeasured`) and decides nothing.
        """
        del arrays
        return {}

    def inapplicable(self, arrays: Arrays, record: ModelRecord) -> str:
        """Return why the claim is not about a model of this kind, in a sentence; empty where it is."""
        del arrays, record
        return ""

    @abstractmethod
    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Return the finding in one to three plain sentences with its numbers."""

    @abstractmethod
    def wording(self) -> Wording:
        """Return the phrases that tell a run of this probe."""

    def sentences(self, result: Result) -> Sentences:
        """Return a run of this probe in sentences: its finding, and one for each control."""
        return told(result, self.wording())

    @abstractmethod
    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return what a run on this model cannot say about the claim, in sentences that stand alone."""

    @abstractmethod
    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Return the figure, readable in light and dark, with its alternative text (`plotting.figure`)."""

    @classmethod
    @abstractmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays with the verdict they must get, among them one that refutes."""

    @classmethod
    def name(cls) -> str:
        """Return the probe's name: that of its file."""
        return cls.__module__.rpartition(".")[2]

    def located(self) -> Self:
        """Return the same probe with model and files named so that any folder finds them.

        Raises:
            UsageError: the model parameter names no model.
            ProbeError: a file that a parameter names cannot be read.
        """
        return replace(self, model=model_names.resolved(self.model))

    def parameters(self) -> dict[str, Any]:
        """Return the fields as plain JSON values; tuples become lists."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def judge(self, arrays: Arrays) -> Judgement:
        """Judge the effect of measured or saved arrays alone, by the rule that holds for every probe."""
        return verdict.judge(self.effect(arrays), yardstick=self.claim.yardstick)

    def judged_controls(self, arrays: Arrays) -> dict[str, Judgement]:
        """Judge every control, by the same rule or by the yardstick of its contrast."""
        told_as = self.wording().contrasts
        return {
            name: verdict.judge(
                effects,
                yardstick=(name in told_as and told_as[name].yardstick) or self.claim.yardstick,
            )
            for name, effects in self.controls(arrays).items()
        }

    def weighed(self, result: Result) -> Result:
        """Return the result with the verdict that remains once its controls are weighed.

        A record of an earlier version, with another margin or without controls that the claim needs, is weighed by the
        controls it holds: a missing control decides nothing.
        """
        wording = self.wording()
        alone = verdict.decided(result.interval, result.n, self.claim.margin)
        controls = {**result.control, **verdict.lacking(result.control, wording.kinds)}
        found = replace(result, alone=alone, verdict=alone, outcome=alone, control=controls)
        if result.not_applicable:
            return replace(found, verdict="inconclusive", outcome="not applicable")
        name = verdict.turning(found.own, controls, wording.kinds)
        if not name:
            return found
        return replace(
            found,
            verdict="inconclusive",
            outcome=qualified(found.own, controls[name], wording.contrasts[name]),
            explained_by=reason(found, name, wording),
        )

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of the model that a run in this lab is about."""
        return lab.load(self.model).record

    def run(self, lab: Lab, progress: Progress) -> Run:
        """Measure, judge and draw; nothing is written."""
        begun = time.perf_counter()
        record = self.record(lab)
        loaded = time.perf_counter() - begun
        arrays = self.measure(lab, progress)
        prompts = self.choose(lab.prompts)
        seconds = time.perf_counter() - begun
        own = "the reader's texts" if lab.prompts else "the probe's own"
        run = self.conclude(arrays, record, prompts=prompts, origin=own, seconds=round(seconds, 3))
        run = replace(run, result=replace(run.result, startup=round(loaded, 3)))
        _ = run.figure  # here, so that a probe that cannot draw fails as one that cannot measure
        return run

    def conclude(
        self,
        arrays: Arrays,
        record: ModelRecord,
        *,
        prompts: tuple[str, ...] = (),
        origin: str = "the probe's own",
        seconds: float = 0.0,
    ) -> Run:
        """Judge arrays that were measured now or earlier; the figure is drawn when it is asked for."""
        judged, controls = self.judge(arrays), self.judged_controls(arrays)
        result = self.weighed(
            Result(
                probe=self.name(),
                parameters=self.parameters(),
                model=record,
                seed=self.seed,
                versions=versions(),
                seconds=seconds,
                claim=self.claim,
                verdict=judged.verdict,
                not_applicable=self.inapplicable(arrays, record),
                effect=judged.effect,
                interval=judged.interval,
                unit=self.claim.unit,
                n=judged.n,
                missing=judged.missing,
                test=judged.test,
                caveat=" ".join(self.caveats(record)),
                control=controls,
                prompts={"count": len(prompts), "origin": origin, "sha256": digest(prompts)},
                sources=self.sources,
                families=self.families,
                files=tuple(name for name in self.files if getattr(self, name)),
                created=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )
        said = self.summary(judged, controls)
        result = replace(result, summary=_summary(result, said, meanings(self.wording(), controls)))
        draw = partial(self._drawn, arrays, result)
        return Run(result=result, arrays=arrays, draw=draw, prompts=prompts)

    def _drawn(self, arrays: Arrays, result: Result) -> "go.Figure":
        return plotting.arranged(self.draw(arrays, result))


def versions() -> dict[str, str]:
    """Return the versions of the packages that compute a result, without importing any of them."""
    found = {"python": platform.python_version()}
    for name in ("inquiring-lines", "numpy", "scipy", "torch", "transformers"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def digest(prompts: Sequence[str]) -> str:
    """Return the SHA-256 of the prompts as canonical JSON."""
    text = json.dumps(list(prompts), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _summary(result: Result, said: str, controls: str) -> str:
    """Return the summary: first what qualifies the finding, then the finding, then what its controls mean."""
    opening = ""
    if result.not_applicable or result.explained_by:
        why = result.not_applicable or result.explained_by
        opening = f"{result.outcome[:1].upper()}{result.outcome[1:]}: {why}"
    return " ".join(part for part in (opening, said, controls) if part)


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
