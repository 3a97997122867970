"""Does a language model solve small optimisation problems whose constraints it is told?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import plotting
from probes.continuations.backends import open_backend
from probes.continuations.server import open_server
from probes.continuations.study import gather, texts
from probes.continuations.types import Backend, Decoding, Request
from probes.layers import layer_figures
from probes.models import model_names
from probes.probe import About, Cost, Probe, Run
from probes.sentences import Contrast, Wording, only
from probes.statistics import wilson
from probes.tasks import constrained
from probes.tasks.constrained import KINDS, Constrained, Point
from probes.types import (
    Array,
    Arrays,
    Claim,
    Judgement,
    Lab,
    ModelRecord,
    Progress,
    Result,
    Verdict,
    Yardstick,
)
from probes.verdict import spoken


@dataclass(frozen=True, kw_only=True)
class ConstrainedOptimisation(Probe):
    """Compare a model with guesses, a heuristic and a solver on linear, knapsack and power-flow problems in words.

    Each problem names two kinds of constraint and the range of every number; the model reads worked
    examples of the same kind and writes its numbers greedily. A program checks every constraint, and an
    exact solver (HiGHS) knows the optimum. The effect is paired: 1 where a greedy heuristic keeps all
    constraints of a problem and the model does not, -1 where it is the other way round. An answer that
    cannot be read keeps none.

    Also reported are a random guess from the ranges, a random allowed answer, the share of single
    constraints that is kept (which can be high because the easy ones are), and the gap to the optimum.
    """

    claim: ClassVar[Claim] = Claim(
        text="Language models fail most constrained optimisation problems that a simple heuristic solves.",
        source="Can Large Language Models Reason and Optimize Under Constraints? (arXiv:2603.23004), on optimal "
        "power flow: state-of-the-art models fail most tasks",
        effect="problems in which a greedy heuristic keeps all constraints and the model does not, minus "
        "those the other way round",
        unit="share of problems",
        margin=0.5,
        margin_reason="most problems are more than half of them",
        scale="paired",
        low=-1.0,
        high=1.0,
    )
    question: ClassVar[str] = (
        "Do language models, and larger ones better, solve constrained optimization problems that a simple "
        "heuristic solves?"
    )
    sources: ClassVar[tuple[str, ...]] = ("opf-constraints",)
    families: ClassVar[tuple[str, ...]] = ("constrained_optimisation",)
    models: ClassVar[tuple[str, ...]] = ("model", "larger")

    larger: Annotated[
        str, About("a second, larger model that gets the same problems, or nothing")
    ] = ""
    server: Annotated[str, About("address of an OpenAI-compatible server; model is its name")] = ""
    count: Annotated[int, About("problems of each of the three kinds", low=6, high=1000)] = 16
    shots: Annotated[int, About("worked examples before each question", low=0, high=8)] = 2
    full: Annotated[bool, About("use six times the problems, at six times the cost")] = False

    def located(self) -> Self:
        """Return the probe with its model found; a served model keeps the server's name."""
        if self.server:
            return self
        larger = model_names.resolved(self.larger) if self.larger else ""
        return replace(super().located(), larger=larger)

    def cost(self) -> Cost:
        """Estimate the CPU seconds with SmolLM2; a larger model takes as many times more as it is larger."""
        read = len(KINDS) * (self._count() + self.shots) * QUESTION_TOKENS
        work = SECONDS_PER_TOKEN * (read + len(KINDS) * self._count() * ANSWER_TOKENS)
        return Cost(startup=LOADING_SECONDS, work=work)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return no texts of the reading list: the questions are made here and stand in the result."""
        del offered
        return ()

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of the local model, or of the served one."""
        return open_server(self.server, self.model).record if self.server else super().record(lab)

    def _count(self) -> int:
        return self.count * (6 if self.full else 1)

    def _posed(self) -> list[Constrained]:
        return [p for kind in KINDS for p in constrained.problems(kind, self._count(), self.seed)]

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return which constraints each answer keeps, `[problems, constraints]`, its gap, and the answers."""
        posed = self._posed()
        examples = self._examples(posed)
        prompts = [_prompt(p, examples[p.kind]) for p in posed]
        backend = open_backend(lab, self.model, self.server)
        part = 0.5 if self.larger else 1.0
        written = _written(backend, prompts, lambda done: progress(part * done, "answers"))
        rng = np.random.default_rng(self.seed)
        given: dict[str, list[Point | None]] = {
            "model": [p.read(text) for p, text in zip(posed, written, strict=True)],
            "guess": [p.guessed(rng) for p in posed],
            "allowed": [p.guessed_allowed(rng) for p in posed],
            "greedy": [p.greedy() for p in posed],
        }
        if self.larger:
            second = open_backend(lab, self.larger, self.server)
            told = _written(second, prompts, lambda done: progress(0.5 + done / 2, "larger model"))
            given["larger"] = [p.read(text) for p, text in zip(posed, told, strict=True)]
        found = {
            "kind": np.array([list(KINDS).index(p.kind) for p in posed]),
            "readable": np.array([answer is not None for answer in given["model"]]),
            "copied": np.array([_copies(p, text, examples[p.kind]) for p, text in zip(posed, written, strict=True)]),
            "questions": texts([p.question for p in posed]),
            "answers": texts(written),
        }  # fmt: skip
        for name, answers in given.items():
            pairs = list(zip(posed, answers, strict=True))
            none = (False,) * CONSTRAINTS
            found[name] = np.array([none if a is None else p.satisfied(a) for p, a in pairs])
            found[f"{name}_gap"] = np.array([np.nan if a is None else p.gap(a) for p, a in pairs])
        return found

    def _examples(self, posed: Sequence[Constrained]) -> dict[str, list[Constrained]]:
        """Return examples of each kind, drawn with a seed of their own; no example is asked as well."""
        asked = {problem.question for problem in posed}
        drawn = {k: constrained.problems(k, self.shots + EXTRA, EXAMPLE_SEED) for k in KINDS}
        return {
            kind: [e for e in made if e.question not in asked][: self.shots]
            for kind, made in drawn.items()
        }

    def conclude(
        self,
        arrays: Arrays,
        record: ModelRecord,
        *,
        prompts: tuple[str, ...] = (),
        origin: str = "the probe's own",
        seconds: float = 0.0,
    ) -> Run:
        """Judge and draw; the prompts are the questions that were asked."""
        del prompts, origin
        asked = tuple(map(str, arrays["questions"]))
        return super().conclude(arrays, record, prompts=asked, seconds=seconds)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Return 1 where only the heuristic keeps all constraints, -1 where only the model does, `[problems]`."""
        return _paired(arrays, "greedy", "model")

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Return the same among readable answers and by kind, beside guesses, single constraints and gaps."""
        own, kind = self.effect(arrays), arrays["kind"]
        single = arrays["model"].mean(axis=1)
        made = {
            READABLE: own[arrays["readable"].astype(bool)],
            GUESS: _paired(arrays, "greedy", "guess"),
            AGAINST: _paired(arrays, "model", "guess"),
            SINGLE: single,
            EASY: single - arrays["guess"].mean(axis=1),
            GAP: arrays["model_gap"] - arrays["allowed_gap"],
        }
        made |= {_of(name): own[kind == number] for number, name in enumerate(KINDS)}
        return made | ({LARGER: _paired(arrays, "larger", "model")} if "larger" in arrays else {})

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how often the model fails where the heuristic does not, and what guesses do."""
        finding = {
            "supported": "The model fails most of the problems, and a greedy heuristic solves them",
            "refuted": "The model does not fail most of the problems that a greedy heuristic solves",
            "inconclusive": "Whether the model fails most of the problems that a heuristic solves is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding}: all constraints are kept by the heuristic alone in {spoken(judged)} more of "
            f"{judged.n} problems than by the model alone. Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on failing where a heuristic does not, and on guesses and easy constraints."""
        fails = (
            "the model fails most constrained optimisation problems that a greedy heuristic solves"
        )
        not_ = "the model does not fail most constrained optimisation problems that a greedy heuristic solves"
        share = "{} of all problems"
        contrasts = {
            READABLE: Contrast(
                where="Among the answers of {model} that can be read",
                short="among readable answers",
                kind="twin",
                cause="answers that cannot be read",
                means="an answer in another form is no wrong answer",
            ),
            GUESS: Contrast(
                where="With random numbers from the ranges in place of {model}",
                short="for a random guess",
                kind="scope",
                holds="a guess fails most problems that a greedy heuristic solves",
                fails="a guess does not fail most problems that a greedy heuristic solves",
                means="failing means little where a guess fails as often",
            ),
            AGAINST: Contrast(
                where="On {model}",
                holds="the model keeps all constraints more often than a random guess",
                fails="the model keeps all constraints no more often than a random guess",
                unit=share,
                yardstick=Yardstick(margin=0.0, scale="paired"),
            ),
            SINGLE: Contrast(
                where="On {model}",
                holds="more than 55 % of the single constraints are kept",
                fails="less than 55 % of the single constraints are kept",
                unit="{} of the constraints of a problem",
                yardstick=Yardstick(margin=PLATEAU, scale="share"),
                means="published is a plateau at 55 to 60 % of single constraints, by a note that the paper's "
                "stored text does not confirm",
            ),
            EASY: Contrast(
                where="On {model}",
                holds="single constraints are kept more often than by a random guess",
                fails="single constraints are kept no more often than by a random guess",
                unit="{} of the constraints of a problem",
                yardstick=Yardstick(margin=0.05, low=-1.0, high=1.0),
                means="a rate of single constraints can be high because the easy ones are kept",
            ),
            GAP: Contrast(
                where="On {model}, where all constraints are kept",
                holds="the model is further from the optimum than a random allowed answer",
                fails="the model is no further from the optimum than a random allowed answer",
                unit="{} of the optimum",
                yardstick=Yardstick(margin=0.05),
            ),
        }
        contrasts |= {_of(kind): Contrast(where=f"On {{model}}, {kind} alone") for kind in KINDS}
        if self.larger:
            contrasts[LARGER] = Contrast(
                where=f"On {self.larger} against {{model}}",
                short="for a larger model",
                kind="scope",
                holds="the larger model keeps all constraints more often",
                fails="the larger model keeps all constraints no more often",
                unit=share,
                yardstick=Yardstick(margin=0.0, scale="paired"),
                means="the claim is also that size does not help",
            )
        return Wording(
            units="problems",
            holds=fails,
            fails=not_,
            unit="{} of the problems",
            form="{:.1%}",
            contrasts=contrasts,
        )

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: the problems are small and made up, and one model says nothing about size."""
        size = (
            f"It was compared with {self.larger} alone, and two models are no trend with size."
            if self.larger
            else "A single model cannot show whether larger ones solve more; name a second one with larger=."
        )
        return (
            only(
                record, "linear, knapsack and three-bus power-flow problems of two to four numbers"
            ),
            size,
            "The paper's power-flow problems are larger and its models reason at length, while here a model "
            "writes its numbers at once, after worked examples.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw all constraints kept, and single ones, by kind of problem and who answers."""
        kinds = "linear (0), knapsack (1), power flow (2)"
        made = plotting.figure(
            f"Constraints kept, {result.model.id}",
            _in_words(arrays, result),
            [
                (kinds, "problems with all constraints kept (share)"),
                (kinds, "single constraints kept (share)"),
            ],
        )
        for style, (name, key) in enumerate(ANSWERERS.items()):
            rows = [arrays[key][arrays["kind"] == number] for number in range(len(KINDS))]
            whole = np.stack([row.all(axis=1).astype(float) for row in rows], axis=1)
            each = np.stack([row.mean(axis=1) for row in rows], axis=1)
            layer_figures.add(made, name, whole, style=style, row=1)
            layer_figures.add(made, name, each, style=style, row=2)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Return made-up arrays: nine of ten failed, one of ten, and half of them."""
        return {
            "supported": _specimen(0.9),
            "refuted": _specimen(0.1),
            "inconclusive": _specimen(0.5),
        }


READABLE = "among the answers that can be read"
GUESS = "a random guess, against the heuristic"
AGAINST = "the model against a random guess"
SINGLE = "single constraints kept"
EASY = "single constraints kept, against a random guess"
GAP = "gap to the optimum, against a random allowed answer"
LARGER = "a larger model, against this one"
ANSWERERS = {"model": "model", "random guess": "guess", "greedy heuristic": "greedy"}
PLATEAU = 0.55
CONSTRAINTS = 3
EXAMPLE_SEED = 7_919
EXTRA = 16
"""So many more examples are drawn than are shown, because some of them are asked themselves."""
MOST_TOKENS = 32
QUESTION_TOKENS = 105
ANSWER_TOKENS = 16
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.01


def _of(kind: str) -> str:
    return f"{kind} problems alone"


def _prompt(problem: Constrained, examples: Sequence[Constrained]) -> str:
    shown = [f"Q: {e.question}\nA: {e.written(e.optimum)}\n\n" for e in examples]
    return "".join([*shown, f"Q: {problem.question}\nA:"])


def _written(backend: Backend, prompts: Sequence[str], done: Callable[[float], None]) -> list[str]:
    decoding = Decoding(temperature=0.0, top_p=1.0, max_tokens=MOST_TOKENS, stop=("\n",))
    requests = [Request(prefix=backend.prefix(prompt), decoding=decoding) for prompt in prompts]
    return [answer.text.strip() for answer in gather(backend, requests, done)]


def _copies(problem: Constrained, text: str, examples: Sequence[Constrained]) -> bool:
    answer = problem.read(text)
    return answer is not None and answer in [e.optimum for e in examples]


def _paired(arrays: Arrays, first: str, second: str) -> NDArray[np.float64]:
    """Return 1 where only the first keeps all constraints of a problem, -1 where only the second does."""
    one, two = (arrays[name].all(axis=1).astype(np.float64) for name in (first, second))
    return np.asarray(one - two)


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for name, key in ANSWERERS.items():
        kept = np.asarray(arrays[key]).all(axis=1).ravel()
        found = wilson(int(kept.sum()), len(kept))
        gaps = arrays[f"{key}_gap"]
        gap = f"{np.nanmean(gaps):.1%}" if np.isfinite(gaps).any() else "unknown"
        said.append(
            f"{name}: all constraints of {found.estimate:.1%} of the problems ({found.low:.1%} to "
            f"{found.high:.1%}), {arrays[key].mean():.1%} of single constraints, then {gap} short of the optimum"
        )
    return (
        f"{'; '.join(said)}. {arrays['readable'].mean():.1%} of the model's answers can be read, "
        f"{arrays['copied'].mean():.1%} repeat that of an example. Verdict: {result.shown}."
    )


def _specimen(failed: float) -> Arrays:
    """Return arrays as `measure` gives them: all answers can be read."""
    count = 20
    n = count * len(KINDS)
    fails = (np.arange(n) % count) < round(failed * count)
    model = np.ones((n, CONSTRAINTS), dtype=bool)
    model[fails, 0] = False
    whole = np.ones_like(model)
    gap = np.where(fails, np.nan, 0.1)
    return {
        "kind": np.repeat(np.arange(len(KINDS)), count),
        "readable": np.ones(n, dtype=bool),
        "copied": np.zeros(n, dtype=bool),
        "questions": texts([f"question {i}" for i in range(n)]),
        "answers": texts(["A=1, B=2"] * n),
        "model": model, "guess": model, "allowed": whole, "greedy": whole,
        "model_gap": gap, "guess_gap": gap, "allowed_gap": np.full(n, 0.3), "greedy_gap": np.zeros(n),
    }  # fmt: skip
