"""Continues many prefixes with a local model: shared tokens read once, all rows in one batch.

The prefixes are read in the order of their tree (`sharing`), each shared token once, into one
shared cache (`shared_cache`). Rows decode together; a row that ends makes room for the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil
import torch
import transformers

from probes.continuations import sampling, shared_cache
from probes.continuations.sharing import Visit, common, reading_order
from probes.continuations.text import TextStream, finished
from probes.continuations.types import Continuation, Finish, Prefix, Request
from probes.models import LocalModel
from probes.types import ModelRecord, ProbeError

MOST_ROWS = 96
"""Decoded together at most: beyond this a step takes longer in proportion, and saves nothing."""
_MEMORY_SHARE = 0.3
_READ_TOKENS = 1024


@dataclass(kw_only=True)
class Spent:
    """Tokens that went through the network: read in prefixes, and in the batch."""

    read: int = 0
    decoded: int = 0
    steps: int = 0


@dataclass(frozen=True, kw_only=True)
class LocalBackend:
    """A decoder-only transformer of this machine as a `Backend`.

    `memory` is how many bytes the caches may take; what does not fit waits for its turn. `spent`
    counts what has been processed since the backend was made.
    """

    model: LocalModel
    network: Any
    rows: int = MOST_ROWS
    memory: int = 0
    spent: Spent = field(default_factory=Spent)

    @property
    def record(self) -> ModelRecord:
        """Which weights write."""
        return self.model.record

    @property
    def context(self) -> int | None:
        """Most tokens that the model can attend to, where it says."""
        limit = getattr(self.network.config.get_text_config(), "max_position_embeddings", None)
        return int(limit) if limit else None

    def prefix(self, text: str) -> Prefix:
        """The text with the model's own opening tokens."""
        tokens = self.model.tokenizer(text)["input_ids"]
        return Prefix(text=text, tokens=tuple(tokens))

    def extend(self, prefix: Prefix, text: str) -> Prefix:
        """A prefix with more text behind it, tokenised by itself: the prefix keeps its tokens."""
        more = self.model.tokenizer(text, add_special_tokens=False)["input_ids"]
        return Prefix(text=prefix.text + text, tokens=(*prefix.tokens, *more))

    def chat(self, question: str) -> str:
        """The question as the model's own chat template asks it.

        Raises:
            ProbeError: the model has no chat template.
        """
        if not getattr(self.model.tokenizer, "chat_template", None):
            raise ProbeError(
                f"model {self.record.id} has no chat template; use prompting=few-shot instead"
            )
        turns = [{"role": "user", "content": question}]
        asked = self.model.tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True
        )
        # The template writes the opening token, which `prefix` adds again.
        opening = self.model.tokenizer.bos_token
        return str(asked).removeprefix(opening) if opening and self._adds_bos() else str(asked)

    def _adds_bos(self) -> bool:
        tokens = self.model.tokenizer("a")["input_ids"]
        return bool(tokens) and tokens[0] == self.model.tokenizer.bos_token_id

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens without the special ones."""
        return str(
            self.model.tokenizer.decode(
                list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Continuation]]:
        """Every continuation with the index of its request, in the order they end.

        Raises:
            ProbeError: a prefix is empty or leaves no room in the model's context, or the model
                cannot be read this way.
        """
        for request in requests:
            self._check(request)
        decoding = _Decoding(self, requests)
        try:
            yield from decoding.run()
        finally:
            self.network.set_attn_implementation(decoding.own)

    def ends_at(self) -> frozenset[int]:
        """Tokens with which the model ends a text."""
        settings = getattr(self.network, "generation_config", None)
        found: set[int] = set()
        for end in (
            getattr(settings, "eos_token_id", None),
            self.network.config.get_text_config().eos_token_id,
            self.model.tokenizer.eos_token_id,
        ):
            found |= set(end) if isinstance(end, list) else {end}
        return frozenset(end for end in found if end is not None)

    def fitting_rows(self, longest: int) -> int:
        """How many rows of that many own tokens fit into the memory limit, at least one."""
        config = self.network.config.get_text_config()
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        # Twice: adding and dropping rows copies the buffers.
        each = 2 * 2 * 4 * config.num_hidden_layers * heads * dim * longest
        limit = self.memory or int(_MEMORY_SHARE * psutil.virtual_memory().available)
        return max(1, min(self.rows, limit // each))

    def _check(self, request: Request) -> None:
        length, context = len(request.prefix.tokens), self.context
        if length == 0:
            raise ProbeError("a continuation needs a prefix of at least one token; it has none")
        if context and length >= context:
            raise ProbeError(
                f"a prefix has {length} tokens, but {self.record.id} reads at most {context}; "
                "shorten the trace or choose a model with a longer context"
            )


def open_local(model: LocalModel, *, rows: int = MOST_ROWS, memory: int = 0) -> LocalBackend:
    """Make a loaded model continue texts.

    Args:
        model: a decoder; weights saved without their head are taken where the head is tied to
            the embeddings.
        rows: continuations decoded together at most.
        memory: bytes for the caches; by default 30 % of what is free.

    Raises:
        ProbeError: the model is no decoder with attention in every layer, or has no head.
    """
    network = _with_head(model)
    kinds = getattr(network.config.get_text_config(), "layer_types", None) or []
    if any("attention" not in kind for kind in kinds) or not hasattr(
        network.config.get_text_config(), "num_attention_heads"
    ):
        raise ProbeError(
            f"model {model.record.id} has layers without attention, so a trace read once cannot "
            "be cut; choose a transformer decoder"
        )
    return LocalBackend(model=model, network=network, rows=rows, memory=memory)


def _with_head(model: LocalModel) -> Any:
    network = model.network
    if network.get_output_embeddings() is not None and hasattr(network, "base_model_prefix"):
        return network
    kinds = transformers.MODEL_FOR_CAUSAL_LM_MAPPING
    config = network.config
    if type(config) not in kinds or not getattr(config, "is_decoder", True):
        raise ProbeError(f"model {model.record.id} writes no text; choose a decoder")
    if not config.tie_word_embeddings or kinds[type(config)].base_model_prefix == "":
        raise ProbeError(
            f"model {model.record.id} was stored without its output layer; "
            "save it with AutoModelForCausalLM"
        )
    with torch.device("meta"):
        whole = kinds[type(config)](config)
    setattr(whole, whole.base_model_prefix, network)
    whole.get_output_embeddings().weight = network.get_input_embeddings().weight
    return whole.eval()


@dataclass(kw_only=True)
class _Row:
    """One continuation under way."""

    index: int
    request: Request
    pending: list[int]
    """Tokens of the prefix still to be read in the batch, the next one first."""
    stream: TextStream
    random: np.random.Generator
    limit: int
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)


class _Decoding:
    """One call of `complete`: what waits, what was read, and the rows under way."""

    def __init__(self, backend: LocalBackend, requests: Sequence[Request]) -> None:
        self.backend = backend
        self.requests = requests
        self.waiting: list[Visit] = reading_order([r.prefix.tokens for r in requests])[::-1]
        self.cache = transformers.DynamicCache()
        self.own = backend.network.config._attn_implementation
        self.path: list[int] = []
        self.columns: list[int] = []
        self.rows: list[_Row] = []
        self.store = shared_cache.Rows()
        self.ends = backend.ends_at()
        private = max((len(r.prefix.tokens) - v.held for v, r in self._pairs()), default=0)
        longest = private + max((r.decoding.max_tokens for r in requests), default=0)
        self.room = backend.fitting_rows(longest)

    def _pairs(self) -> Iterator[tuple[Visit, Request]]:
        return ((visit, self.requests[visit.index]) for visit in self.waiting)

    def run(self) -> Iterator[tuple[int, Continuation]]:
        while self.waiting or self.rows:
            free = self.room - len(self.rows)
            if self.waiting and (free >= max(1, self.room // 8) or not self.rows):
                self._admit(free)
            ended = self._step()
            if ended:
                gone = {row.index for row, _ in ended}
                kept = [place for place, row in enumerate(self.rows) if row.index not in gone]
                self.rows = [self.rows[place] for place in kept]
                self.store.keep(kept)
                for row, finish in ended:
                    yield row.index, _continuation(row, finish)

    def _admit(self, free: int) -> None:
        """Read what the next rows need and add them."""
        if self.store.columns > 2 * len(self.columns) + _READ_TOKENS:
            moved = self.store.drop(self.columns)
            self.columns = [moved[column] for column in self.columns]
        admitted = [self.waiting.pop() for _ in range(min(free, len(self.waiting)))]
        seen = []
        for visit in admitted:
            self._read(visit)
            seen.append(self.columns[: visit.held])
            self.rows.append(self._row(visit))
        self.store.admit(seen)

    def _row(self, visit: Visit) -> _Row:
        request = self.requests[visit.index]
        tokens, context = request.prefix.tokens, self.backend.context
        limit = request.decoding.max_tokens
        return _Row(
            index=visit.index,
            request=request,
            pending=list(tokens[visit.held :]),
            stream=TextStream(self.backend.decode, tokens),
            random=np.random.default_rng(list(request.seed)),
            limit=min(limit, context - len(tokens)) if context else limit,
        )

    @torch.inference_mode()
    def _read(self, visit: Visit) -> None:
        """Read the prefix into the shared cache, from where it leaves what was read before."""
        tokens = self.requests[visit.source].prefix.tokens[: visit.ahead]
        known = common(self.path, tokens)
        if known >= visit.held:
            return
        self._attention(self.own)
        if len(self.path) > known:
            self.cache.crop(known - len(self.path))
        del self.columns[known:]
        for start in range(known, len(tokens), _READ_TOKENS):
            piece = torch.tensor([tokens[start : start + _READ_TOKENS]])
            places = torch.arange(start, start + piece.shape[1])[None]
            self.backend.network.base_model(
                piece, past_key_values=self.cache, position_ids=places, use_cache=True
            )
            self.columns += self.store.share(self.cache, start)
            self.backend.spent.read += piece.shape[1]
        self.path = list(tokens)

    def _attention(self, name: str) -> None:
        if self.backend.network.config._attn_implementation != name:
            self.backend.network.set_attn_implementation(name)

    @torch.inference_mode()
    def _step(self) -> list[tuple[_Row, Finish]]:
        """One token for every row; the rows that it ends."""
        network = self.backend.network
        self._attention(shared_cache.NAME)
        inputs = [row.pending.pop(0) if row.pending else row.tokens[-1] for row in self.rows]
        places = self.store.begin_step()
        logits = network(
            input_ids=torch.tensor(inputs)[:, None],
            position_ids=places,
            use_cache=False,
            rows=self.store,
        ).logits[:, -1]
        self.store.end_step()
        self.backend.spent.decoded += len(inputs)
        self.backend.spent.steps += 1
        writing = [place for place, row in enumerate(self.rows) if not row.pending]
        if len(writing) < len(self.rows):
            logits = logits[writing]
        rows = [self.rows[place] for place in writing]
        drawn = sampling.draw(
            logits,
            [row.request.decoding.temperature for row in rows],
            [row.request.decoding.top_p for row in rows],
            [row.random.random() for row in rows],
        )
        found = zip(rows, drawn.tokens, drawn.logprobs, drawn.confidences, strict=True)
        written = [(row, self._write(row, *rest)) for row, *rest in found]
        return [(row, finish) for row, finish in written if finish is not None]

    def _write(self, row: _Row, token: int, logprob: float, confidence: float) -> Finish | None:
        row.logprobs.append(logprob)
        row.confidences.append(confidence)
        row.tokens.append(token)
        if token in self.ends:
            return "end"
        piece = row.stream.push(token)
        request = row.request
        finish = finished(piece, row.stream.text, request.lead, request.decoding)
        return finish or ("length" if len(row.tokens) >= row.limit else None)


def _continuation(row: _Row, finish: Finish) -> Continuation:
    tokens = row.tokens[:-1] if finish == "end" else row.tokens
    return Continuation(
        text=row.stream.text,
        finish=finish,
        generated=len(row.tokens),
        tokens=tuple(tokens),
        ends=tuple(row.stream.ends),
        logprobs=tuple(row.logprobs[: len(tokens)]),
        confidences=tuple(row.confidences[: len(tokens)]),
    )
