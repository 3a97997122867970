"""Is the entropy valley made by the training objective or by the architecture?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import networks, plotting
from probes.layers import valleys
from probes.layers.layer_tasks import own_tasks
from probes.layers.selectors import middle_third
from probes.layers.twins import COLUMNS, Twin, prompts_metrics
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording
from probes.texts.prompts import OWN
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
from probes.verdict import interval

if TYPE_CHECKING:
    from probes.networks.small_networks import Kind, Shape
    from probes.networks.training import Bytes, Checkpoint, Objective


@dataclass(frozen=True, kw_only=True)
class ObjectiveOrArchitecture(Probe):
    """Train three small networks on the same text and budget, and follow their layers.

    A causal decoder, the same network (same shape, same initial weights, same stretches of text
    in the same order) with a masked-token objective and hence attention to both sides, and a Mamba
    of the same width, depth and size with the decoder's objective. Several runs with different
    weights and text order are the independent units: the effect of a run is the depth of the
    decoder's entropy valley minus that of the masked network. Decoder minus Mamba, where only the
    architecture differs, is reported too.

    Depth of the valley: prompt entropy at the lower of the two ends minus its mean over the middle
    third, on held-out text, as in `layer_valley`.
    """

    claim: ClassVar[Claim] = Claim(
        text="The autoregressive objective, not the architecture, makes the mid-depth entropy "
        "valley.",
        source="Layer by Layer (arXiv:2502.02013), which compares Pythia with BERT, where objective "
        "and architecture differ at once, and takes AIM as evidence for the objective",
        effect="valley depth of a causal decoder minus that of the same network trained to fill in "
        "masked tokens",
        unit="share of maximum entropy",
        margin=0.03,
        margin_reason="more than the whole spread of BERT's published curve (.874 to .897), which "
        "Layer by Layer calls flat",
        low=-2.0,
        high=2.0,
    )
    question: ClassVar[str] = "Does the objective or the architecture make the entropy valley?"
    sources: ClassVar[tuple[str, ...]] = ("layer-by-layer", "bert", "mamba", "pythia")
    families: ClassVar[tuple[str, ...]] = ("layer_metrics",)

    model: Annotated[str, About("not used, because the probe trains its own networks")] = "none"
    steps: Annotated[int, About("training steps of each network", low=8)] = 200
    runs: Annotated[int, About("networks of each kind, side by side", low=2, high=64)] = 6
    width: Annotated[int, About("dimensions of a state, a multiple of 16", low=16, high=512)] = 48
    blocks: Annotated[int, About("depth of each network", low=2, high=48)] = 6
    batch: Annotated[int, About("stretches of text in a step", low=1, high=256)] = 8
    length: Annotated[int, About("bytes in a stretch", low=16, high=1024)] = 64

    def cost(self) -> Cost:
        """Return the cost, measured on two cores for the three networks together."""
        bytes_read = self.steps * self.runs * self.batch * self.length
        work = SECONDS_PER_BYTE * bytes_read * self.blocks * self.width**2
        return Cost(startup=LOADING_SECONDS, work=work)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return all passages offered, because more text is better."""
        return tuple(offered) or (*OWN, *(text for task in own_tasks() for text in task.texts))

    def located(self) -> Self:
        """Return the probe as it is, because it names no model."""
        return self

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of this run's networks; nothing is loaded."""
        del lab
        built = networks.small_networks.initial(self._shape("transformer"), (self.seed,))
        made = repr((self.width, self.blocks, self.runs, self.seed)).encode()
        return ModelRecord(
            id=f"small networks that it trains ({self.blocks} blocks of {self.width})",
            revision=hashlib.sha256(made).hexdigest()[:12],
            quantisation="not quantised (float32)",
            parameters=networks.small_networks.size(built),
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return metrics `[arms, checkpoints, runs, layers]`, losses `[arms, checkpoints, runs]`."""
        data, rest = networks.training.split(self.choose(lab.prompts), self.length)
        prompts = networks.training.windows(rest, self.length, PROMPTS)
        steps = sorted({0, *(round(self.steps * share) for share in SHARES)})
        shape = (len(ARMS), len(steps), self.runs, self.blocks + 1)
        found = {name: np.zeros(shape) for name in ("entropy", "entropy_rest", "curvature")}
        found |= {"loss": np.zeros(shape[:3]), "steps": np.array(steps)}
        for arm, name in enumerate(ARMS):
            self._train(arm, data, prompts, found, _told(progress, arm, name))
        return found

    def _train(
        self,
        arm: int,
        data: "Bytes",
        prompts: "Bytes",
        found: Mapping[str, Array],
        advance: Callable[[float], None],
    ) -> None:
        kind, objective = ARMS[tuple(ARMS)[arm]]
        shape = self._shape(kind)
        steps = found["steps"].tolist()

        def see(checkpoint: "Checkpoint") -> None:
            at = arm, steps.index(checkpoint.step)
            found["loss"][at] = checkpoint.loss
            seen = networks.small_networks.states_of(
                shape, checkpoint.parameters, prompts, self.runs, causal=objective == "next token"
            )
            for layer, states in enumerate(seen):
                for run, texts in enumerate(states):
                    values = _measured(texts)
                    for metric, value in values.items():
                        found[metric][(*at, run, layer)] = value

        budget = networks.training.Budget(
            steps=self.steps,
            batch=self.batch,
            length=self.length,
            runs=self.runs,
            seed=self.seed,
        )
        networks.training.train(shape, objective, data, prompts, budget, steps, see, advance)

    def _shape(self, kind: "Kind") -> "Shape":
        if self.width % 16:
            raise UsageError(
                f"objective_or_architecture: width must be a multiple of 16, not {self.width}"
            )
        return networks.small_networks.Shape(kind=kind, width=self.width, blocks=self.blocks)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return valley of the decoder minus that of the masked network at the end, `[runs]`."""
        decoder, masked, _ = valleys.depth(arrays["entropy"][:, -1])
        return np.asarray(decoder - masked)

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the controls: decoder minus Mamba, the same before training, and each network's own valley."""
        decoder, masked, mamba = valleys.depth(arrays["entropy"][:, -1])
        without = valleys.depth(arrays["entropy_rest"][:, -1])
        before = valleys.depth(arrays["entropy"][:, 0])
        return {
            "the architecture (decoder minus Mamba, same objective)": decoder - mamba,
            "the objective, without the first token": without[0] - without[1],
            "the objective, before training": before[0] - before[1],
            "the decoder's own valley": decoder,
            "the masked network's own valley": masked,
            "the Mamba's own valley": mamba,
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: what the objective changes, what the architecture changes, and the three valleys."""
        finding = {
            "supported": "Trained on the same text, the causal decoder has the deeper entropy "
            "valley than the same network with a masked-token objective",
            "refuted": "Trained on the same text, the causal decoder has no deeper entropy valley "
            "than the same network with a masked-token objective",
            "inconclusive": "Whether the objective makes the entropy valley is not decided",
        }[judged.verdict]
        said = [f"{name} {_number(control)}" for name, control in controls.items()]
        return (
            f"{finding}: the difference is {_number(judged)} in shares of maximum entropy over "
            f"{judged.n} pairs of runs. Beside it: {'; '.join(said)}."
        )

    def wording(self) -> Wording:
        """Return the phrases on the decoder's valley against the masked network's and Mamba's, and on each alone."""
        trained = "In {size}-parameter networks trained alike"

        def deeper(than: str, **said: Any) -> Contrast:
            holds, fails = (
                f"a causal decoder has {many} deeper entropy valley than {than}"
                for many in ("a", "no")
            )
            return Contrast(**{"where": trained, "holds": holds, "fails": fails, **said})

        def own(network: str, **said: Any) -> Contrast:
            holds, fails = (f"the {network} has {many} entropy valley" for many in ("an", "no"))
            return Contrast(where=trained, holds=holds, fails=fails, **said)

        masked = "a masked-token network"
        objective = deeper(masked)
        return Wording(
            units="runs each",
            holds=objective.holds,
            fails=objective.fails,
            unit="{} of the maximum",
            where=f"{trained} ({self.runs} runs each)",
            contrasts={
                "the architecture (decoder minus Mamba, same objective)": deeper(
                    "a Mamba with the same objective", short="against a Mamba", kind="foil",
                    cause="the architecture, which makes as much of a difference",
                    means="what sets the decoder apart from a Mamba as well is not the objective",
                ),
                "the objective, without the first token": deeper(
                    masked, where=f"{trained}, without the first token", short="without the first token",
                    kind="twin", cause="the first token",
                    means="what goes without the first token is the work of one huge state",
                ),
                "the objective, before training": deeper(
                    masked, where="Before training, in {size}-parameter networks", short="before training",
                    kind="foil", cause="the mask alone, before any training",
                    means="what is there before training was not learnt",
                ),
                "the decoder's own valley": own(
                    "causal decoder", short="as a valley of the decoder's own", kind="also",
                    means="a difference is no valley unless the decoder has one of its own",
                ),
                "the masked network's own valley": own("masked-token network"),
                "the Mamba's own valley": own("Mamba"),
            },
        )  # fmt: skip

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: tiny networks and minutes of training; the published valley appears late."""
        return (
            f"The networks have {record.parameters / 1e6:.2f} million parameters and were trained on bytes for "
            f"{self.steps} steps: the comparison is controlled, but small.",
            "In Pythia-410M the entropy valley deepens over more than a hundred thousand steps, so its absence in "
            "small networks says nothing about large models.",
            "A masked network learns from a fifth of the positions that it reads and attends to both sides, "
            "which belongs to the objective and is not varied apart from it.",
        )

    def draw(self, arrays: Arrays, result: Result) -> "go.Figure":
        """Draw the entropy and curvature by layer after training, and the valley's depth over the steps."""
        made = plotting.figure(
            "Prompt entropy of three small networks trained on the same text",
            self._in_words(arrays, result),
            [
                ("layer (0 = embeddings)", "entropy (share of maximum)"),
                ("layer (0 = embeddings)", "curvature (rad)"),
                ("training step", "depth of the valley"),
            ],
        )
        for arm, name in enumerate(ARMS):
            for row, metric in enumerate(("entropy", "curvature"), start=1):
                _add(made, name, arrays[metric][arm, -1], style=arm, row=row)
            over = valleys.depth(arrays["entropy"][arm]).T
            _add(made, name, over, style=arm, row=3, x=arrays["steps"])
        third = middle_third(arrays["entropy"].shape[-1])
        plotting.shade(made, third[0], third[-1])
        return made

    def _in_words(self, arrays: Arrays, result: Result) -> str:
        said = []
        for arm, name in enumerate(ARMS):
            curve = arrays["entropy"][arm, -1].mean(axis=0)
            said.append(
                f"{name}: {curve[0]:.3f} at the embeddings, lowest {curve.min():.3f} at layer "
                f"{int(curve.argmin())}, {curve[-1]:.3f} at the last layer, loss "
                f"{arrays['loss'][arm, -1].mean():.2f} nats per predicted byte"
            )
        return f"Prompt entropy after training. {'; '.join(said)}. Verdict: {result.shown}."

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a valley in the decoder alone, in the masked network alone, and half of each."""
        valley = 0.8 - 0.4 * np.sin(np.pi * np.linspace(0, 1, 7))
        level = np.full(7, 0.8)
        half = [valley if run % 2 else level for run in range(8)]
        return {
            "supported": _specimen([valley] * 8, [level] * 8),
            "refuted": _specimen([level] * 8, [valley] * 8),
            "inconclusive": _specimen(half, half[::-1]),
        }


ARMS: Mapping[str, "tuple[Kind, Objective]"] = {
    "causal decoder": ("transformer", "next token"),
    "masked network": ("transformer", "masked token"),
    "Mamba": ("mamba", "next token"),
}
PROMPTS = 12
SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
LOADING_SECONDS = 3.0
SECONDS_PER_BYTE = 1.6e-8
_TWINS: tuple[Twin, ...] = ("whole", "without_first")


def _measured(texts: Array) -> dict[str, float]:
    """Return means over texts `[texts, tokens, width]` of one layer."""
    entropy, turn = COLUMNS.index("entropy"), COLUMNS.index("curvature")
    rows = prompts_metrics(texts, _TWINS)
    return {
        "entropy": float(rows["whole"][:, entropy].mean()),
        "entropy_rest": float(rows["without_first"][:, entropy].mean()),
        "curvature": float(rows["whole"][:, turn].mean()),
    }


def _told(progress: Progress, arm: int, name: str) -> Callable[[float], None]:
    return lambda share: progress((arm + share) / len(ARMS), f"training the {name}")


def _add(
    made: "go.Figure", name: str, values: Array, *, style: int, row: int, x: Array | None = None
) -> None:
    """Draw a curve over the columns of `[runs, points]` with its 95 % interval over runs."""
    ends = np.array([interval(column) for column in values.T])
    centre, half = ends.mean(axis=1), (ends[:, 1] - ends[:, 0]) / 2
    plotting.add_curve(made, name, centre, half, x=x, style=style, row=row)


def _number(judged: Judgement) -> str:
    low, high = judged.interval
    return f"{judged.effect:+.3f} ({low:+.3f} to {high:+.3f})"


def _specimen(decoder: Sequence[Array], masked: Sequence[Array]) -> Arrays:
    """Return arrays as `measure` gives them, with level curves before training."""
    noise = np.random.default_rng(0).normal(0, 0.005, (3, 8, 7))
    # The Mamba is as deep as the deeper of the two, so the architecture changes nothing.
    mamba = np.minimum(np.stack(decoder), np.stack(masked))
    trained = np.stack([np.stack(decoder), np.stack(masked), mamba]) + noise
    curves = np.stack([np.full(trained.shape, 0.8), trained], axis=1)
    return {
        "entropy": curves,
        "entropy_rest": curves,
        "curvature": np.full(curves.shape, 2.0),
        "loss": np.full(curves.shape[:3], 2.5),
        "steps": np.array([0, 200]),
    }
