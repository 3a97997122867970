"""Does a language model corrupt a document that it edits, and edits back, many times over?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from probes import layer_figures, plotting
from probes.continuations import study
from probes.continuations.backends import open_backend
from probes.continuations.server import open_server
from probes.continuations.types import Backend, Decoding, Request
from probes.probe import About, Cost, Probe, Run
from probes.sentences import Contrast, Wording, only
from probes.statistics import wilson_mean
from probes.tasks import documents
from probes.tasks.documents import Editor
from probes.tasks.relay import Relay, deleted, lost, sudden
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
class DocumentRelay(Probe):
    """Lists of stock, departures and staff go through an edit and its inverse, many round trips long.

    Every document gets the edits in its own order, each behind worked examples on other documents, and
    what the model writes is what it is handed next. After each round trip a parser reads the document in
    whatever form it is in and compares its cells with those at the start: kept, deleted, altered, or made
    up. The effect is the share that is not kept at the end (1 minus the reconstruction score).

    Four editors stand beside the model: one that does nothing, which loses nothing and shows that a score
    of round trips does not see whether an edit was made; the same model that only writes the document out
    again, twice; one that miswrites single cells at a constant rate; and one that rarely leaves out half of the
    lines. The last two lose as much in expectation, the one gradually, the other in a few large failures.
    """

    claim: ClassVar[Claim] = Claim(
        text="Language models corrupt documents in long delegated work: after many round trips of an edit "
        "and its inverse more than a quarter of the content is lost, altered or made up.",
        source="LLMs Corrupt Your Documents When You Delegate (arXiv:2604.15597): frontier models corrupt "
        "25 % of the content by the end, other models more",
        effect="share of a document's cells that are deleted, altered or made up after the last round trip",
        unit="share of the content",
        margin=0.25,
        margin_reason="what the best published models lose on average, so less is less than was found",
        scale="share",
        low=0.0,
        high=1.0,
    )
    question: ClassVar[str] = (
        "Do language models silently corrupt documents in long delegated workflows of edits?"
    )
    sources: ClassVar[tuple[str, ...]] = ("delegate52",)
    families: ClassVar[tuple[str, ...]] = ("document_relay",)

    server: Annotated[str, About("address of an OpenAI-compatible server; model is its name")] = ""
    count: Annotated[int, About("documents of each of the three kinds", low=2, high=200)] = 2
    lines: Annotated[int, About("lines of a document, each of three cells", low=3, high=24)] = 5
    trips: Annotated[int, About("round trips, each two edits", low=2, high=50)] = 4
    shots: Annotated[int, About("worked examples before each edit", low=0, high=8)] = 1
    full: Annotated[
        bool, About("20 edits as published, four times the documents, twice the lines: 18 times the cost")
    ] = False  # fmt: skip

    def located(self) -> Self:
        """A model that a server has goes by the server's name for it."""
        return self if self.server else super().located()

    def cost(self) -> Cost:
        """CPU seconds with SmolLM2: each edit reads its examples and a document, and writes one."""
        relay = self._relay()
        read = (relay.edits + COPIES) * len(relay.kinds) * 2 * (1 + self.shots) * relay.lines
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_LINE * read)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Nothing of the reading list: the documents are made here and stand in the result."""
        del offered
        return ()

    def record(self, lab: Lab) -> ModelRecord:
        """The local model, or the served one."""
        return open_server(self.server, self.model).record if self.server else super().record(lab)

    def _relay(self) -> Relay:
        return Relay(
            count=self.count * (4 if self.full else 1),
            lines=min(self.lines * (2 if self.full else 1), documents.MOST_LINES),
            trips=max(self.trips, PUBLISHED_TRIPS) if self.full else self.trips,
            seed=self.seed,
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """What became of the cells `[documents, trips + 1, 3]` under each editor, and the last texts."""
        relay = self._relay()
        backend = open_backend(lab, self.model, self.server)
        edited, copied = [relay.documents()], [relay.documents()]
        for step in range(relay.edits):
            # Both are written together, which takes less time than one after the other.
            handed = [edited, copied] if step < COPIES else [edited]
            asked = [
                relay.prompt(at, step, text, self.shots, copy=texts is copied) if text else ""
                for texts in handed
                for at, text in enumerate(texts[-1])
            ]
            written = self._written(backend, asked, _told(progress, step, relay.edits))
            for place, texts in enumerate(handed):
                texts.append(written[place * len(relay.kinds) :][: len(relay.kinds)])
        own = {name: relay.by_program(editor) for name, editor in EDITORS.items()}
        fates = {"model": edited, "copy": copied, **own}
        return {name: relay.fates(texts) for name, texts in fates.items()} | {
            "carried_out": relay.carried_out(edited),
            "documents": study.texts(edited[0]),
            "ends": study.texts(edited[-1]),
            "kind": study.texts(relay.kinds),
        }

    def _written(
        self, backend: Backend, asked: Sequence[str], done: Callable[[float], None]
    ) -> list[str]:
        """What the model makes of each prompt; where there is none, nothing."""
        decoding = Decoding(
            temperature=0.0,
            top_p=1.0,
            max_tokens=MOST_TOKENS_PER_LINE * self._relay().lines,
            stop=("\n\n",),
        )
        places = [at for at, prompt in enumerate(asked) if prompt]
        requests = [Request(prefix=backend.prefix(asked[at]), decoding=decoding) for at in places]
        if not requests:
            done(1.0)
            return [""] * len(asked)
        written = study.gather(backend, requests, done)
        found = [""] * len(asked)
        for at, answer in zip(places, written, strict=True):
            found[at] = answer.text.strip()
        return found

    def conclude(
        self,
        arrays: Arrays,
        record: ModelRecord,
        *,
        prompts: tuple[str, ...] = (),
        origin: str = "the probe's own",
        seconds: float = 0.0,
    ) -> Run:
        """Judge and draw; the prompts are the documents that were handed in."""
        del prompts, origin
        handed = tuple(map(str, arrays["documents"]))
        return super().conclude(arrays, record, prompts=handed, seconds=seconds)

    def effect(self, arrays: Arrays) -> NDArray[np.float64]:
        """Share of the content that is not kept after the last round trip, `[documents]`."""
        return lost(arrays["model"])[:, -1]

    def controls(self, arrays: Arrays) -> Mapping[str, NDArray[np.float64]]:
        """Loss after the first trip, of other editors, whether edits were made, and how it was lost."""
        own = lost(arrays["model"])
        return {
            LATER: own[:, -1] - own[:, 1],
            IDLE: lost(arrays["idle"])[:, -1],
            DONE: arrays["carried_out"].mean(axis=1),
            COPIED: lost(arrays["copy"])[:, -1],
            SUDDEN: sudden(arrays["model"], LARGE),
            DELETED: deleted(arrays["model"]),
            SILENT: arrays["model"][:, -1, 1:].sum(axis=-1),
            NOISY: sudden(arrays["noisy"], LARGE),
            FAILING: sudden(arrays["failing"], LARGE),
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """How much is lost, when, by what kind of failure, and what other editors lose."""
        finding = {
            "supported": "More than a quarter of a document is no longer as it was",
            "refuted": "No more than a quarter of a document is changed",
            "inconclusive": "Whether more than a quarter of a document is changed is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding} after {self._relay().trips} round trips of an edit and its inverse: {spoken(judged)} of the "
            f"content ({judged.n} documents). Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Content lost over round trips, and what else a score of round trips can mean."""
        after = f"after {self._relay().trips} round trips"
        gone = "of the content is lost or altered"
        content = "{} of the content"
        return Wording(
            units="documents",
            holds=f"more than a quarter {gone} {after}",
            fails=f"no more than a quarter {gone} {after}",
            unit=content,
            form="{:.1%}",
            contrasts={
                LATER: Contrast(
                    where="On {model}",
                    short="after the first round trip",
                    kind="also",
                    holds="content goes on being lost after the first round trip",
                    fails="hardly any content is lost after the first round trip",
                    unit=content,
                    yardstick=Yardstick(margin=0.05, low=-1.0, high=1.0),
                    means="what one edit destroys is no matter of long work",
                ),
                IDLE: Contrast(
                    where="With an editor that does nothing in place of {model}",
                    short="for an editor that does nothing",
                    kind="foil",
                    cause="the score itself",
                    unit=content,
                    yardstick=Yardstick(margin=0.25, low=0.0, high=1.0),
                    means="an editor that does nothing must lose nothing, so a score of round trips counts "
                    "only beside the share of edits that were made",
                ),
                DONE: Contrast(
                    where="On {model}",
                    short="counting edits that were made",
                    kind="scope",
                    holds="most edits are carried out",
                    fails="most edits are not carried out",
                    unit="{} of the edits",
                    yardstick=Yardstick(margin=0.5, scale="share"),
                    means="published are 93.8 % of the steps, fully or in part, by a secondary source",
                ),
                COPIED: Contrast(
                    where="On {model} that writes the documents out twice without any edit",
                    short="for two mere copies",
                    kind="scope",
                    holds="more than a quarter of the content is lost, altered or made up",
                    fails="no more than a quarter of the content is lost, altered or made up",
                    unit=content,
                    means="what copying loses as well is not the work of the edits",
                ),
                SUDDEN: Contrast(
                    where="On {model}",
                    short="counting large single losses",
                    kind="scope",
                    holds="most of the loss comes in single round trips of 10 points or more",
                    fails="much of the loss comes in single round trips of less than 10 points",
                    unit="{} of the loss",
                    yardstick=Yardstick(margin=0.8, scale="share"),
                    means="published are 80 to 98 % of the degradation, by a secondary source",
                ),
                DELETED: Contrast(
                    where="On {model}",
                    short="counting deletions",
                    kind="scope",
                    holds="most of the loss is deletion",
                    fails="most of the loss is alteration, which leaves no gap",
                    unit="{} of the loss",
                    yardstick=Yardstick(margin=0.5, scale="share"),
                    means="weak models are told to delete and frontier models to alter (70 to 73 % against 22 to "
                    "27 % deletion, by a secondary source)",
                ),
                SILENT: Contrast(
                    where="On {model}",
                    holds="more than a quarter of the content is altered or made up",
                    fails="no more than a quarter of the content is altered or made up",
                    unit=content,
                ),
                NOISY: _single("an editor that miswrites single cells at a constant rate"),
                FAILING: _single("an editor that rarely leaves out half of the lines"),
            },
        )  # fmt: skip

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Short lists, few edits, one small model; a round trip does not see each edit."""
        return (
            only(record, f"lists of {self._relay().lines} lines and six edits of their form"),
            f"A run on one model says nothing about frontier models, which were measured on documents of some "
            f"thousand tokens over 20 edits, here {self._relay().edits}.",
            "A round trip measures an edit and its inverse together: an editor that does nothing has a perfect "
            "score, and a loss cannot be laid at the door of either.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Content kept by round trip and editor, and how the model's loss is made up."""
        trip = "round trips"
        made = plotting.figure(
            f"Content kept over round trips, {result.model.id}",
            _in_words(arrays, result),
            [
                (trip, "content kept (reconstruction score)"),
                (trip, "share of the content, by what became of it"),
            ],
        )
        for style, (name, key) in enumerate(NAMES.items()):
            layer_figures.add(made, name, 1 - lost(arrays[key]), style=style, row=1)
        for style, name in enumerate(("deleted", "altered", "made up")):
            layer_figures.add(made, name, arrays["model"][..., style], style=style, row=2)
        return made

    @classmethod
    def specimens(cls) -> Mapping[Verdict, Arrays]:
        """Half of the content lost step by step, hardly any, and all or nothing."""
        rising = np.linspace(0, 1, 7)
        return {
            "supported": _specimen(np.tile(0.9 * rising, (12, 1))),
            "refuted": _specimen(np.tile(0.01 * rising, (24, 1))),
            "inconclusive": _specimen(np.where(np.arange(12) % 3, 0.0, 1.0)[:, None] * rising),
        }


LATER = "lost after the first round trip"
IDLE = "with an editor that does nothing"
DONE = "edits carried out"
COPIED = "written out twice without any edit"
SUDDEN = "loss in single round trips of 10 points or more"
DELETED = "deletion, of the loss"
SILENT = "altered or made up"
NOISY = "large single losses of an editor with a constant rate of mistakes"
FAILING = "large single losses of an editor with rare large mistakes"
EDITORS: Mapping[str, Editor] = {
    "idle": documents.idle,
    "noisy": documents.noisy,
    "failing": documents.failing,
}
NAMES = {
    "model": "model",
    "copies in place of edits": "copy",
    "does nothing": "idle",
    "constant mistakes": "noisy",
    "rare failures": "failing",
}
LARGE = 0.1
COPIES = 2
"""Mere copies of each document: as many as a round trip has edits."""
PUBLISHED_TRIPS = 10
MOST_TOKENS_PER_LINE = 20
LOADING_SECONDS = 6.0
SECONDS_PER_LINE = 0.16


def _single(editor: str) -> Contrast:
    return Contrast(
        where=f"With {editor} in place of {{model}}",
        holds="most of the loss comes in single round trips of 10 points or more",
        fails="much of the loss comes in single round trips of less than 10 points",
        unit="{} of the loss",
        yardstick=Yardstick(margin=0.8, scale="share"),
        means="two editors that lose as much, gradually and by rare failures, show what the measure tells apart",
    )


def _told(progress: Progress, step: int, steps: int) -> Callable[[float], None]:
    return lambda done: progress((step + done) / steps, "edits")


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for name, key in NAMES.items():
        kept = 1 - lost(arrays[key])
        end = wilson_mean(kept[:, -1].clip(0, 1))
        first = f"{kept[:, 1].mean():.1%} after two, " if kept.shape[1] > COPIES else ""
        said.append(
            f"{name}: {first}{end.estimate:.1%} ({end.low:.1%} to {end.high:.1%}) after "
            f"{2 * (kept.shape[1] - 1)} edits"
        )
    deleted, altered, added = arrays["model"][:, -1].mean(axis=0)
    return (
        f"Content kept. {'; '.join(said)}. Of the content that the model was handed {deleted:.1%} is deleted, "
        f"{altered:.1%} altered and {added:.1%} made up; {arrays['carried_out'].mean():.1%} of the edits are "
        "carried out. Published after 20 edits: 75 % kept by frontier models, 50 % by all 19 (the latter by a "
        f"secondary source). Verdict: {result.shown}."
    )


def _specimen(gone: Array) -> Arrays:
    """Arrays as `measure` gives them: two thirds of the loss is deletion, the edits are made."""
    count, points = gone.shape
    fates = gone[..., None] * np.array([2 / 3, 1 / 3, 0.0])
    none = np.zeros_like(fates)
    gradual = np.full((count, points), 0.02).cumsum(axis=1)[..., None] * np.array([0, 1, 0.0])
    sudden = (
        (np.arange(points) > 2)[None, :, None] * np.array([0.3, 0, 0.0]) * np.ones((count, 1, 1))
    )
    return {
        "model": fates, "copy": none, "idle": none, "noisy": gradual, "failing": sudden,
        "carried_out": np.ones((count, 2 * (points - 1))),
        "documents": study.texts([f"document {i}" for i in range(count)]),
        "ends": study.texts(["end"] * count), "kind": study.texts(["stock"] * count),
    }  # fmt: skip
