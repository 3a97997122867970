"""The parts that experiments on subthoughts share: the model, the problems and the first traces."""

import json
from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np

from probes.continuations.backends import open_backend
from probes.continuations.screening import SETTINGS, fitting, usable
from probes.continuations.server import open_server
from probes.continuations.subthoughts import Trace, as_trace
from probes.continuations.types import Backend, Continuation, Decoding, Request
from probes.probe import About, Cost, Probe, Run
from probes.sentences import only
from probes.tasks import own
from probes.tasks.problems import Problem, Setting
from probes.tasks.prompting import asked, examples, few_shot, fresh
from probes.types import Array, Arrays, Lab, ModelRecord, Progress, UsageError

SCREENED = 20
LOADING_SECONDS = 6.0
SECONDS_PER_TOKEN = 0.014
"""These are CPU seconds of one core: SmolLM2 in batches of 48 to 96 rows, on a busy machine with two cores."""
_FEWEST_TOKENS = 16
_TOKENS = 72
"""So many tokens are enough for every built-in problem in the manner of its examples."""
_TOKENS_OF_OWN = 256
"""This limit is for problems of the reader's own, whose answers are at most as long as those of GSM8K."""
_TOKENS_OF_CHAT = 1024
"""A chat model writes paragraphs before its box, and a response that is cut before the box has no answer."""


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A problem with its first, greedy trace."""

    number: int
    problem: Problem
    trace: Trace


@dataclass(frozen=True, kw_only=True)
class SubthoughtStudy(Probe, ABC):
    """An experiment on the subthoughts of greedy traces.

    The study makes the problems from a seed. With `tasks=screen`, settings are first tried with a few
    problems of their own, and only those are kept that the model answers right in 30 to 80 % of cases: outside this
    band no way of aggregating can help or hurt. Where no built-in setting lies in the band, easier and harder ones are
    tried until one does. With `problems`, the questions of the reader's own file are asked instead. Every finished
    continuation is kept in the data directory, so a run that was killed goes on where it stopped, and experiments that
    need the same continuations share them.
    """

    families: ClassVar[tuple[str, ...]] = ("subthought_aggregation",)
    files: ClassVar[tuple[str, ...]] = ("problems",)

    server: Annotated[
        str,
        About("address of an OpenAI-compatible server, or several with commas; model is its name"),
    ] = ""
    count: Annotated[int, About("number of problems", low=6, high=2000)] = 100
    tasks: Annotated[
        tuple[str, ...],
        About("settings such as addition-4x9 or parity-3x9, or the word screen"),
    ] = ("addition-3x9", "addition-4x9")
    problems: Annotated[
        str, About("JSONL file of your own problems, question and answer, in place of tasks")
    ] = ""
    shots: Annotated[int, About("worked examples before each question", low=1, high=16)] = 4
    prompting: Annotated[
        Literal["few-shot", "chat"], About("worked examples, or the model's own chat template")
    ] = "few-shot"
    temperature: Annotated[
        float, About("temperature of sampled continuations", low=0.01, high=5)
    ] = 1.0
    top_p: Annotated[float, About("nucleus of sampled continuations", low=0.01, high=1)] = 0.95
    max_tokens: Annotated[
        int | None,
        About(
            f"limit of every response and continuation; none: {_TOKENS}, {_TOKENS_OF_OWN} for "
            f"problems of your own, {_TOKENS_OF_CHAT} in chat",
            low=_FEWEST_TOKENS,
            high=32768,
        ),
    ] = None

    def located(self) -> Self:
        """Return the study with its model found (a served one keeps the server's name) and its own problems checked."""
        found = self if self.server else super().located()
        return replace(found, problems=own.located(self.problems))

    def check_computing(self, device: str, dtype: str) -> None:
        """Check that a run heeds a device and a number format; a server computes as it was started."""
        if self.server and (device, dtype) != ("cpu", "float32"):
            raise UsageError(
                "the model of a server computes as the server was started; leave out --device and --dtype"
            )
        super().check_computing(device, dtype)

    @property
    def limit(self) -> int:
        """Return the most tokens that a response or a continuation may have."""
        if self.max_tokens is not None:
            return self.max_tokens
        if self.prompting == "chat":
            return _TOKENS_OF_CHAT
        return _TOKENS_OF_OWN if self.problems else _TOKENS

    @property
    def greedy(self) -> Decoding:
        """Return the decoding that takes the likeliest token every time."""
        stop = ("\n",) if self.prompting == "few-shot" else ()
        return Decoding(temperature=0.0, top_p=1.0, max_tokens=self.limit, stop=stop)

    @property
    def first(self) -> Decoding:
        """Return how first traces are decoded: greedily, as published."""
        return self.greedy

    @property
    def sampled(self) -> Decoding:
        """Return how continuations are decoded."""
        return replace(self.greedy, temperature=self.temperature, top_p=self.top_p)

    @property
    def _screens(self) -> bool:
        return self.tasks == ("screen",) and not self.problems

    def tokens(self) -> float:
        """Return the tokens that a run is expected to generate on the default settings."""
        return 48.0 * self.count

    def cost(self) -> Cost:
        """Return the CPU seconds of one core with SmolLM2, an upper bound for two; converting it once adds 30."""
        screening = 45 * SCREENED * len(SETTINGS) if self._screens else 0
        longer = max(1.0, self.limit / _TOKENS)
        tokens = longer * self.tokens() + screening
        return Cost(startup=LOADING_SECONDS, work=SECONDS_PER_TOKEN * tokens)

    def choose(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Return no texts of the reading list: the questions are made here and stand in the result."""
        del offered
        return ()

    def record(self, lab: Lab) -> ModelRecord:
        """Return the record of the local model, or of the served one."""
        if self.server:
            return open_server(self.server, self.model).record
        return super().record(lab)

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
        questions = tuple(str(question) for question in arrays.get("questions", ()))
        asker = "the reader's problems" if self.problems else "the probe's own"
        run = super().conclude(arrays, record, prompts=questions, origin=asker, seconds=seconds)
        added = self.remarks(arrays)
        summary = f"{run.result.summary} {added}".strip()
        return replace(run, result=replace(run.result, summary=summary))

    def remarks(self, arrays: Arrays) -> str:
        """Return the sentences of the summary that need the arrays: tests, arms, tokens."""
        del arrays
        return ""

    def caveats(self, record: ModelRecord) -> tuple[str, ...]:
        """Return the limits of a run: one model, and problems of one kind."""
        if self.problems:
            return (
                only(record, f"the problems of {Path(self.problems).name}"),
                "Sampled continuations are seeded, and another seed draws others.",
            )
        return (
            only(record, "short made-up problems with traces of a few dozen tokens"),
            "Traces of a few dozen tokens say nothing about long traces of reasoning models, for which the "
            "published figures stand.",
            "Sampled continuations are seeded, and another seed draws others.",
        )

    def pose(self, lab: Lab, progress: Progress, share: float = 0.3) -> tuple[Backend, list[Posed]]:
        """Open the model, choose the problems, and let it answer each once, greedily.

        Args:
            lab: the lab that loads the model.
            progress: called with up to `share` of the whole run.
            share: the part of the run that this call takes.
        """
        backend = open_backend(lab, self.model, self.server)
        settings = self._settings(backend, lambda done: progress(share * done / 2, "screening"))
        begun = share / 2 if self._screens else 0.0
        problems = self._problems(settings)
        requests = [
            Request(
                prefix=backend.prefix(self.prompt(backend, problem)),
                decoding=self.first,
                seed=(self.seed, number) if self.first.temperature else (0,),
            )
            for number, problem in enumerate(problems)
        ]
        written = gather(
            backend,
            requests,
            lambda done: progress(begun + (share - begun) * done, "first traces"),
        )
        return backend, [
            Posed(number=number, problem=problem, trace=as_trace(request.prefix, found))
            for number, (problem, request, found) in enumerate(
                zip(problems, requests, written, strict=True)
            )
        ]

    def prompt(self, backend: Backend, problem: Problem) -> str:
        """Return the text that the model reads before it answers."""
        if self.prompting == "chat":
            return backend.chat(asked(problem.question))
        shown = (
            examples(parse_setting(problem.setting), self.shots)
            if "-" in problem.setting
            else [e for s in _GENERAL for e in examples(s, 2)]
        )
        return few_shot(shown, problem.question)

    def _settings(self, backend: Backend, done: Callable[[float], None]) -> list[Setting]:
        if self.problems:
            return []
        if not self._screens:
            return [parse_setting(name) for name in self.tasks]
        return usable(
            fitting(backend, count=SCREENED, shots=self.shots, decoding=self.greedy, done=done)
        )

    def _problems(self, settings: Sequence[Setting]) -> list[Problem]:
        """Return as many problems of each setting as its turn brings, `count` in all where there are enough."""
        if self.problems:
            return own.read(Path(self.problems))[: self.count]
        each = [fresh(s, self.count, seed=self.seed, shots=self.shots) for s in settings]
        turns = [rows[turn] for turn in range(self.count) for rows in each if turn < len(rows)]
        return turns[: self.count]


_GENERAL = (Setting(task="addition", size=3), Setting(task="story", size=2))


def gather(
    backend: Backend, requests: Sequence[Request], done: Callable[[float], None]
) -> list[Continuation]:
    """Return every continuation, in the order of the requests; `done` is told the share that is in."""
    found: dict[int, Continuation] = {}
    for index, written in backend.complete(requests):
        found[index] = written
        done(len(found) / len(requests))
    return [found[index] for index in range(len(requests))]


def parse_setting(name: str) -> Setting:
    """Return `addition-3x9` as a setting.

    Raises:
        UsageError: the text is not of that form, or there is no such task.
    """
    task, _, size = name.partition("-")
    steps, _, limit = size.partition("x")
    known = {setting.task for setting in SETTINGS}
    if task not in known or not (steps.isdigit() and limit.isdigit() and int(steps) and int(limit)):
        raise UsageError(
            f"no setting {name!r}; one looks like addition-3x9, of the tasks "
            f"{', '.join(sorted(known))}"
        )
    return Setting(task=task, size=int(steps), limit=int(limit))


def texts(values: Sequence[str]) -> Array:
    """Return strings as an array that is stored without pickle."""
    return np.array(list(values), dtype=np.str_)


def stories(values: Sequence[Mapping[str, Any]]) -> Array:
    """Return one JSON text per trace: its question, subthoughts and the answer each leads to."""
    return texts([json.dumps(value, ensure_ascii=False) for value in values])
