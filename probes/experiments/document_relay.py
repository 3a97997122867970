"""Does a language model corrupt a document that it edits and edits back many times?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Self

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from probes import plotting
from probes.continuations import study
from probes.continuations.backends import open_backend
from probes.continuations.server import open_server
from probes.continuations.types import Backend, Decoding, Request
from probes.layers import layer_figures
from probes.probe import About, Cost, Probe, Run
from probes.sentences import Contrast, Wording, only
from probes.statistics import wilson_mean
from probes.tasks import documents
from probes.tasks.documents import Editor
from probes.tasks.relay import Fates, Relay, deleted, lost, share_made, sudden
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
    """Send lists of stock, departures and staff through an edit and its inverse, for many round trips.

    Every document gets the edits in its own order, each behind worked examples on other documents, and
    the model gets its own output as the next document. After each round trip a parser reads the document in
    whatever form it is in and compares its cells with those at the start: kept, deleted, altered, or made
    up. The effect is the share that is not kept at the end (1 minus the reconstruction score).

    Beside it the same model only writes each document out again, twice: what is lost there too is not due to the
    edits. Three editors that are programs show, on many documents, what the score can tell: one that does nothing
    loses nothing, so the share of the edits that were made is reported too; one miswrites single cells at a
    constant rate, one rarely leaves out half of the lines, and both lose as much in expectation.
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
        """Return the probe with its model found; a served model keeps the server's name."""
        return self if self.server else super().located()

    def cost(self) -> Cost:
        """Estimate the CPU seconds with SmolLM2: each edit reads its examples and a document, and writes one."""
        relay = self._relay()
        read = (relay.edits + COPIES) * len(relay.kinds) * 2 * (1 + self.shots) * relay.lines
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_LINE * read)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return no texts of the reading list: the documents are made here and stand in the result."""
        del offered
        return ()

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of the local model, or of the served one."""
        return open_server(self.server, self.model).record if self.server else super().record(lab)

    def _relay(self) -> Relay:
        return Relay(
            count=self.count * (4 if self.full else 1),
            lines=min(self.lines * (2 if self.full else 1), documents.MOST_LINES),
            trips=max(self.trips, PUBLISHED_TRIPS) if self.full else self.trips,
            seed=self.seed,
        )

    def measure(self, lab: Lab, progress: Progress) -> dict[str, Array]:
        """Return what became of the cells under each editor (`Fates`), which edits were made, and the last texts."""
        relay = self._relay()
        backend = open_backend(lab, self.model, self.server)
        edited, copied = [relay.documents()], [relay.documents()]
        for step in range(relay.edits):
            # Both are written together, because that takes less time than one after the other.
            handed = [edited, copied] if step < COPIES else [edited]
            asked = [
                relay.prompt(at, step, text, self.shots, copy=texts is copied) if text else ""
                for texts in handed
                for at, text in enumerate(texts[-1])
            ]
            written = self._written(backend, asked, _told(progress, step, relay.edits))
            for place, texts in enumerate(handed):
                texts.append(written[place * len(relay.kinds) :][: len(relay.kinds)])
        many = replace(relay, count=MANY)
        programs = {name: many.fates(many.by_program(by)) for name, by in EDITORS.items()}
        return programs | {
            "model": relay.fates(edited),
            "copy": relay.fates(copied),
            "carried_out": relay.carried_out(edited),
            "documents": study.texts(edited[0]),
            "ends": study.texts(edited[-1]),
            "kind": study.texts(relay.kinds),
        }

    def _written(
        self, backend: Backend, asked: Sequence[str], done: Callable[[float], None]
    ) -> list[str]:
        """Return what the model writes for each prompt, and nothing for a missing prompt."""
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
        """Judge and draw; the prompts are the first documents."""
        del prompts, origin
        handed = tuple(map(str, arrays["documents"]))
        return super().conclude(arrays, record, prompts=handed, seconds=seconds)

    def effect(self, arrays: Arrays) -> Float[np.ndarray, " documents"]:
        """Return the share of the content that is not kept after the last round trip."""
        return lost(arrays["model"])[:, -1]

    def controls(self, arrays: Arrays) -> Mapping[str, Float[np.ndarray, " documents"]]:
        """Return the loss of mere copies and after the first trip, the edits made, and how content was lost."""
        own = lost(arrays["model"])
        return {
            COPIED: lost(arrays["copy"])[:, -1],
            LATER: own[:, -1] - own[:, 1],
            DONE: share_made(arrays["carried_out"]),
            DELETED: deleted(arrays["model"]),
            SILENT: arrays["model"][:, -1, 1:].sum(axis=-1),
            SUDDEN: sudden(arrays["model"], LARGE),
            NOISY: sudden(arrays["noisy"], LARGE),
            FAILING: sudden(arrays["failing"], LARGE),
            IDLE: lost(arrays["idle"])[:, -1],
        }

    def summary(self, judged: Judgement, controls: Mapping[str, Judgement]) -> str:
        """Summarise a run: how much is lost, and what the controls say."""
        finding = {
            "supported": "More than a quarter of the content is lost, altered or made up",
            "refuted": "No more than a quarter of the content is lost, altered or made up",
            "inconclusive": "Whether more than a quarter of the content is lost, altered or made up is not decided",
        }[judged.verdict]
        said = "; ".join(f"{name} {spoken(control)}" for name, control in controls.items())
        return (
            f"{finding} after {self._relay().trips} round trips of an edit and its inverse: {spoken(judged)} of the "
            f"content ({judged.n} documents). Beside it: {said}."
        )

    def wording(self) -> Wording:
        """Return the phrases on content lost over round trips, and on what else a score of round trips can mean."""
        after = f"after {self._relay().trips} round trips"
        gone = "of the content is lost, altered or made up"
        content = "{} of the content"
        return Wording(
            units="documents",
            holds=f"more than a quarter {gone} {after}",
            fails=f"no more than a quarter {gone} {after}",
            unit=content,
            form="{:.1%}",
            contrasts={
                COPIED: Contrast(
                    where="Where {model} only writes the documents out twice, without any edit",
                    short="for two mere copies",
                    kind="foil",
                    cause="mere copying",
                    holds=f"more than a quarter {gone}",
                    fails=f"no more than a quarter {gone}",
                    means="what copying loses as well is not the work of the edits",
                ),
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
                DONE: Contrast(
                    where="On {model}",
                    short="counting edits that were made",
                    kind="scope",
                    holds="most edits are carried out",
                    fails="most edits are not carried out",
                    unit="{} of the edits",
                    yardstick=Yardstick(margin=0.5, scale="share"),
                    means="an editor that does nothing loses nothing, so a score counts only beside this share; "
                    "published are 93.8 % of the steps, fully or in part, by a secondary source",
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
                ),
                SUDDEN: _large(
                    "On {model}", "80 to 98 % of the published loss come in such round trips, by a secondary source"
                ),
                NOISY: _large("With an editor that miswrites single cells at a constant rate in place of {model}"),
                FAILING: _large("With an editor that rarely leaves out half of the lines in place of {model}"),
                IDLE: Contrast(where="With an editor that does nothing in place of {model}"),
            },
        )  # fmt: skip

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: short lists, few edits, one small model; a round trip does not see each edit."""
        return (
            only(record, f"lists of {self._relay().lines} lines and six edits of their form"),
            f"A run on one model says nothing about frontier models, which were measured on documents of some "
            f"thousand tokens over 20 edits, here {self._relay().edits}.",
            "A round trip measures an edit and its inverse together: an editor that does nothing has a perfect "
            "score, and a loss cannot be laid at the door of either.",
        )

    def draw(self, arrays: Arrays, result: Result) -> go.Figure:
        """Draw the content kept by round trip and editor, and how the model's loss is made up."""
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
        """Return made-up arrays: half of the content lost step by step, hardly any, and all or nothing."""
        rising = np.linspace(0, 1, 7)
        return {
            "supported": _specimen(np.tile(0.9 * rising, (12, 1))),
            "refuted": _specimen(np.tile(0.01 * rising, (24, 1))),
            "inconclusive": _specimen(np.where(np.arange(12) % 3, 0.0, 1.0)[:, None] * rising),
        }


COPIED = "written out twice without any edit"
LATER = "lost after the first round trip"
DONE = "edits carried out"
DELETED = "deletion, of the loss"
SILENT = "altered or made up"
SUDDEN = "loss in single round trips of 10 points or more"
NOISY = "large single losses of an editor with a constant rate of mistakes"
FAILING = "large single losses of an editor with rare large mistakes"
IDLE = "with an editor that does nothing"
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
MANY = 100
"""Editors that are programs get so many documents of each kind; they cost little, and their rare failures need many."""
COPIES = 2
"""Each document is merely copied so many times, as many as a round trip has edits."""
PUBLISHED_TRIPS = 10
MOST_TOKENS_PER_LINE = 20
LOADING_SECONDS = 6.0
SECONDS_PER_LINE = 0.16


def _large(where: str, means: str = "") -> Contrast:
    return Contrast(
        where=where,
        holds="more than four fifths of the loss come in single round trips of 10 points or more",
        fails="no more than four fifths of the loss come in single round trips of 10 points or more",
        unit="{} of the loss",
        yardstick=Yardstick(margin=0.8, scale="share"),
        means=means,
    )


def _told(progress: Progress, step: int, steps: int) -> Callable[[float], None]:
    return lambda done: progress((step + done) / steps, "edits")


def _in_words(arrays: Arrays, result: Result) -> str:
    said = []
    for name, key in NAMES.items():
        kept = 1 - lost(arrays[key])
        end = wilson_mean(kept[:, -1].clip(0, 1))
        trips = kept.shape[1] - 1
        first = f"{kept[:, 1].mean():.1%} after two, " if trips > 1 else ""
        said.append(
            f"{name}: {first}{end.estimate:.1%} ({end.low:.1%} to {end.high:.1%}) after {2 * trips} edits"
        )
    deleted, altered, added = arrays["model"][:, -1].mean(axis=0)
    made = np.nanmean(share_made(arrays["carried_out"]))
    return (
        f"Content kept. {'; '.join(said)}. Of the cells there were and those made up the model deleted "
        f"{deleted:.1%}, altered {altered:.1%} and made up {added:.1%}; it carried out {made:.1%} of the edits. "
        "Published after 20 edits: 75 % kept by frontier models, 50 % by all 19 (the latter by a secondary source). "
        f"Verdict: {result.shown}."
    )


def _specimen(gone: Float[np.ndarray, "documents trips+1"]) -> Arrays:
    """Return arrays as `measure` gives them: two thirds of the loss is deletion, the edits are made."""
    count, points = gone.shape
    fates: Fates = gone[..., None] * np.array([2 / 3, 1 / 3, 0.0])
    none = np.zeros_like(fates)
    return {
        "model": fates, "copy": none, "idle": none, "noisy": fates, "failing": fates,
        "carried_out": np.ones((count, 2 * (points - 1))),
        "documents": study.texts([f"document {i}" for i in range(count)]),
        "ends": study.texts(["end"] * count), "kind": study.texts(["stock"] * count),
    }  # fmt: skip
