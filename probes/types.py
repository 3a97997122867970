"""The nouns of the experiments: claims, models, results, and what a probe may ask of a lab."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

Verdict = Literal["supported", "refuted", "inconclusive"]
Array = NDArray[Any]
Arrays = Mapping[str, Array]

Progress = Callable[[float, str], None]
"""Called with the share done, in [0, 1], and one line of what is being done."""

LayerVisitor = Callable[[int, int, NDArray[np.float32]], None]
"""Called with (prompt index, layer index, states `[tokens, dim]`), layer by layer."""


class ProbeError(Exception):
    """A failure the reader can understand; `str()` is one line: what, where, what would do."""

    exit_code = 3

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class UsageError(ProbeError):
    """The call itself is wrong: an unknown probe, parameter, value, job or evidence id."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a probe tests: the sentence, where it is made, and the number that decides it.

    `effect` says in words what one unit's signed number is (positive is what the claim
    predicts), `unit` what it is measured in, `margin` what it must exceed.
    """

    text: str
    source: str
    effect: str
    unit: str
    margin: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """Which weights were measured: revision is the start of the SHA-256 of the weight files."""

    id: str
    revision: str
    quantisation: str
    parameters: int


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdict on one set of effects: mean, 95 % interval, number of independent units.

    `missing` counts the units whose effect was undefined and left out.
    """

    verdict: Verdict
    effect: float
    interval: tuple[float, float]
    n: int
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of a probe found; the JSON object that `inquire probe run --json` prints.

    `id`, `arrays` and `plot` are empty until the result is kept as evidence. `control` holds,
    under each control's name, the judgement of the same effect where the claim predicts none.
    `prompts` says how many prompts there were, where they came from, and their SHA-256. `files` are
    the parameters that name a file; each is kept with the result, so that a run needs no other.
    `brought_from` is the folder that a run of another machine came from, empty for one of this.
    `caveat` is what a run on this model can and cannot say about the claim. `startup` is how many of
    the `seconds` went by until the model was loaded, 0 where that was not measured.
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
    effect: float
    interval: tuple[float, float]
    unit: str
    n: int
    missing: int = 0
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
    def made_on(self) -> str:
        """Where it was run, in words."""
        brought = f"another machine, brought from {self.brought_from}"
        return brought if self.brought_from else "this machine"

    def as_json(self) -> dict[str, Any]:
        """The result as plain JSON values; `from_json` reads it back."""
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
    """A loaded model, as far as the probes need to know it."""

    @property
    def record(self) -> ModelRecord:
        """Which weights these are."""
        ...

    @property
    def layers(self) -> int:
        """How many layers `hidden_states` visits: the embeddings and every block."""
        ...

    @property
    def vocabulary(self) -> int:
        """How many token ids there are."""
        ...

    def encode(self, texts: Sequence[str], *, max_tokens: int) -> list[list[int]]:
        """Token ids of each text, cut after `max_tokens`."""
        ...

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of token ids."""
        ...

    def hidden_states(
        self, prompts: Sequence[Sequence[int]], visit: LayerVisitor, *, batch_tokens: int = 1024
    ) -> None:
        """Show `visit` the states of every prompt and layer while the model runs."""
        ...


@runtime_checkable
class Lab(Protocol):
    """Where a probe is measured: the reader's prompts and the models of this machine."""

    @property
    def prompts(self) -> tuple[str, ...]:
        """Passages of the reader's own list; empty where none were handed in."""
        ...

    def load(self, model: str) -> LanguageModel:
        """The model of that name, loaded once."""
        ...
