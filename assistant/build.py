"""The assistant, put together: the only place where its parts are chosen."""

import difflib
import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, get_args

from assistant import upkeep
from assistant.content import altered_line
from assistant.embedding_model import EmbeddingModel, resolved
from assistant.errors import Mendable, NegativeResult, UsageError
from assistant.library import Library
from assistant.settings import Settings
from assistant.types import Answer, Hit, Length, Progress, Sentence, Source, SyncReport

if TYPE_CHECKING:
    from assistant.cross_encoder import CrossEncoder
    from assistant.desk import Desk
    from assistant.embedding import Embedder
    from assistant.index import Index
    from assistant.layer_embedding import LayerEmbedder
    from assistant.llama import FusedRetriever
    from assistant.question.follow_up import Thread
    from assistant.select.selector import Selector
    from assistant.verify import Judges, Ruling
    from probes.jobs import Job


_log = logging.getLogger(__name__)

# Questions of a thread that a follow-up can lean on.
_THREAD = 20


def _silent(message: str, fraction: float) -> None:
    """Report nothing."""


class Assistant:
    """A reading list that answers. Models and indexes load when first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data_dir = settings.data_dir
        self.library = Library(settings.data_dir)

    @classmethod
    def open(cls, data_dir: Path | str | None = None, **settings: Any) -> Self:
        """Open the library in `data_dir` (created where there is none).

        Args:
            data_dir: The data directory; by default the user's own.
            **settings: Any field of `Settings`.
        """
        if data_dir is not None:
            settings["data_dir"] = Path(data_dir).expanduser()
        return cls(Settings(**settings))

    def beside(self, data_dir: Path) -> "Assistant":
        """Return an assistant on another library, without the corpus, with the settings and models of this one.

        What one of them loads, the other has loaded.
        """
        settings = self.settings.model_copy(
            update={"data_dir": data_dir, "corpus_dir": None, "embedder": self.embedder_name}
        )
        other = Assistant(settings)
        other._model = self.embedding_model()
        other._judge = self._judge
        other._reranker = self._reranker
        return other

    # ── the library ──────────────────────────────────────────────────────────────────────────────

    def add(
        self,
        paths: Sequence[Path | str],
        *,
        password: str | None = None,
        progress: Progress = _silent,
    ) -> SyncReport:
        """Read files and folders into the library and keep following them.

        Raises:
            Mendable: a path does not exist or cannot be opened; nothing was read.
        """
        from assistant import sync

        roots = [sync.existing(Path(path)) for path in paths]
        with self.library.alone(sync.SHORTLY):
            for root in roots:
                self.library.add_root(str(root))
            removed = [
                file.path for file in self.library.files().values()
                if file.status in ("deleted", "refused") and any(Path(file.path).is_relative_to(r) for r in roots)
            ]  # fmt: skip
            self.library.forget_files(removed)
            sync.take_in(self.library, roots)
        model = self.embedding_model()
        return upkeep.follow(self.library, model, roots, progress, password=password, prune=False)

    def sync(
        self, *, password: str | None = None, progress: Progress = _silent, check: bool = False
    ) -> SyncReport:
        """Follow the bundled corpus and everything added: new, changed, deleted, unchanged.

        With `check` every file is hashed, also where its size and times are as they were.
        """
        return upkeep.follow(
            self.library, self.embedding_model(), self._roots(), progress, password=password,
            prune=True, every=check,
        )  # fmt: skip

    def repair(self, progress: Progress = _silent) -> SyncReport:
        """Read anew what is not as it was read, trusting no size and no time, and mend the index."""
        from assistant import soundness

        with self.library.alone():
            soundness.forget_altered(self.library)
        report = self.sync(progress=progress, check=True)
        with self.library.alone():
            soundness.mend_index(self.library, self.embedding_model(), progress)
        return report

    def remove(self, keys: Sequence[str]) -> None:
        """Take sources out of the library; their files stay where they are.

        Raises:
            UsageError: a key is unknown; nothing was removed.
        """
        from assistant import sync
        from probes import evidence

        kinds = {key: self.source(key).kind for key in keys}
        with self.library.alone():
            for key in (key for key, kind in kinds.items() if kind == "evidence"):
                evidence.delete(self.data_dir, key)
            sync.remove(self.library, keys)
            upkeep.reindex(self.library, self.embedding_model(), _silent)

    def source(self, key: str, *, words: bool = False) -> Source:
        """The source under `key`.

        Raises:
            UsageError: there is none; close keys are named.
        """
        found = self.library.get(key, words=words)
        if found is None:
            raise UsageError(f"There is no source {key!r}{_close(key, self.library.keys())}")
        return found

    def status(self) -> dict[str, Any]:
        """Counts, index hash, models, and where things are stored; loads no model."""
        counts = self.library.counts()
        return {
            "sources": sum(
                counts.get(kind, 0) for kind in ("note", "paper", "entries", "evidence")
            ),
            "notes": counts.get("note", 0),
            "papers": counts.get("paper", 0),
            "entries": counts.get("entries", 0),
            "evidence": counts.get("evidence", 0),
            "passages": counts["passages"],
            "references": counts["references"],
            "refused": counts["refused"],
            "index_hash": self.library.fact("index"),
            "models": {
                "embedder": self.embedder_name,
                "language_model": self.settings.language_model,
                "writer": self.settings.writer,
            },
            "data_dir": str(self.data_dir),
            "corpus": str(self.settings.corpus_dir) if self.settings.corpus_dir else None,
            "folders": self.library.roots(),
        }

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The `k` passages that bear most on a question, best first; it may hold filters."""
        from assistant.answering import checked_query
        from assistant.retrieval import search

        query = checked_query(question)
        parts = self.library, self.index(), self.embedder
        found = search(*parts, query.text, k, query.filters, self._reranker)
        for key in found.altered:
            _log.warning("%s", altered_line(key))
        return found.hits()

    def unheld(self, question: str) -> tuple[str, ...]:
        """The quoted phrases and words of a question that no passage holds which its filters let pass."""
        from assistant.answering import checked_query
        from assistant.filtering import unheld

        return unheld(self.library, self.index(), checked_query(question).filters)

    def retriever(self, k: int = 10) -> "FusedRetriever":
        """This library's search as a llama-index retriever of the `k` best passages."""
        from assistant.llama import FusedRetriever

        return FusedRetriever(self.library, self.search, k)

    def ask(
        self, question: str, *, writer: str | None = None,
        listen: Callable[[Sentence], None] = lambda _: None, progress: Progress = _silent,
        stop: threading.Event | None = None, thread: "Thread | None" = None, length: Length = "brief",
    ) -> Answer:  # fmt: skip
        """Return the checked answer to a question; `listen` hears each sentence when it has passed.

        Args:
            question: In words.
            writer: One of `assistant.writers.names()`, also with a model, as in "ollama:llama3.2" (see
                `assistant.writers.chosen`); by default as the settings say.
            listen: Told of every sentence as soon as it stands.
            progress: Told what is read before the first answer.
            stop: Ends an answer while its writer waits for a model.
            thread: The questions before this one, which complete a follow-up, and sources that
                the reader pinned or excluded.
            length: "full" folds nothing: what "brief" folds stands in paragraphs after the brief.

        Raises:
            Stopped: `stop` was set.
            UsageError: the question cannot be asked, a pinned or excluded key is unknown, or there is no such length.
        """
        from assistant.answering import answer, checked_question
        from assistant.question.follow_up import Thread
        from assistant.rendering import at_length

        if length not in get_args(Length):
            raise UsageError(f"There is no length {length!r}; it is brief or full.")
        question, thread = checked_question(question), thread or Thread()
        desk = self.desk(writer, progress, stop)
        for key in (*thread.pinned, *thread.excluded):
            self.source(key)
        return at_length(answer(desk, question, listen, thread), length)

    def asked(self) -> tuple[str, ...]:
        """The questions of the last thread on the command line, oldest first."""
        return tuple(json.loads(self.library.fact("asked") or "[]"))

    def note_asked(self, questions: Sequence[str]) -> None:
        """Remember the thread that a follow-up may go on with, where the disk takes it."""
        try:
            self.library.set_fact("asked", json.dumps(questions[-_THREAD:], ensure_ascii=False))
        except Mendable as error:
            _log.warning("The question is not remembered for --follow: %s", error)

    def summarize(
        self, keys: Sequence[str] = (), question: str = "", progress: Progress = _silent
    ) -> Answer:
        """Return a cited summary of one or several sources, or of those that an answer to a question cites.

        Raises:
            UsageError: neither keys nor a question, or both.
            NegativeResult: the answer to the question cites nothing.
        """
        from assistant.pages.answered import summary_of
        from assistant.pages.summaries import summary

        if keys and question.strip():
            raise UsageError("Name the keys to summarise, or give a --question; one of the two.")
        if question.strip():
            answer = self.ask(question, progress=progress)
            if not any(sentence.citations for sentence in answer.sentences):
                raise NegativeResult(
                    f"The answer to {question!r} cites no source, so there is nothing to summarise; "
                    "name keys, or add sources that answer it."
                )
            return summary_of(answer, self.library)
        sources = [self.source(key) for key in keys]
        if altered := self.library.altered(keys):
            raise Mendable(altered_line(altered[0]))
        # Not `self.index()`: the page of a source opens while the index is being built.
        return summary(self.library, sources, self.library.fact("index") or "", self._selector[0])

    def paper(self, key: str) -> dict[str, Any]:
        """The paper page of a source as data, its stored text included."""
        from assistant.papers import page

        return page(self.library, self.source(key))

    def export(self, keys: Sequence[str], form: str) -> str:
        """Bibliographic records of sources as `bibtex`, `ris` or `csl-json`."""
        from assistant.papers import export

        return export([self.source(key) for key in keys], form)

    def verify(
        self, sentence: str, evidence: "str | Sequence[str]", titles: Sequence[str] = ()
    ) -> "Ruling":
        """Return whether evidence bears a sentence, how likely it does, and if not why.

        Args:
            sentence: Anybody's sentence.
            evidence: The quotes it is said to rest on, mostly one to three.
            titles: What their sources are called.

        Raises:
            Mendable: the judge that the settings name cannot judge.
        """
        from assistant.verify import Claim, decide

        texts = (evidence,) if isinstance(evidence, str) else tuple(evidence)
        return decide(Claim(sentence, texts, tuple(titles)), self.judge)

    @property
    def judge(self) -> "Judges | None":
        """Who judges sentences that no rule settles; None where the bundled weights cannot be used."""
        return self._judge[0]

    @property
    def unjudged(self) -> str:
        """Why there is no judge, as one line for the reader; empty where there is one."""
        return self._judge[1]

    # ── experiments ──────────────────────────────────────────────────────────────────────────────

    def start_probe(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        texts: Sequence[str] = (),
    ) -> "Job":
        """Start a probe in a process of its own, on `texts` or else on passages of this library."""
        from assistant.experiments.texts import prompts, task_file
        from probes import jobs, registry

        chosen = dict(parameters or {})
        known = registry.build(name, chosen).parameters()
        if "model" in known:
            chosen.setdefault("model", self.settings.language_model)
        self._ready(_silent)
        if known.get("tasks") == "" and (tasks := task_file(self.library, self.data_dir)):
            chosen.setdefault("tasks", str(tasks))
        return jobs.start(
            name, chosen, data_dir=self.data_dir, prompts=texts or prompts(self.library),
            time_limit=self.settings.probe_seconds,
            memory_limit=self.settings.probe_megabytes * 2**20,
        )  # fmt: skip

    # ── parts ────────────────────────────────────────────────────────────────────────────────────

    def desk(
        self, writer: str | None = None, progress: Progress = _silent,
        stop: threading.Event | None = None,
    ) -> "Desk":  # fmt: skip
        """What answers are made at."""
        from assistant import writers
        from assistant.desk import Desk
        from assistant.experiments.measured import measured

        name, settings = writers.chosen(writer or self.settings.writer, self.settings)
        # First of all: a writer that cannot write is said before anything is read.
        write = writers.writer(name, settings, stop or threading.Event())
        index, encoder = self.index(progress), self.embedder
        # What is only quoted asks no judge, and a brief waits for none to be loaded.
        judge, unjudged = (None, "") if name == "extractive" else self._judge
        return Desk(
            library=self.library,
            index=index,
            encoder=encoder,
            writer=write,
            writer_name=name,
            # At most half of the places: what is read leads, what was measured is beside it. One run
            # has a place in any answer: it may be the one that was begun there.
            bearing=partial(
                measured,
                self.library,
                index,
                encoder,
                max(1, self.settings.sources_per_answer // 2),
            ),
            scores=self._selector[0],
            is_word=self._selector[0].knows if self._selector[0] else lambda _: False,
            notices=self._selector[1],
            judge=judge,
            unjudged=unjudged,
            reranker=self._reranker,
            models=(
                self.settings.judge,
                self.settings.reranker,
                settings.writer_model,
            ),
            sources_per_answer=self.settings.sources_per_answer,
            next_lines=self.settings.next_lines,
        )

    @cached_property
    def _selector(self) -> "tuple[Selector | None, tuple[str, ...]]":
        """The sentence selector; where its weights cannot be used, none, and the line that says so."""
        from assistant.select.selector import Selector

        try:
            return Selector(threads=self.settings.threads or 1), ()
        except Mendable as error:
            return None, (str(error),)

    @cached_property
    def _judge(self) -> "tuple[Judges | None, str]":
        """Who judges sentences in other words than their quotes; where nobody can, none, and the line that says so."""
        name = self.settings.judge.strip()
        if name not in ("", "server"):
            from assistant.verify.entailment import EntailmentModel

            return EntailmentModel(name), ""
        from assistant.verify.judge import Judge
        from assistant.verify.server import check, server_judge

        if name:
            check(self.settings)
        try:
            judge = Judge(threads=self.settings.threads or 1)
        except Mendable as error:
            return None, str(error)
        return (server_judge(self.settings, judge) if name else judge), ""

    @cached_property
    def _reranker(self) -> "CrossEncoder | None":
        """The reader's cross-encoder, not yet loaded; None, without importing torch, for none."""
        if not self.settings.reranker:
            return None
        from assistant.cross_encoder import CrossEncoder

        return CrossEncoder(self.settings.reranker)

    def index(self, progress: Progress = _silent) -> "Index":
        """The index of the library as it stands now; the first use of a library reads the corpus."""
        self._ready(progress)
        self._index = upkeep.open_index(self.library, self.embedding_model(), progress, self._index)
        return self._index

    _index: "Index | None" = None

    @property
    def embedder(self) -> "Embedder | LayerEmbedder":
        """The embedding model, or the layer of a language model that was chosen in its place."""
        return self.embedding_model().embedder

    def embedding_model(self) -> EmbeddingModel:
        """The embedding model of this library as it stands now: another process may have chosen another."""
        name = self.embedder_name
        if self._model is None or self._model.name != name:
            self._model = self._model_named(name)
        return self._model

    def _model_named(self, name: str) -> EmbeddingModel:
        return EmbeddingModel(
            name,
            window=self.settings.window,
            threads=self.settings.threads,
            cache=self.data_dir,
        )

    _model: EmbeddingModel | None = None

    def choose_embedder(self, name: str, progress: Progress = _silent) -> str:
        """Retrieve with another model from now on, in this library; returns the new index hash.

        Until the new index is there, the old one and its model answer, whatever ends this.

        Args:
            name: `minilm`, a model folder, or a model and a layer of it, as in `smollm2@12`.
            progress: Told what is being done.

        Raises:
            UsageError: the name is none of these.
            Mendable: the model cannot be loaded, or gives values that are not finite.
        """
        chosen = self._model_named(resolved(name))
        report = upkeep.follow(self.library, chosen, self._roots(), progress, prune=True)
        self.library.set_fact("embedder", chosen.name)
        return report.index_hash

    @property
    def embedder_name(self) -> str:
        """What this library retrieves with: as chosen for it, else as the settings say."""
        return self.library.fact("embedder") or self.settings.embedder

    def _ready(self, progress: Progress) -> None:
        """Read the corpus into a new library, and take in finished runs."""
        if self.library.fact("synced") is None:
            self.sync(progress=progress)
            return
        try:
            if upkeep.absorb(self.library):
                with self.library.alone():
                    upkeep.reindex(self.library, self.embedding_model(), progress)
        except Mendable as error:
            # On a disk that takes no writing, and while another process writes, what is indexed answers.
            _log.warning("New experiments are not taken in yet: %s", error)

    def indexed_as(self) -> str:
        """The hash that an index of the library has as it stands now."""
        return upkeep.indexed_as(self.library, self.embedding_model())

    def _roots(self) -> list[Path]:
        corpus = [self.settings.corpus_dir] if self.settings.corpus_dir else []
        return [
            *(root.absolute() for root in corpus),
            *(Path(root) for root in self.library.roots()),
        ]


def _close(key: str, keys: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(keys), n=3)
    return f"; did you mean {' or '.join(close)}?" if close else "; `inquire search` finds keys."
