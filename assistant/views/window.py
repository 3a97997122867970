"""Answer every press in the window with escaped HTML; one instance serves every open page."""

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant import Assistant, models, writers
from assistant.errors import UsageError
from assistant.experiments.estimates import estimate
from assistant.experiments.ledger import exported
from assistant.experiments.sources import weighed
from assistant.experiments.stored import altered, altered_line
from assistant.failures import foreseen
from assistant.library.titles import near_titles
from assistant.question.follow_up import Thread
from assistant.rendering.parts import SHOWN_EXPERIMENTS
from assistant.rendering.wording import writer_label
from assistant.types import Answer, Length, Sentence, Source, part_of
from assistant.views import (
    answers,
    comparing,
    experiments,
    papers,
    parcels,
    sources,
)
from assistant.views.app_log import logger
from assistant.views.asking import Asking
from assistant.views.job_log import SHOWN_RUNS, Listed, log, runs
from assistant.views.markup import Html, join, notice, tag
from assistant.views.permitted import chosen, recorded, resumed
from assistant.views.progress import Progress
from assistant.views.turns import Turns
from assistant.writers import extractive
from probes import registry
from probes.errors import ProbeError
from probes.runs import evidence, job_log, jobs

T = TypeVar("T")
POLL = 0.1
"""The seconds between two checks of work in the background."""


@dataclass(frozen=True)
class Trouble:
    """The reason why something could not be done, in one line for the reader."""

    line: str


class Window:
    """The assistant behind the pages: it reads, answers and runs experiments outside the server's own thread.

    Every method returns HTML, or a `Trouble` if a method says so; none raises to the page.
    Experiments run on installed models, the one of the settings, and `models`.
    """

    def __init__(self, assistant: Assistant, models: Sequence[str] = ()) -> None:
        self.assistant = assistant
        self._named = tuple(models)
        self.data_dir = assistant.data_dir
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="window")
        # Questions have threads of their own, so that the page is drawn however many of them wait.
        self._asking = Asking()
        # A change of the library excludes answers: an answer that comes meanwhile waits and says
        # why.
        self._turns = Turns(os.cpu_count() or 1)
        # A model that writes takes all cores and much memory, so only one of its answers is made at
        # a time.
        self._generating = Turns(1)
        self._loaded: Future[None] = Future()
        self._doing = Progress("Opening the list")

    @property
    def _models(self) -> tuple[str, ...]:
        return (self.assistant.settings.language_model, *self._named)

    # ── in the background ────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Read the library and load the models while the page is already served."""
        self._loaded = self._pool.submit(self._prepare)

    def _prepare(self) -> None:
        with self._turns.alone():
            self.assistant.index(part_of(self._doing.read, 0.0, 0.9))
            self._doing.tell("Loading the models", 0.9)
            self.assistant.search("first question", 1)

    @property
    def loaded(self) -> bool:
        """Return whether the library is read and the models are loaded, or could not be."""
        return self._loaded.done()

    def attempt(self, work: Callable[[], T]) -> T | Trouble:
        """Return the result of a piece of work, or why there is none."""
        return self.settled(self._pool.submit(work))

    def settled(self, future: "Future[T]") -> T | Trouble:
        """Return the result of work in the background; an unexpected error goes to the log."""
        error = future.exception()
        if error is None:
            return future.result()
        if known := foreseen(error):
            return Trouble(str(known))
        logger(log := self.data_dir / "app.log").error("unexpected", exc_info=error)
        return Trouble(f"Something unexpected went wrong; {log} has the details.")

    def status(self) -> str:
        """Return the present step before the first answer, and its progress."""
        return str(self._doing)

    def masthead(self) -> Html:
        """Return the name of the program, and the counts of the library or the progress of reading it."""
        if not self.loaded:
            told = self.status()
        else:
            loaded = self.settled(self._loaded)
            status = self.attempt(self.assistant.status)
            trouble = next((each for each in (loaded, status) if isinstance(each, Trouble)), None)
            told = trouble.line if trouble else sources.counted(status)  # type: ignore[arg-type]
        name = tag("h1", "Inquiring Lines")
        line = tag("span", told, class_="told", role="status")
        return tag("header", tag("div", name, line, class_="bar"))

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def ask(
        self, question: str, stop: threading.Event, put: Callable[[Sentence], None],
        writer: str | None = None, thread: Thread | None = None,
    ) -> "Future[Answer]":  # fmt: skip
        """Answer in the background; call `put` with each sentence; `stop` ends at the next sentence or model wait.

        A second asker of a question that is being answered waits for the same answer.
        """

        def work(hear: Callable[[Sentence], None], deserted: threading.Event) -> Answer:
            with ExitStack() as held:
                if (writer or self.assistant.settings.writer) != extractive.NAME:
                    held.enter_context(self._generating.shared(deserted.is_set))
                held.enter_context(self._turns.shared(deserted.is_set))
                return self.assistant.ask(
                    question, writer=writer, listen=hear, stop=deserted, thread=thread
                )

        return self._asking.ask((question, writer, thread), stop, put, work)

    def writers(self) -> tuple[list[tuple[str, str]], str]:
        """Return the writers that can be chosen, each with a reader's name for it, and the settings' choice."""
        settings = self.assistant.settings
        names = sorted({*writers.choosing.usable(settings), settings.writer})
        own = [(writer_label(name), name) for name in names]
        here = [(f"{each.server}: {each.model}", each.choice) for each in models.nearby.nearby()]
        return [*own, *here], settings.writer

    def promise(self) -> str:
        """Return where questions and quotes are sent: nowhere, unless the settings name a server elsewhere."""
        url = self.assistant.settings.writer_url.strip()
        if not url or models.servers.loopback(url):
            return "Everything stays on this machine."
        return (
            f"The settings name a model at {url}: an answer that it writes sends the question and "
            "its quotes there. Everything else stays on this machine."
        )

    def evidence_keys(self) -> frozenset[str]:
        """Return the keys of the runs, which answers number E1, E2, ..."""
        keys = self.attempt(lambda: self.assistant.library.keys("evidence"))
        return frozenset() if isinstance(keys, Trouble) else frozenset(keys)

    def titles(self) -> dict[str, str]:
        """Return the title of every source, by its key."""
        found = self.attempt(self.assistant.library.sources)
        return {} if isinstance(found, Trouble) else {source.key: source.title for source in found}

    def near(self, answer: Answer) -> dict[str, str]:
        """Return the titles of the sources nearest to an answer's gaps, by key."""
        found = self.attempt(lambda: near_titles(self.assistant.library, answer))
        return {} if isinstance(found, Trouble) else found

    # ── beside the answer ────────────────────────────────────────────────────────────────────────

    def paper(self, key: str) -> Html | Trouble:
        """Return the page of a source."""
        return self.attempt(lambda: self._paper(key))

    def _paper(self, key: str, checked: Html | None = None) -> Html:
        return papers.page(self.assistant.paper(key), checked)

    def summary(self, keys: Sequence[str]) -> Html | Trouble:
        """Return a cited summary of sources."""
        return self.attempt(lambda: answers.summary(self.assistant.summarize(keys)))

    def comment_cited(self, key: str, number: int) -> Html | Trouble:
        """Make a comment a note of the library, and show the note's page."""

        def noted() -> Html:
            path = self.assistant.comments.note(self.assistant.source(key), number)
            with self._turns.alone():
                self.assistant.add([path])
            return self._paper(path.stem)

        return self.attempt(noted)

    def check(self, key: str, sentence: str) -> Html | Trouble:
        """Check a sentence against a source, and show the source's page with the result."""

        def judged() -> Html:
            if not sentence.strip():
                raise UsageError("Type the sentence that is to be checked first.")
            with self._turns.shared():
                found = self.assistant.verify_against(sentence, key)
            return self._paper(key, papers.checked(key, sentence, found))

        return self.attempt(judged)

    def say(self, key: str, say: Callable[[Assistant, Source], object]) -> Html | Trouble:
        """Comment on a source, or attest or dispute a claim of it, and show its page again."""

        def said() -> Html:
            say(self.assistant, self.assistant.source(key))
            return self._paper(key)

        return self.attempt(said)

    def claims_record(self, key: str) -> str | Trouble:
        """Return the claims record of a source as a parcel for the browser to save."""

        def make() -> str:
            text = self.assistant.claims.text(self.assistant.source(key))
            return parcels.parcel(f"{key}.claims.json", "application/json", text.encode())

        return self.attempt(make)

    def record(self, identity: str) -> tuple[Html, dict[str, Any]] | Trouble:
        """Return the record of an experiment, and its figure as plotly's JSON."""

        def read() -> tuple[Html, dict[str, Any]]:
            library = self.assistant.library
            lines = [notice(altered_line(key)) for key in altered(library, [identity])]
            others = comparing.offered(identity, library.sources("evidence"))
            job = job_log.of_evidence(self.data_dir, identity)
            told = self._log(job) if job else None
            page = join(*lines, experiments.record(self._finding(identity), others, told))
            return page, evidence.figure(self.data_dir, identity)

        return self.attempt(read)

    def _finding(self, identity: str) -> experiments.Finding:
        result = weighed(evidence.load(self.data_dir, identity))
        layout = evidence.figure(self.data_dir, identity)["layout"]
        alt = str(layout.get("meta", {}).get("alt", "The figure of this run"))
        svg = evidence.picture(self.data_dir, identity)
        return experiments.Finding(result=result, svg=svg, alt=alt)

    def _told(self, identity: str) -> experiments.Finding | str:
        """Return the finding of a run, or why it cannot be shown; a damaged run must not hide another."""
        try:
            return self._finding(identity)
        except ProbeError as error:
            return str(error)

    # ── experiments ──────────────────────────────────────────────────────────────────────────────

    def run(self, name: str, fields: Mapping[str, str]) -> str | Trouble:
        """Start an experiment with the parameters that were changed on its card; return the job."""

        def begin() -> str:
            changed = chosen(name, fields, self._models)
            with self._turns.alone():
                return self.assistant.start_probe(name, changed).id

        return self.attempt(begin)

    def _log(self, job: jobs.Job) -> Html | None:
        return log(job_log.reports(job), job_log.printed(job), job.id)

    def resume(self, job: str) -> str | Trouble:
        """Start a run that ended without a result again, as it was started; return the new job."""

        def begin() -> str:
            begun = jobs.load(self.data_dir, job)
            resumed(begun.probe, begun.parameters, self.data_dir, self._models)
            return job_log.resume(self.data_dir, job).id

        return self.attempt(begin)

    def runs(self) -> Html | None:
        """Return the latest runs that were started here, with their logs."""

        def look() -> Html | None:
            return runs(
                Listed(
                    title=registry.titled(job.probe), status=jobs.status(job), started=job.created,
                    reports=job_log.reports(job), printed=job_log.printed(job),
                )
                for job in jobs.listing(self.data_dir)[:SHOWN_RUNS]
            )  # fmt: skip

        found = self.attempt(look)
        return notice(found.line) if isinstance(found, Trouble) else found

    def rerun(self, identity: str) -> str | Trouble:
        """Start a stored experiment again from its record; return the job."""

        def begin() -> str:
            recorded(evidence.load(self.data_dir, identity), self._models)
            with self._turns.alone():
                return self.assistant.start_again(identity).id

        return self.attempt(begin)

    def ledger_file(self, form: str) -> str | Trouble:
        """Return the ledger as a parcel for the browser to save, as CSV or Markdown."""

        def make() -> str:
            text = exported(self.assistant.ledger(), form)
            return parcels.parcel(f"ledger.{form}", "text/plain", text.encode())

        return self.attempt(make)

    def estimate(self, name: str, fields: Mapping[str, str]) -> str:
        """Return how long a run with the parameters of its card takes, or why it cannot run, as a parcel."""
        library = self.assistant.library
        found = self.attempt(lambda: estimate(library, name, chosen(name, fields, self._models)))
        told = found.line if isinstance(found, Trouble) else experiments.estimate(found)
        parcel: str = json.dumps({"probe": name, "estimate": told})
        return parcel

    def halt(self, job: str) -> Trouble | None:
        """Stop a running experiment for good."""
        stopped = self.attempt(lambda: jobs.cancel(jobs.load(self.data_dir, job)))
        return stopped if isinstance(stopped, Trouble) else None

    def running(self) -> tuple[str, ...]:
        """Return the unfinished jobs, oldest first, whoever started them."""

        def look() -> tuple[str, ...]:
            listed = reversed(jobs.listing(self.data_dir))
            return tuple(job.id for job in listed if not jobs.status(job).over)

        found = self.attempt(look)
        return () if isinstance(found, Trouble) else found

    def bench(
        self, standing: Answer | None, watched: Sequence[str], troubles: Mapping[str, str],
        length: Length = "brief",
    ) -> Html:  # fmt: skip
        """Return the experiment cards of an answer, runs to follow, and problems with probes."""

        def draw() -> Html:
            followed = {job.probe: job for job in (jobs.load(self.data_dir, j) for j in watched)}
            runs = {probe: jobs.status(job) for probe, job in followed.items()}
            logs = {probe: self._log(job) for probe, job in followed.items()}
            done = [status.evidence for status in runs.values() if status.evidence]
            looked = {identity: self._told(identity) for identity in done}
            proposed, question = (standing.experiments, standing.question) if standing else ((), "")
            cards = [(each, registry.describe(each.probe)) for each in proposed]
            shown = SHOWN_EXPERIMENTS if length == "brief" else None
            return experiments.bench(cards, runs, looked, question, troubles, shown, logs)

        drawn = self.attempt(draw)
        return notice(drawn.line) if isinstance(drawn, Trouble) else drawn

    # ── the library ──────────────────────────────────────────────────────────────────────────────

    def begin(self, work: Callable[[], T]) -> "Future[T]":
        """Start a piece of work in the background."""
        return self._pool.submit(work)

    def alone(self, work: Callable[[], T]) -> T:
        """Run work that reads or writes the index, in turn with all other such work."""
        with self._turns.alone():
            return work()

    def fetch(self, key: str) -> str | Trouble:
        """Return the file of a source as a parcel for the browser to save."""

        def read() -> str:
            path = Path(self.assistant.source(key).path)
            return parcels.parcel(path.name, "application/octet-stream", path.read_bytes())

        return self.attempt(read)
