"""Any MTEB task on any layer: the encoder that `mteb.evaluate` takes (optional package `mteb`)."""

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probes.encoder import LayerEncoder, Vectors
from probes.types import ProbeError


class MtebEncoder:
    """A `LayerEncoder` with the methods of mteb 2's encoder protocol.

    Its name for mteb holds model, layer and pooling: mteb keeps results by name, and those of one
    layer must not be taken for another's.
    """

    def __init__(self, encoder: LayerEncoder, revision: str | None = None, **_: Any) -> None:
        self.encoder = encoder
        self.revision = revision or encoder.model.record.revision

    @property
    def name(self) -> str:
        """`owner/model-layer-12-mean`, in the form that mteb asks for."""
        model = self.encoder.model.record.id
        owned = model if model.count("/") == 1 else f"local/{model.replace('/', '-')}"
        return f"{owned}-layer-{self.encoder.layer}-{self.encoder.pooling}".replace(" ", "-")

    def encode(self, inputs: Iterable[Mapping[str, Any]], **_: Any) -> Vectors:
        """Vectors `[texts, dim]` of batches, each with its texts under `text`.

        What else mteb says (task, split, subset, query or document, batch size) changes nothing:
        a pooled state has no instruction.

        Raises:
            ProbeError: a batch without texts; only text can be read.
        """
        texts: list[str] = []
        for batch in inputs:
            if "text" not in batch:
                raise ProbeError(f"{self.name} reads text only, and got {', '.join(batch)}")
            # An empty text has no tokens; benchmarks hold some.
            texts += [text if text.strip() else "." for text in batch["text"]]
        return self.encoder.encode(texts)

    def similarity(self, embeddings1: ArrayLike, embeddings2: ArrayLike) -> NDArray[np.float32]:
        """Cosine of every pair, `[first, second]`."""
        return np.asarray(_unit(embeddings1) @ _unit(embeddings2).T)

    def similarity_pairwise(
        self, embeddings1: ArrayLike, embeddings2: ArrayLike
    ) -> NDArray[np.float32]:
        """Cosine of each vector and its partner, `[pairs]`."""
        return np.asarray((_unit(embeddings1) * _unit(embeddings2)).sum(axis=1))

    @property
    def mteb_model_meta(self) -> Any:
        """What mteb files results under.

        Raises:
            ProbeError: mteb is not installed.
        """
        if importlib.util.find_spec("mteb") is None:
            raise ProbeError("MTEB tasks need the package mteb (2 or later); `pip install mteb`")
        from mteb.models import ModelMeta  # noqa: PLC0415  an optional package, slow to load

        return ModelMeta.create_empty(
            overwrites={
                "name": self.name,
                "revision": self.revision,
                "n_parameters": self.encoder.model.record.parameters,
                "max_tokens": self.encoder.max_tokens,
                "similarity_fn_name": "cosine",
                "framework": ["PyTorch"],
            }
        )


def _unit(vectors: ArrayLike) -> NDArray[np.float32]:
    array = np.atleast_2d(np.asarray(vectors, dtype=np.float32))
    norms = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.where(norms > 0, norms, 1.0))
