"""The embedding model by its name: the bundled one, a folder, or a layer of a language model."""

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import probes
from assistant import models
from assistant.errors import UsageError
from assistant.models.packages import embedder_folder, model_id
from assistant.text.passages import CountTokens
from probes.errors import UsageError as ProbeUsageError
from probes.machines.workers import HERE, Workers

if TYPE_CHECKING:
    from assistant.models.embedding import Embedder
    from assistant.models.layer_embedding import LayerEmbedder, LayerName


class EmbeddingModel:
    """An embedding model turns texts into vectors; weights, tokenizer and torch load only when needed.

    Args:
        name: `minilm` (bundled), the folder of a BERT-like model, or a model and a layer of it, as
            in `smollm2@12`.
        window: The tokens that are read of one text, including special ones.
        threads: The CPU threads of the embedding model; 0 takes all.
        cache: Where the weights of a language model are kept after they are unpacked.
        workers: Where texts are read and embedded; a worker that is sent the model loads it once, in
            single precision.
        single: Whether a large sync too is embedded in single precision.
    """

    def __init__(
        self,
        name: str,
        *,
        window: int,
        threads: int,
        cache: Path,
        workers: Workers = HERE,
        single: bool = True,
    ) -> None:
        self.name = name
        self.window = window
        self._threads = threads
        self._cache = cache
        self.workers = workers
        self._single = single

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how a worker makes the model: not from what is loaded here."""
        return _made_once, (self.name, self.window, self._threads, self._cache)

    @property
    def id(self) -> str:
        """Return the name under which the index and its vectors are filed, without loading the model.

        Raises:
            UsageError: the name has an @ but no layer after it.
            Mendable: the model is missing.
        """
        return self._layer.id if self._layer else model_id(self._folder)

    @cached_property
    def embedder(self) -> "Embedder | LayerEmbedder":
        """Return the loaded model.

        Raises:
            UsageError: there is no such model or layer.
            Mendable: the model is missing or cannot be loaded.
        """
        if self._layer:
            return models.layer_embedding.LayerEmbedder(self._layer, self._cache, self.window)

        threads = self._threads or (self.workers.threads if self.workers.several else 0)
        return models.embedding.Embedder(self._folder, self.window, threads, single=self._single)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special ones; a sentence model loads no weights."""
        return self._counter(texts)

    @cached_property
    def _counter(self) -> CountTokens:
        if self._layer:
            return self.embedder.count_tokens

        return models.embedding.TokenCounter(self._folder)

    @property
    def _folder(self) -> Path:
        return embedder_folder(self.name)

    @cached_property
    def _layer(self) -> "LayerName | None":
        """Return the named model and layer; None, without importing torch, for a sentence model."""
        if "@" not in self.name:
            return None

        return models.layer_embedding.LayerName.parse(self.name)


@cache
def _made_once(name: str, window: int, threads: int, cache: Path) -> EmbeddingModel:
    return EmbeddingModel(name, window=window, threads=threads, cache=cache)


def resolved(name: str) -> str:
    """Return the name of an embedding model in a form valid in any working directory.

    Raises:
        UsageError: the name is neither `minilm`, a folder, nor a model and a layer of it.
    """
    model, _, layer = name.rpartition("@")
    if model:
        try:
            return f"{probes.models.model_names.resolved(model)}@{layer}"
        except ProbeUsageError as error:
            raise UsageError(str(error)) from error
    if name == "minilm":
        return name
    if name and (folder := Path(name).expanduser()).is_dir():
        return str(folder.absolute())
    if name in probes.models.model_names.BUNDLED:
        raise UsageError(f"{name} is a language model: name one of its layers with --layer.")
    raise UsageError(
        f"There is no embedding model {name!r}; name `minilm`, the folder of a BERT-like model, or a "
        "language model with one of its layers (--layer)."
    )
