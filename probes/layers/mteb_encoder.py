"""Run any MTEB task on any layer: the encoder that `mteb.evaluate` takes (optional package `mteb`)."""

import importlib.util
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32

from probes.errors import ProbeError
from probes.layers.encoder import LayerEncoder


class MtebEncoder:
    """A `LayerEncoder` with the methods of mteb 2's encoder protocol."""

    def __init__(self, encoder: LayerEncoder) -> None:
        self.encoder = encoder

    @property
    def name(self) -> str:
        """Return a name such as `owner/model-layer-12-mean-256-tokens`, in the form that mteb asks for.

        mteb keeps results by this name and the revision, and reuses them in the next run with that name, so the name
        holds everything that changes the vectors.
        """
        model = self.encoder.model.record.id
        owned = model if model.count("/") == 1 else f"local/{model.replace('/', '-')}"
        layer, pooling, tokens = self.encoder.layer, self.encoder.pooling, self.encoder.max_tokens
        return f"{owned}-layer-{layer}-{pooling}-{tokens}-tokens".replace(" ", "-")

    def encode(
        self, inputs: Iterable[Mapping[str, Any]], *, precision: str = "float32", **_: Any
    ) -> Float32[np.ndarray, "texts dim"]:
        """Return the vectors of batches, each with its texts under `text`.

        The other arguments (task, split, subset, query or document, batch size) change nothing: a pooled state has no
        instruction.

        Raises:
            ProbeError: a batch has no texts, or the precision is another one; mteb would file the results under that
                precision.
        """
        if precision != "float32":
            raise ProbeError(
                f"{self.name} gives float32 vectors; for {precision} wrap it in mteb's "
                "CompressionWrapper"
            )
        texts: list[str] = []
        for batch in inputs:
            if "text" not in batch:
                raise ProbeError(f"{self.name} reads text only, and got {', '.join(batch)}")
            # An empty text has no tokens, and some benchmarks hold one.
            texts += [text if text.strip() else "." for text in batch["text"]]
        return self.encoder.encode(texts)

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Float[torch.Tensor, "first second"]:
        """Return the cosine of every pair, `[first, second]`, as a tensor, since some tasks take `float` of it."""
        return _unit(embeddings1) @ _unit(embeddings2).T

    def similarity_pairwise(
        self, embeddings1: Any, embeddings2: Any
    ) -> Float[torch.Tensor, " pairs"]:
        """Return the cosine of each vector and its partner, `[pairs]`."""
        return (_unit(embeddings1) * _unit(embeddings2)).sum(dim=1)

    @cached_property
    def mteb_model_meta(self) -> Any:
        """Return the description under which mteb files results; mteb's wrappers write their changes into it.

        Raises:
            ProbeError: mteb is not installed.
        """
        if importlib.util.find_spec("mteb") is None:
            raise ProbeError("MTEB tasks need the package mteb (2.26 or later); `pip install mteb`")
        from mteb.models import ModelMeta  # noqa: PLC0415  an optional package, slow to load

        record = self.encoder.model.record
        # Versions of mteb want different fields; a field that is not known here is None.
        wanted = {
            name: None for name, field in ModelMeta.model_fields.items() if field.is_required()
        }
        known = {
            "name": self.name,
            "revision": record.revision,
            "n_parameters": record.parameters,
            "max_tokens": self.encoder.max_tokens,
            "similarity_fn_name": "cosine",
            "framework": ["PyTorch"],
        }
        return ModelMeta(**(wanted | known))


def _unit(vectors: Any) -> Float[torch.Tensor, "texts dim"]:
    """Return rows of unit length, `[vectors, dim]`; a row of zeros stays."""
    rows = torch.atleast_2d(torch.as_tensor(vectors, dtype=torch.float32))
    return torch.nn.functional.normalize(rows, dim=1)
