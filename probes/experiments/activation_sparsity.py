"""Do hidden states put their energy into fewer units when a question is harder?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import plotly.graph_objects as go
import scipy  # its parts are loaded on first use
from numpy.typing import NDArray

from probes import layers, models, plotting
from probes.layers import last_states, layer_figures, layer_table
from probes.layers.last_states import LEVELS, read
from probes.layers.layer_figures import LAYERS
from probes.layers.twins import ordinary_dimensions
from probes.metrics import energy
from probes.models import direction
from probes.probe import About, Cost, Probe
from probes.sentences import Contrast, Wording, only
from probes.suspects import UNTRAINED, untrained_twin
from probes.texts import datasets
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    LanguageModel,
    ModelRecord,
    ProbeError,
    Progress,
    Result,
    Verdict,
    Yardstick,
)
from probes.verdict import spoken


@dataclass(frozen=True, kw_only=True)
class ActivationSparsity(Probe):
    """Measure how much of the last token's energy sits in its largest tenth of units, for easy and hard sums.

    Each series is a pair of numbers of five digits; its five questions ask for the sum of their first
    one to five digits, and end in the same token. The effect of a series is the share of the
    energy (sum of squares) that the largest tenth of the units holds in the last layer, hardest minus
    easiest question. How hard a question is for this model is measured: by the loss of the right
    answer and by whether each of its tokens is the likeliest.

    "Sparsity" means four things in this literature: energy in few units (here), activations that are
    zero or cut off, units that an input does not use, and weights that training leaves as they are.
    Energy in few units depends on the axes: in a random basis every state looks like a Gaussian
    vector, whose largest tenth holds .44.
    """

    claim: ClassVar[Claim] = Claim(
        text="Language models sparsify their activations under difficult tasks: the last hidden "
        "state puts more of its energy into few units as a question gets harder.",
        source="Farther the Shift, Sparser the Representation (arXiv:2603.03415), the last token's state "
        "in the last layer, MATH-500 by level",
        effect="energy in the largest tenth of the units of the last token's state in the last layer, "
        "hardest minus easiest question of a series",
        unit="share of energy",
        margin=0.01,
        margin_reason="the published rise from the first to the fifth level of MATH-500 is .011 to .021, so "
        "less is less than was found",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = (
        "Do language models sparsify their activations (hidden states) under difficult or unfamiliar tasks?"
    )
    sources: ClassVar[tuple[str, ...]] = ("farther-shift",)
    families: ClassVar[tuple[str, ...]] = ("activation_sparsity_difficulty",)

    count: Annotated[int, About("number of series of questions", low=6, high=2000)] = 24
    texts: Annotated[int, About("passages whose tokens are shuffled", low=6, high=500)] = 10
    max_tokens: Annotated[
        int, About("most tokens of a passage", low=datasets.FEWEST_TOKENS, high=4096)
    ] = 40
    massive: Annotated[
        float, About("size of a massive dimension, over the median dimension", low=1.5)
    ] = 10.0
    full: Annotated[bool, About("eight times the series and passages, and the cost")] = False

    def cost(self) -> Cost:
        """Estimate the cost from a run with SmolLM2: tokens of the questions, padded and plain, and of the passages."""
        asked = self._count() * (LEVELS * 20 + 2 * (PADDED + 2 * LEVELS) + 2 * 20)
        read = 2 * self._texts() * self.max_tokens
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_TOKEN * (asked + read))

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return a seeded sample of the passages with enough words."""
        return datasets.choose(offered, self._texts(), self.seed)

    def _count(self) -> int:
        return self.count * (8 if self.full else 1)

    def _texts(self) -> int:
        return self.texts * (8 if self.full else 1)

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return energies by series, level and layer; losses and right answers; passages and their shuffles."""
        model = lab.load(self.model)
        if not direction.autoregressive(model):
            raise ProbeError(
                f"model {model.record.id} reads in both directions, so the end of a question knows its "
                "answer; choose an autoregressive model such as smollm2"
            )
        series = last_states.sums(self._count(), self.seed)
        plain = [last_states.asked(model, question) for one in series for question in one]
        ends = [item for at, item in enumerate(plain) if at % LEVELS in (0, LEVELS - 1)]
        progress(0.0, "questions")
        seen = read(model, plain, layers.lenses.LogitLens(model))
        shape = (len(series), LEVELS)
        states = seen.last.reshape(*shape, *seen.last.shape[1:])
        progress(0.4, "questions of one length")
        padded = read(model, last_states.padded(model, ends, PADDED)).last
        progress(0.7, "the untrained network")
        random = read(models.untrained.untrained(model, self.seed), ends).last
        progress(0.8, "passages")
        found = {
            "padded_10": _pairs(energy.top_energy(padded, 0.1)),
            "untrained_10": _pairs(energy.top_energy(random, 0.1)),
            "loss": seen.loss.reshape(shape),
            "right": seen.right.reshape(shape),
            "dims": np.array([states.shape[-1]]),
        }
        found |= {name: taken(states) for name, taken in MEASURES.items()}
        found["mean_10"] = seen.mean.reshape(*shape, -1)
        found |= self._suspects(states)
        return found | self._passages(model, lab.prompts, progress)

    def _suspects(self, states: Array) -> dict[str, Array]:
        """Return the tenth's energy of easiest and hardest question without massive dimensions, and rotated."""
        ends = states[:, [0, -1]].astype(np.float64)
        items = np.moveaxis(states, 2, 0).reshape(states.shape[2], -1, states.shape[3])
        kept = ordinary_dimensions(items.astype(np.float64), self.massive)
        turned = _rotation(states.shape[-1], self.seed)
        layers = [ends[:, :, at] for at in range(states.shape[2])]
        rest = [energy.top_energy(x[..., own], 0.1) for x, own in zip(layers, kept, strict=True)]
        rotated = energy.top_energy(ends @ turned, 0.1)
        return {
            "rest_10": np.stack(rest, axis=-1),
            "rotated_10": rotated,
            "massive_dimensions": (~kept).sum(axis=1),
        }

    def _passages(
        self, model: LanguageModel, offered: Sequence[str], progress: Progress
    ) -> dict[str, Array]:
        texts = datasets.encode(model, self.choose(offered), self.max_tokens)
        rng = np.random.default_rng(self.seed)
        # The last token stays in its place, so that the same token is measured.
        mixed = [[*rng.permutation(tokens[:-1]).tolist(), tokens[-1]] for tokens in texts]
        both = [(tokens, len(tokens)) for tokens in [*texts, *mixed]]
        values = energy.top_energy(read(model, both).last, 0.1)
        progress(1.0, "passages")
        return {"passages_10": np.stack([values[: len(texts)], values[len(texts) :]], axis=1)}

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return the share at the hardest minus that at the easiest question in the last layer, `[series]`."""
        return _rise(arrays["top_10"])

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same rise at one length, without massive dimensions, untrained, rotated, in the middle."""
        middle = arrays["top_10"][..., layer_table.middle(arrays["top_10"].shape[-1])]
        passages, padded = arrays["passages_10"][..., -1], arrays["padded_10"][..., -1]
        return {
            LENGTH: _rise(arrays["padded_10"]),
            MASSIVE: _rise(arrays["rest_10"]),
            UNTRAINED: _rise(arrays["untrained_10"]),
            ITEMS: _within(arrays["top_10"][..., -1], arrays["loss"]),
            BASIS: _rise(arrays["rotated_10"]),
            MIDDLE: (middle[:, -1] - middle[:, 0]).mean(axis=-1),
            MEAN: _rise(arrays["mean_10"]),
            TWENTIETH: _rise(arrays["top_5"]),
            HOYER: _rise(arrays["hoyer"]),
            RANK: -_rise(arrays["rank"]),
            SHUFFLED: passages[:, 1] - passages[:, 0],
            CONTEXT: padded[:, 0] - arrays["top_10"][:, 0, -1],
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: the rise, what it leaves at one length and per question, and the other measures."""
        finding = {
            "supported": "The last hidden state puts more of its energy into few units for harder sums",
            "refuted": "The last hidden state does not put more of its energy into few units for harder sums, "
            "by as much as was published",
            "inconclusive": "Whether the last hidden state gets sparser for harder sums is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: from one digit to {LEVELS} the largest tenth of the units holds {spoken(judged)} more "
            f"of it ({judged.n} series; a Gaussian vector has .44). Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases that tell a run: sparser or not, and what else could make it so."""
        sparser = "the last hidden state has its energy in fewer units for harder sums"
        denser = "the last hidden state has its energy in no fewer units for harder sums"
        return Wording(
            units="series of sums",
            holds=sparser,
            fails=denser,
            unit="by {} of its energy",
            contrasts={
                LENGTH: Contrast(
                    where=f"On {{model}} with every question filled up to {PADDED} tokens",
                    short="at one length",
                    kind="twin",
                    cause="the length of the question",
                    means="a harder sum is a longer one, so it is asked again behind text that makes all "
                    "questions equally long",
                ),
                MASSIVE: Contrast(
                    where="On {model} without massive dimensions",
                    short="without massive dimensions",
                    kind="twin",
                    cause="massive dimensions",
                    means="a few huge units set the ratio of energies",
                ),
                UNTRAINED: untrained_twin(),
                ITEMS: Contrast(
                    where="Among questions of one level on {model}",
                    short="among questions of one level",
                    kind="scope",
                    holds="the state is sparser the larger the loss of the right answer",
                    fails="the state is hardly sparser the larger the loss of the right answer",
                    unit="rank correlation {}",
                    yardstick=Yardstick(margin=0.1),
                    means="means of groups can differ where single questions hardly do: published are .8 to "
                    ".9 over five means and .13 over questions",
                ),
                BASIS: Contrast(
                    where="On {model} in a random basis",
                    short="in a random basis",
                    kind="scope",
                    means="energy in few units is a matter of the axes, not of the state alone",
                ),
                MIDDLE: Contrast(
                    where="In the middle third of the layers of {model}",
                    short="in the middle layers",
                    kind="scope",
                    holds="hidden states have their energy in fewer units for harder sums",
                    fails="hidden states have their energy in no fewer units for harder sums",
                    means="the claim is about the last layer and is often told of the middle",
                ),
                MEAN: Contrast(where="On {model}, averaged over the tokens of a question"),
                TWENTIETH: Contrast(where="On {model}, by the largest twentieth of the units"),
                HOYER: Contrast(where="On {model}, by Hoyer's measure", unit="by {}"),
                RANK: Contrast(where="On {model}, by the entropy of magnitudes", unit="by {}"),
                SHUFFLED: Contrast(
                    where="On {model}",
                    holds="the last state is sparser behind shuffled text",
                    fails="the last state is not sparser behind shuffled text",
                    means="shuffled text is the unfamiliar input at hand",
                ),
                CONTEXT: Contrast(
                    where="On {model}",
                    holds="the last state is sparser behind a longer context",
                    fails="the last state is not sparser behind a longer context",
                ),
            },
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: one small model, sums instead of competition problems, one of four sparsities."""
        return (
            only(record, "sums of two numbers"),
            "Farther the Shift measured models of 1 to 8 billion parameters on MATH-500, where the rise is .011 "
            "to .021; sums of one to five digits are harder in another sense, and easier to control.",
            "A run of this kind says nothing about activations that are zero, units that an input does not use, "
            "or weights that training does not change, which are called sparse as well.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw energy by layer, by level against Gaussian vectors, and the loss by level."""
        digits = "digits of each number"
        made = plotting.figure(
            f"Energy in the largest tenth of units, {result.model.id}",
            _in_words(arrays, result),
            [
                (LAYERS, "share of energy, last token"),
                (digits, "share of energy in the last layer"),
                (digits, "loss of the right answer (nats a token)"),
            ],
        )
        top = arrays["top_10"]
        layer_figures.add(made, "one digit", top[:, 0], style=0, row=1)
        layer_figures.add(made, "five digits", top[:, -1], style=1, row=1)
        gauss = energy.gaussian_top_energy(0.1)
        plotting.add_curve(made, "Gaussian vector", np.full(top.shape[-1], gauss), style=2, row=1)
        at = np.arange(1, LEVELS + 1)
        layer_figures.add(made, "largest tenth", top[..., -1], x=at, style=0, row=2)
        layer_figures.add(made, "largest twentieth", arrays["top_5"][..., -1], x=at, style=3, row=2)
        plotting.add_curve(made, "Gaussian, tenth", np.full(LEVELS, gauss), x=at, style=2, row=2)
        layer_figures.add(made, "loss", arrays["loss"], x=at, style=0, row=3)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: a rise of .03, no rise, and a rise in half of the series."""
        half = np.where(np.arange(16) % 2, 0.03, -0.01)
        return {
            "supported": _specimen(np.full(16, 0.03)),
            "refuted": _specimen(np.zeros(16)),
            "inconclusive": _specimen(half),
        }


LENGTH = "with questions of one length"
MASSIVE = "without massive dimensions"
ITEMS = "among questions of one level, by their loss"
BASIS = "in a random basis"
MIDDLE = "in the middle third of the layers"
MEAN = "averaged over the tokens"
TWENTIETH = "by the largest twentieth"
HOYER = "by Hoyer's measure"
RANK = "by the entropy of magnitudes"
SHUFFLED = "behind shuffled text"
CONTEXT = "behind a longer context"
PADDED = 36
MEASURES: Mapping[str, Callable[[Array], NDArray[np.float64]]] = {
    "top_10": lambda states: energy.top_energy(states, 0.1),
    "top_5": lambda states: energy.top_energy(states, 0.05),
    "hoyer": energy.hoyer,
    "rank": energy.magnitude_rank,
}
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.016


def _rotation(d: int, seed: int) -> NDArray[np.float64]:
    """Return a random rotation, evenly drawn."""
    return np.asarray(scipy.stats.ortho_group.rvs(d, random_state=np.random.default_rng(seed)))


def _pairs(values: Array) -> Array:
    """Return easiest and hardest question of each series, `[2 series, layers]` to `[series, 2, layers]`."""
    return values.reshape(-1, 2, values.shape[-1])


def _rise(values: Array) -> NDArray[np.float64]:
    """Return hardest minus easiest in the last layer, `[series, levels, layers]` to `[series]`."""
    return np.asarray(values[:, -1, -1] - values[:, 0, -1], dtype=np.float64)


def _within(values: Array, loss: Array) -> NDArray[np.float64]:
    """Return products of standard ranks within each level, whose mean is the mean rank correlation."""
    products = [
        _standard(scipy.stats.rankdata(values[:, level]))
        * _standard(scipy.stats.rankdata(loss[:, level]))
        for level in range(loss.shape[1])
    ]
    return np.concatenate(products)


def _standard(ranks: Array) -> NDArray[np.float64]:
    spread = ranks.std()
    return np.asarray((ranks - ranks.mean()) / spread if spread else np.full(ranks.shape, np.nan))


def _in_words(arrays: Arrays, result: Result) -> str:
    top = arrays["top_10"][..., -1].mean(axis=0)
    levels = ", ".join(f"{value:.3f}" for value in top)
    right = ", ".join(f"{value:.0%}" for value in arrays["right"].mean(axis=0))
    loss = ", ".join(f"{value:.2f}" for value in arrays["loss"].mean(axis=0))
    r = float(np.corrcoef(np.arange(len(top)), top)[0, 1]) if top.std() else 0.0
    d = int(arrays["dims"][0])
    return (
        f"Energy of the last token's state in the largest tenth of {d} units, last layer, sums of one to five "
        f"digits: {levels} (r = {r:.2f} over the five means); right answers {right}; loss {loss} nats a token. "
        f"A Gaussian vector has {energy.gaussian_top_energy(0.1):.3f}, Hoyer's measure "
        f"{energy.gaussian_hoyer(d):.3f} and an entropy of magnitudes of {energy.GAUSSIAN_MAGNITUDE_RANK:.3f}. "
        "Published: .521 to .540 (Llama 3.2 3B), .669 to .690 (Qwen 2.5 7B), .539 to .550 (Llama 3.1 8B). "
        f"Verdict: {result.shown}."
    )


def _specimen(rise: NDArray[np.float64]) -> Arrays:
    """Return arrays as `measure` gives them: twins rise alike, foils not at all."""
    rng = np.random.default_rng(0)
    shape = (len(rise), LEVELS, 4)
    slope = np.linspace(0, 1, LEVELS)[None, :, None] * rise[:, None, None]
    jitter = rng.normal(0, 0.001, shape)
    top = 0.5 + slope + jitter
    level = 0.5 + jitter[:, [0, -1]]
    found = dict.fromkeys(("top_10", "mean_10"), top)
    found |= {"top_5": top - 0.15, "hoyer": top - 0.25, "rank": 1.2 - top}
    found |= {name: top[:, [0, -1]] for name in ("padded_10", "rest_10")}
    found |= dict.fromkeys(("untrained_10", "rotated_10", "passages_10"), level)
    loss = np.linspace(0.5, 3.0, LEVELS) + rng.normal(0, 0.1, shape[:2])
    return found | {
        "loss": loss,
        "right": (loss < 1.5).astype(float),
        "massive_dimensions": np.zeros(4),
        "dims": np.array([576]),
    }
