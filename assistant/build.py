"""The assistant as its users know it: everything that a reader can ask of a reading list."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, get_args

from assistant import (
    answering,
    conversations,
    experiments,
    pages,
    rendering,
    search,
    select,
    soundness,
    upkeep,
    verify,
)
from assistant import library as reading_list
from assistant.answering.parts import silent
from assistant.answering.teaching import Teaching
from assistant.errors import Mendable, NegativeResult, UsageError
from assistant.library.comments import Comments
from assistant.library.content import altered_line
from assistant.library.labels import changes, label
from assistant.library.still import Still
from assistant.preferences import with_kept
from assistant.question.follow_up import Thread
from assistant.settings import Settings
from assistant.types import Answer, Hit, Length, Progress, Sentence, Source, SyncReport

if TYPE_CHECKING:
    from assistant.conversations.records import Turn
    from assistant.conversations.store import Conversations
    from assistant.experiments.ledger import Entry
    from assistant.pages.against import Checked
    from assistant.pages.claim_records import ClaimRecords
    from assistant.question.follow_up import Thread
    from assistant.search.holdings import Holding
    from assistant.search.llama_index import AnswerEngine, FusedRetriever
    from assistant.verify.decision import Ruling
    from probes.runs.jobs import Job


_log = logging.getLogger(__name__)


class Assistant(Teaching):
    """An assistant is a reading list that answers. Models and indexes load when first needed."""

    @classmethod
    def open(cls, data_dir: Path | str | None = None, **settings: Any) -> Self:
        """Open the library in `data_dir`; create it if there is none.

        Args:
            data_dir: The data directory; by default the user's own.
            **settings: Any field of `Settings`.
        """
        if data_dir is not None:
            settings["data_dir"] = Path(data_dir).expanduser()
        return cls(with_kept(Settings(**settings)))

    def beside(self, data_dir: Path) -> "Assistant":
        """Return an assistant on another library, without the corpus, with the same settings and models.

        A model that one of them loads is loaded for the other too.
        """
        settings = self.settings.model_copy(
            update={"data_dir": data_dir, "corpus_dir": None, "embedder": self.embedder_name}
        )
        other = Assistant(settings)
        other.share(self)
        return other

    # ── the library ──────────────────────────────────────────────────────────────────────────────

    def add(
        self, paths: Sequence[Path | str], *, password: str | None = None, progress: Progress = silent
    ) -> SyncReport:  # fmt: skip
        """Read files and folders into the library and keep following them.

        Raises:
            Mendable: a path does not exist or cannot be opened; nothing was read.
        """
        roots = upkeep.take_on(self.library, paths)
        model = self.embedding_model()
        return upkeep.follow(self.library, model, roots, progress, password=password, prune=False)

    def sync(
        self, *, password: str | None = None, progress: Progress = silent, check: bool = False
    ) -> SyncReport:
        """Read the corpus and everything added again: new, changed, deleted and unchanged files.

        With `check` every file is hashed, even if its size and times did not change.
        """
        return self.follow(progress, password=password, check=check)

    def repair(self, progress: Progress = silent) -> SyncReport:
        """Read every altered file again, whatever its size and times say, and repair the index."""
        with self.library.alone():
            soundness.forget_altered(self.library)
        report = self.sync(progress=progress, check=True)
        with self.library.alone():
            soundness.mend_index(self.library, self.embedding_model(), progress)
        return report

    def remove(self, keys: Sequence[str]) -> None:
        """Take sources out of the library; their files stay. An unknown key is a UsageError, and nothing is removed."""
        kinds = {key: self.source(key).kind for key in keys}
        upkeep.remove(self.library, self.embedding_model(), kinds, silent)

    def edit(self, key: str, edits: Mapping[str, Any]) -> Source:
        """Correct fields of a paper's record; see `upkeep.edit`."""
        upkeep.edit(self.library, self.embedding_model(), self.source(key), edits, silent)
        return self.source(key)

    def status(self) -> dict[str, Any]:
        """Return counts, index hash, models and storage places; no model is loaded."""
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

    def holdings(
        self, query: str = "", *, status: str = "", sort: str = "key", backwards: bool = False
    ) -> "list[Holding]":
        """Return the library as a table of the rows that a query selects; see `assistant.holdings`.

        Raises:
            UsageError: a filter, the status or the column names something that does not exist.
        """
        self.ready(silent)
        return search.holdings.ordered(
            search.holdings.holdings(self.library, query, status), sort, backwards=backwards
        )

    def label(
        self, keys: Sequence[str], *, tags: Sequence[str] = (), collections: Sequence[str] = (),
        drop_tags: Sequence[str] = (), drop_collections: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Add tags and collections to sources, or take them away; the files do not change.

        Raises:
            UsageError: a key is unknown, or a name is not allowed.
        """
        told = changes(tags, collections, drop_tags, drop_collections)
        label(self.library, [self.source(key).key for key in keys], told)

    def duplicates(self) -> list[list[str]]:
        """Return groups of keys that stand for one work, each group with the key to keep first."""
        self.ready(silent)
        return reading_list.sync.merging.duplicates(self.library)

    def merge(self, groups: Sequence[Sequence[str]]) -> None:
        """Merge each group of keys into its first source, which takes over the reader's words on the others.

        Raises:
            UsageError: a key is unknown, or a group mixes kinds; the groups before it are merged.
        """
        upkeep.merge(self.library, self.embedding_model(), groups, silent)

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """Return the `k` passages that fit a question best, best first; the question may contain filters."""
        query = answering.answer.checked_query(question)
        parts = self.library, self.index(), self.embedder
        most = max(k, select.ordering.FIRST)
        found = search.retrieval.search(*parts, query.text, most, query.filters, self.reranker)
        for key in found.altered:
            _log.warning("%s", altered_line(key))
        scores, _ = self.selector
        if scores is not None and self.reranker is None:
            found = select.ordering.ordered(self.library, found, scores)
        return found.hits()[:k]

    def unheld(self, question: str) -> tuple[str, ...]:
        """Return the quoted phrases and words of a question that no passage within its filters contains."""
        return search.filtering.unheld(
            self.library, self.index(), answering.answer.checked_query(question).filters
        )

    def retriever(self, k: int = 10) -> "FusedRetriever":
        """Return the library's search as a llama-index retriever of the `k` best passages."""
        return search.llama_index.FusedRetriever(self.library, self.search, k)

    def query_engine(self, length: Length = "brief") -> "AnswerEngine":
        """Return the library's answers as a llama-index query engine; its source nodes are the checked quotes."""
        return search.llama_index.AnswerEngine(
            self.library,
            lambda question: self.ask(question, length=length),
            lambda answer: (
                rendering.markdown.to_markdown(
                    answer, reading_list.titles.near_titles(self.library, answer)
                ),
                rendering.data.answer_json(answer),
            ),
        )

    def ask(
        self, question: str, *, writer: str | None = None,
        listen: Callable[[Sentence], None] = lambda _: None, progress: Progress = silent,
        stop: threading.Event | None = None, thread: "Thread | None" = None, length: Length = "brief",
    ) -> Answer:  # fmt: skip
        """Return the checked answer to a question; call `listen` with each sentence that passes the gate.

        Args:
            question: The question in words.
            writer: One of `assistant.writers.choosing.names()`, also with a model, as in "ollama:llama3.2"
                (see `assistant.writers.choosing.chosen`); by default the settings choose.
            listen: Called with every sentence as soon as it passes.
            progress: Called with what is read before the first answer.
            stop: Ends an answer while its writer waits for a model.
            thread: The questions before this one, which complete a follow-up, and the sources that
                the reader pinned or excluded.
            length: "full" shows as paragraphs after the brief what "brief" folds.

        Raises:
            Stopped: `stop` was set.
            UsageError: the question cannot be asked, a pinned or excluded key is unknown, or there
                is no such length.
        """
        if length not in get_args(Length):
            raise UsageError(f"There is no length {length!r}; it is brief or full.")
        question, thread = answering.answer.checked_question(question), thread or Thread()
        desk = self.desk(writer, progress, stop)
        for key in (*thread.pinned, *thread.excluded):
            self.source(key)
        return rendering.unfolding.at_length(
            answering.answer.answer(desk, question, listen, thread), length
        )

    # ── threads ──────────────────────────────────────────────────────────────────────────────────

    @property
    def threads(self) -> "Conversations":
        """Return the stored threads of the library: list, show, rename, delete, keep an answer."""
        return conversations.store.Conversations(self.library)

    def export_answer(self, answer: "str | Turn", form: str, length: Length = "brief") -> bytes:
        """Return a stored answer as `md`, `html`, `pdf`, `docx`, or the `bibtex` of its sources.

        Raises:
            UsageError: there is no such answer or format.
            NegativeResult: the library holds none of its sources.
        """
        turn = self.threads.answer(answer) if isinstance(answer, str) else answer
        return conversations.exports.exported(turn, form, self.library, length)

    def note_answer(self, answer: "str | Turn", progress: Progress = silent) -> Source:
        """Write a stored answer as a note into the data directory and add it to the library as a source.

        Raises:
            UsageError: there is no such answer.
            NegativeResult: the answer cites nothing.
            Mendable: the note cannot be written to the disk or read back.
        """
        turn = self.threads.answer(answer) if isinstance(answer, str) else answer
        path = conversations.exports.note_file(turn, self.data_dir)
        report = self.add([path], progress=progress)
        made = next((f.source for f in report.files if f.path == str(path) and f.source), path.stem)
        return self.source(made)

    def summarize(
        self, keys: Sequence[str] = (), question: str = "", progress: Progress = silent
    ) -> Answer:
        """Return a cited summary of sources, or of the sources that the answer to a question cites.

        Raises:
            UsageError: neither keys nor a question were given, or both.
            NegativeResult: the answer to the question cites nothing.
        """
        if keys and question.strip():
            raise UsageError("Name the keys to summarise, or give a --question; one of the two.")
        if question.strip():
            answer = self.ask(question, progress=progress)
            if not any(sentence.citations for sentence in answer.sentences):
                raise NegativeResult(
                    f"The answer to {question!r} cites no source, so there is nothing to summarise; "
                    "name keys, or add sources that answer it."
                )
            return pages.answered.summary_of(answer, self.library)
        sources = [self.source(key) for key in keys]
        if altered := self.library.altered(keys):
            raise Mendable(altered_line(altered[0]))
        # `self.index()` would wait, but the page must open while the index is being built.
        index = self.library.fact("index") or ""
        return pages.summaries.summary(Still(self.library), sources, index, self.selector[0])

    def paper(self, key: str) -> dict[str, Any]:
        """Return the paper page of a source as data, with its stored text."""
        source = self.source(key)
        asked = [(turn.answer.question, turn.id) for turn in self.threads.opened_by(key)]
        known = judged.answered_by(key) if (judged := self.judgements[0]) else ()
        return pages.paper.page(
            Still(self.library), source, pages.questions.questions(source, asked, known)
        )

    @property
    def comments(self) -> Comments:
        """Return the reader's comments on sources, which can be listed, added, removed and made notes."""
        return Comments(self.library, self.data_dir)

    @property
    def claims(self) -> "ClaimRecords":
        """Return the claims records, which can be read, attested, disputed, withdrawn, saved and imported."""
        return pages.claim_records.ClaimRecords(self.library)

    def export(self, keys: Sequence[str], form: str) -> str:
        """Return the bibliographic records of sources as `bibtex`, `ris` or `csl-json`."""
        return reading_list.bibliography.export([self.source(key) for key in keys], form)

    def verify(
        self, sentence: str, evidence: "str | Sequence[str]", titles: Sequence[str] = ()
    ) -> "Ruling":
        """Return whether evidence supports a sentence, with which probability, and if not why.

        Args:
            sentence: Any sentence.
            evidence: The quotes that should support it, mostly one to three.
            titles: The titles of their sources.

        Raises:
            Mendable: the judge that the settings name cannot judge.
        """
        texts = (evidence,) if isinstance(evidence, str) else tuple(evidence)
        return verify.decision.decide(
            verify.evidence.Claim(sentence, texts, tuple(titles)), self.judge
        )

    def verify_against(self, sentence: str, key: str) -> "Checked":
        """Return whether a source supports a sentence, and with which of its own; see `pages.against`."""
        return pages.against.against(sentence, self.source(key), self.embedder.question, self.judge)

    # ── experiments ──────────────────────────────────────────────────────────────────────────────

    def ledger(self, probe: str = "", model: str = "") -> "list[Entry]":
        """Return every claim that a probe tests with every model it was tested on; see `experiments.ledger`.

        Raises:
            UsageError: there is no such probe, or no run on such a model.
        """
        return experiments.ledger.ledger(self.data_dir, probe, model)

    def start_probe(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        texts: Sequence[str] = (),
        *,
        device: str = "cpu",
        dtype: str = "float32",
    ) -> "Job":
        """Start a probe in a process of its own, on `texts` or by default on passages of this library."""
        self.ready(silent)
        parts = self.library, self.settings, name, parameters or {}, texts
        return experiments.starting.start(*parts, device=device, dtype=dtype)

    def start_again(self, evidence: str) -> "Job":
        """Start a stored run once more from its record."""
        return experiments.starting.start_again(self.library, self.settings, evidence)
