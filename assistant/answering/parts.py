"""The parts of an assistant are chosen here and nowhere else."""

import logging
import threading
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant import answering, experiments, models, preferences, select, upkeep, verify, writers
from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.models.embedding_model import EmbeddingModel, resolved
from assistant.settings import Settings
from assistant.types import Progress, SyncReport, VectorServer
from probes.machines.workers import Workers

if TYPE_CHECKING:
    from assistant.answering.desk import Desk
    from assistant.models.cross_encoder import CrossEncoder
    from assistant.models.embedding import Embedder
    from assistant.models.layer_embedding import LayerEmbedder
    from assistant.search.index import Index
    from assistant.select.judgements import Judgements
    from assistant.select.selector import Selector
    from assistant.select.taught import Taught
    from assistant.verify.evidence import Judges

_log = logging.getLogger(__name__)


# No loaded part depends on these settings.
_READ_EACH_TIME = (
    "writer",
    "writer_model",
    "length",
    "language_model",
    "probe_seconds",
    "probe_megabytes",
)


def silent(message: str, fraction: float) -> None:
    """Ignore the progress."""


class Parts:
    """Parts are the library, its index and the models that the settings name; each loads when first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data_dir = settings.data_dir
        token = settings.chroma_token.get_secret_value()
        self.library = Library(settings.data_dir, VectorServer(url=settings.chroma, token=token))
        # If several questions are asked at once, the first one opens the index and the others wait.
        self._opening = threading.Lock()

    def prefer(self, name: str, value: Any) -> None:
        """Keep a setting with this library from now on; None restores its default.

        Raises:
            UsageError: the setting does not exist or cannot have this value, or the environment
                sets another value.
            Mendable: the setting cannot be written.
        """
        self.settings = preferences.keep(self.settings, name, value)
        if name not in _READ_EACH_TIME:  # parts made with the old value are made again when needed
            for part in ("judging", "selector", "reranker"):
                self.__dict__.pop(part, None)
            self._model = None

    def share(self, other: Self) -> None:
        """Use the models of another assistant, so that each model is loaded once for both."""
        self._model = other.embedding_model()
        self.judging = other.judging
        self.reranker = other.reranker

    def follow(
        self, progress: Progress, *, password: str | None = None, check: bool = False
    ) -> SyncReport:
        """Read new and changed files of the corpus and of all added folders, and bring the index up to date."""
        return upkeep.follow(
            self.library, self.embedding_model(), self.roots_followed(), progress,
            password=password, prune=True, every=check,
        )  # fmt: skip

    def desk(
        self, writer: str | None = None, progress: Progress = silent,
        stop: threading.Event | None = None,
    ) -> "Desk":  # fmt: skip
        """Return the desk for one answer."""
        name, settings = writers.choosing.chosen(writer or self.settings.writer, self.settings)
        # The writer comes first: if it cannot write, the reader is told before anything is read.
        write = writers.choosing.writer(name, settings, stop or threading.Event())
        index, encoder = self.index(progress), self.embedder
        judged = self._taught.joined(self.judgements[0], index.embedder, encoder.question)
        # A brief only quotes, so it needs no judge and does not wait for one to load.
        judge, unjudged = (None, "") if name == "extractive" else self.judging
        return answering.desk.Desk(
            library=self.library,
            index=index,
            encoder=encoder,
            writer=write,
            writer_name=name,
            # Runs get at most half of the places, because sources lead the answer. Any answer may
            # show one run: it may be the run that was started there.
            bearing=partial(
                experiments.measured.measured,
                self.library,
                index,
                encoder,
                max(1, self.settings.sources_per_answer // 2),
                scores=self.selector[0],
            ),
            scores=self.selector[0],
            is_word=self.selector[0].knows if self.selector[0] else lambda _: False,
            notices=(*self.selector[1], *self.judgements[1]),
            judge=judge,
            unjudged=unjudged,
            judged=judged,
            reranker=self.reranker,
            models=(
                self.settings.judge,
                self.settings.reranker,
                settings.writer_model,
            ),
            sources_per_answer=self.settings.sources_per_answer,
            next_lines=self.settings.next_lines,
        )

    @cached_property
    def selector(self) -> "tuple[Selector | None, tuple[str, ...]]":
        """Return the selector, or None and the notice that says why its weights cannot be used."""
        try:
            return select.selector.Selector(threads=self.settings.threads or 1), ()
        except Mendable as error:
            return None, (str(error),)

    @cached_property
    def judgements(self) -> "tuple[Judgements | None, tuple[str, ...]]":
        """Return the judged questions of the corpus, or None and the notice that says why there are none."""
        corpus = self.settings.corpus_dir
        if corpus is None or not (corpus / select.judgements.NAME).exists():
            return None, ()
        try:
            return select.judgements.read(corpus / select.judgements.NAME), ()
        except Mendable as error:
            return None, (str(error),)

    @cached_property
    def _taught(self) -> "Taught":
        """Return the judged questions and the reader's marks, joined."""
        return select.taught.Taught(self.library)

    @cached_property
    def judging(self) -> "tuple[Judges | None, str]":
        """Return the judge, or None and the notice that says why there is none."""
        name = self.settings.judge.strip()
        if name not in ("", "server"):
            return verify.entailment.EntailmentModel(name), ""

        if name:
            verify.server.check(self.settings)
        try:
            judge = verify.judge.Judge(threads=self.settings.threads or 1)
        except Mendable as error:
            return None, str(error)
        return (verify.server.server_judge(self.settings, judge) if name else judge), ""

    @property
    def judge(self) -> "Judges | None":
        """Return the judge for sentences that no rule settles; None if the bundled weights cannot be used."""
        return self.judging[0]

    @property
    def unjudged(self) -> str:
        """Return why there is no judge, as one line for the reader, or "" if there is one."""
        return self.judging[1]

    @cached_property
    def reranker(self) -> "CrossEncoder | None":
        """Return the reader's cross-encoder, not yet loaded, or None (without importing torch) if none was chosen."""
        if not self.settings.reranker:
            return None

        return models.cross_encoder.CrossEncoder(self.settings.reranker)

    def index(self, progress: Progress = silent) -> "Index":
        """Return the current index of the library; the first call for a library reads the corpus."""
        with self._opening:
            self.ready(progress)
            model = self.embedding_model()
            self._index = upkeep.open_index(self.library, model, progress, self._index)
            return self._index

    _index: "Index | None" = None

    @property
    def embedder(self) -> "Embedder | LayerEmbedder":
        """Return the embedding model, or the layer of a language model that was chosen instead."""
        return self.embedding_model().embedder

    def embedding_model(self) -> EmbeddingModel:
        """Return the current embedding model of this library; another process may have chosen another one."""
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
            workers=Workers(count=self.settings.workers, ray=self.settings.ray),
            single=self.settings.precision == "single",
        )

    _model: EmbeddingModel | None = None

    def choose_embedder(self, name: str, progress: Progress = silent) -> str:
        """Use another embedding model for this library from now on; return the new index hash.

        Until the new index is complete, the old index and its model answer, even if this call is
        interrupted.

        Args:
            name: `minilm`, a model folder, or a model and a layer of it, as in `smollm2@12`.
            progress: Called with what is being done.

        Raises:
            UsageError: the name is none of these.
            Mendable: the model cannot be loaded, or gives values that are not finite.
        """
        chosen = self._model_named(resolved(name))
        report = upkeep.follow(self.library, chosen, self.roots_followed(), progress, prune=True)
        self.library.set_fact("embedder", chosen.name)
        return report.index_hash

    @property
    def embedder_name(self) -> str:
        """Return the name of the embedding model: the library's choice, else the settings'."""
        return self.library.fact("embedder") or self.settings.embedder

    def ready(self, progress: Progress) -> None:
        """Read the corpus into a new library, and add finished runs."""
        if self.library.fact("synced") is None:
            self.follow(progress)
            return
        try:
            if upkeep.absorb(self.library):
                upkeep.embed(self.library, self.embedding_model(), progress)
                with self.library.alone():
                    upkeep.reindex(self.library, self.embedding_model(), progress)
        except Mendable as error:
            # If the disk is read-only or another process is writing, the existing index answers.
            _log.warning("New experiments could not be added yet: %s", error)

    def indexed_as(self) -> str:
        """Return the hash that an index of the library's present content has."""
        return upkeep.indexed_as(self.library, self.embedding_model())

    def roots_followed(self) -> list[Path]:
        """Return the corpus and all folders and files that were added."""
        corpus = [self.settings.corpus_dir] if self.settings.corpus_dir else []
        return [
            *(root.absolute() for root in corpus),
            *(Path(root) for root in self.library.roots()),
        ]
