"""The values of the experiments: claims, models, results, and what a probe may ask of a lab."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float32
from numpy.typing import NDArray
from pydantic import TypeAdapter

# Both are named from here too.
from probes.errors import ProbeError as ProbeError  # noqa: PLC0414
from probes.errors import UsageError as UsageError  # noqa: PLC0414

Verdict = Literal["supported", "refuted", "inconclusive"]
Scale = Literal["mean", "share", "paired"]
"""The kind of number that an effect is, which decides its test: a `mean` of measured values, a `share`
(each unit in [0, 1]), or `paired` answers (1 where only the first arm is right, -1 where only the
second is, else 0)."""
Kind = Literal["twin", "foil", "also", "scope", "beside"]
"""The meaning of a control for an effect that holds alone.

A `twin` is the same measurement without a suspect (the first token): the effect must stay. A `foil`
has the suspect alone (random weights): the effect must not be there. What must hold `also` is a
second comparison that the claim needs. A `scope` narrows what was found and is reported with it, and a control
`beside` changes nothing.
"""
Array = NDArray[Any]
Arrays = Mapping[str, Array]

Progress = Callable[[float, str], None]
"""It is called with the share done, in [0, 1], and one line of what is being done."""

LayerVisitor = Callable[[int, int, Float32[np.ndarray, "tokens dim"]], None]
"""It is called with (prompt index, layer index, states), layer by layer."""


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """The yardstick of a mean effect: the margin it must exceed, its scale, its possible range."""

    margin: float = 0.0
    scale: Scale = "mean"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The claim that a probe tests: the sentence, its source, and the number that decides it.

    `effect` describes one unit's signed number (positive is what the claim predicts), `unit` is its unit, `margin` the
    value it must exceed to count as an effect, `margin_reason` why less would not count, `scale` what kind of number it
    is, and `low` and `high` bound it (None: no bound).
    """

    text: str
    source: str
    effect: str
    unit: str
    margin: float = 0.0
    margin_reason: str = ""
    scale: Scale = "mean"
    low: float | None = None
    high: float | None = None

    @property
    def yardstick(self) -> Yardstick:
        """Return the yardstick of the effect."""
        return Yardstick(margin=self.margin, scale=self.scale, low=self.low, high=self.high)


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """The weights that were measured: `revision` is the start of the SHA-256 of the weight files.

    `computed` gives number format and device ("bfloat16 on cuda (NVIDIA H200)"); records of
    earlier versions, all in float32 on the CPU, leave it empty.
    """

    id: str
    revision: str
    quantisation: str
    parameters: int
    computed: str = ""

    @property
    def dtype(self) -> str:
        """Return the number format that the model computed in."""
        return self.computed.partition(" on ")[0] or "float32"

    @property
    def device(self) -> str:
        """Return the device that the model computed on, as `probes.models.laboratory.load` takes it."""
        words = self.computed.partition(" on ")[2].split()
        return words[0] if words else "cpu"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdict on one set of effects: mean, 95 % interval, number of independent units.

    `missing` counts the units whose effect was undefined and left out; `test` names the method of the interval.
    """

    verdict: Verdict
    effect: float
    interval: tuple[float, float]
    n: int
    missing: int = 0
    test: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of one run of a probe: the JSON object that `inquire probe run --json` prints.

    `verdict` is "supported" only where the effect is there, no control explains it and the claim is
    about this kind of model, so that nobody who reads only `verdict` takes a qualified finding for a plain one. `alone`
    is the verdict on the effect before its controls, `outcome` the words that a reader is shown: one of the three
    verdicts, "supported, but explained by ...", or "not applicable". `explained_by` and `not_applicable` hold one
    sentence where they apply. `test` names the method of the interval. `id`, `arrays` and `plot` are empty until the
    result is kept as evidence. `control` holds, under each control's name, the judgement of its effect. `prompts` says
    how many prompts there were, where they came from, and their SHA-256. `files` are the parameters that name a file;
    each is kept with the result, so that a run needs no other. `brought_from` is the folder that a run of another
    machine came from, empty for a run of this one. `caveat` is what a run on this model can and cannot say about the
    claim. `startup` is how many of the `seconds` went by until the model was loaded, 0 where that was not measured.
    """

    id: str = ""
    probe: str
    parameters: Mapping[str, Any]
    model: ModelRecord
    seed: int
    versions: Mapping[str, str]
    seconds: float
    startup: float = 0.0
    claim: Claim
    verdict: Verdict
    alone: Verdict | Literal[""] = ""
    outcome: str = ""
    explained_by: str = ""
    not_applicable: str = ""
    effect: float
    interval: tuple[float, float]
    unit: str
    n: int
    missing: int = 0
    test: str = ""
    arrays: str = ""
    plot: str = ""
    summary: str = ""
    caveat: str = ""
    control: Mapping[str, Judgement] = field(default_factory=dict)
    prompts: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    brought_from: str = ""
    created: str = ""

    @property
    def own(self) -> Judgement:
        """Return the judgement of the effect alone."""
        return Judgement(
            verdict=self.alone or self.verdict,
            effect=self.effect,
            interval=self.interval,
            n=self.n,
            missing=self.missing,
            test=self.test,
        )

    @property
    def shown(self) -> str:
        """Return the outcome in words; for a record of an earlier version its verdict."""
        return self.outcome or self.verdict

    @property
    def made_on(self) -> str:
        """Return where it was run, in words."""
        brought = f"another machine, brought from {self.brought_from}"
        return brought if self.brought_from else "this machine"

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Result":
        """Read what `as_json` wrote; unknown keys of later versions are left out.

        Raises:
            ValueError: a part is missing or of the wrong kind.
        """
        return _results().validate_python(record)


@functools.cache
def _results() -> TypeAdapter[Result]:
    return TypeAdapter(Result)


@runtime_checkable
class LanguageModel(Protocol):
    """A loaded model, with the parts that the probes use."""

    @property
    def record(self) -> ModelRecord:
        """Return the record of the model's weights."""
        ...

    @property
    def layers(self) -> int:
        """Return how many layers `hidden_states` visits: the embeddings and every block."""
        ...

    @property
    def vocabulary(self) -> int:
        """Return how many token ids there are."""
        ...

    def encode(self, texts: Sequence[str], *, max_tokens: int) -> list[list[int]]:
        """Return token ids of each text, cut after `max_tokens`."""
        ...

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of token ids."""
        ...

    def hidden_states(
        self, prompts: Sequence[Sequence[int]], visit: LayerVisitor, *, batch_tokens: int = 1024
    ) -> None:
        """Show `visit` the states of every prompt and layer while the model runs."""
        ...


@runtime_checkable
class Lab(Protocol):
    """The place where a probe is measured: the reader's prompts and the models of this machine."""

    @property
    def prompts(self) -> tuple[str, ...]:
        """Return passages of the reader's own list; empty where none were handed in."""
        ...

    def load(self, model: str) -> LanguageModel:
        """Return the model with that name; each is loaded once."""
        ...

    def untrained(self, model: str, seed: int = 0) -> LanguageModel:
        """Replace a model by its architecture with random weights; the trained model leaves memory."""
        ...

    def leave(self, model: str) -> None:
        """Let a model that is not needed any more leave memory; `load` brings it back."""
        ...
