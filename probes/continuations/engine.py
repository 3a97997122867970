"""Continue many prefixes with a local model: shared tokens are read once, and all rows decode in one batch.

The prefixes are read in the order of their tree into one shared cache, each shared token once. A row that ends makes
room for the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from probes.continuations import sampling, shared_cache
from probes.continuations.sharing import common, reading_order
from probes.continuations.text import TextStream, finished
from probes.continuations.types import Continuation, Finish, Prefix, Request
from probes.models import devices
from probes.models.local_model import LocalModel
from probes.types import LanguageModel, ModelRecord, ProbeError

MOST_ROWS = 96
"""This many rows are decoded together at most: SmolLM2 gives 64 tokens per CPU second at 48 rows, 71 at 96."""
_MEMORY_SHARE = 0.3
_READ_TOKENS = 1024


@dataclass(kw_only=True)
class Spent:
    """The tokens that went through the network: those read in prefixes, and those in the batch."""

    read: int = 0
    decoded: int = 0
    steps: int = 0


@dataclass(frozen=True, kw_only=True)
class LocalBackend:
    """A decoder-only transformer of this machine as a `Backend`.

    `memory` is how many bytes the caches may take; requests that do not fit wait. `spent`
    counts the tokens processed since the backend was made.
    """

    model: LocalModel
    rows: int = MOST_ROWS
    memory: int = 0
    spent: Spent = field(default_factory=Spent)

    @property
    def record(self) -> ModelRecord:
        """Return the record of the weights that write."""
        return self.model.record

    @property
    def network(self) -> Any:
        """Return the transformer itself."""
        return self.model.network

    @property
    def device(self) -> torch.device:
        """Return the device that the network computes on."""
        return next(iter(self.network.parameters())).device

    @property
    def context(self) -> int | None:
        """Return the largest number of tokens that the model can attend to, where the model says it."""
        limit = getattr(self.network.config.get_text_config(), "max_position_embeddings", None)
        return int(limit) if limit else None

    def prefix(self, text: str) -> Prefix:
        """Return the text with the model's own opening tokens."""
        tokens = self.model.tokenizer(text)["input_ids"]
        return Prefix(text=text, tokens=tuple(tokens))

    def extend(self, prefix: Prefix, text: str) -> Prefix:
        """Return a prefix with more text behind it; the text is tokenised by itself, so the prefix keeps its tokens."""
        more = self.model.tokenizer(text, add_special_tokens=False)["input_ids"]
        return Prefix(text=prefix.text + text, tokens=(*prefix.tokens, *more))

    def chat(self, question: str) -> str:
        """Return the question as the model's own chat template asks it.

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
        # The template writes the opening token, and `prefix` would add it again.
        opening = self.model.tokenizer.bos_token
        return str(asked).removeprefix(opening) if opening and self._adds_bos() else str(asked)

    def _adds_bos(self) -> bool:
        tokens = self.model.tokenizer("a")["input_ids"]
        return bool(tokens) and tokens[0] == self.model.tokenizer.bos_token_id

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens without the special ones."""
        return str(
            self.model.tokenizer.decode(
                list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Continuation]]:
        """Yield every continuation with the index of its request, in the order they end.

        Raises:
            ProbeError: a prefix is empty or leaves no room in the model's context, or the model
                cannot be read this way.
        """
        for request in requests:
            self._check(request)
        usual = self.network.config._attn_implementation
        self.network.set_attn_implementation(shared_cache.NAME)
        try:
            yield from _Decoding(self, requests).run()
        finally:
            self.network.set_attn_implementation(usual)

    def ends_at(self) -> frozenset[int]:
        """Return the tokens with which the model ends a text."""
        settings = getattr(self.network, "generation_config", None)
        found: set[Any] = set()
        for end in (
            getattr(settings, "eos_token_id", None),
            self.network.config.get_text_config().eos_token_id,
            self.model.tokenizer.eos_token_id,
        ):
            found |= set(end) if isinstance(end, list) else {end}
        return frozenset(int(end) for end in found if end is not None)

    def fitting_rows(self, longest: int) -> int:
        """Return how many rows with at most `longest` tokens of their own fit into the memory limit; at least one."""
        config = self.network.config.get_text_config()
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        size = next(iter(self.network.parameters())).element_size()
        # Adding and dropping rows copies the buffers, so the memory is needed twice.
        each = 2 * 2 * size * config.num_hidden_layers * heads * dim * longest
        limit = self.memory or int(_MEMORY_SHARE * devices.free_memory(self.device))
        return max(1, min(self.rows, int(limit // each)))

    def _check(self, request: Request) -> None:
        length, context = len(request.prefix.tokens), self.context
        if length == 0:
            raise ProbeError("a continuation needs a prefix of at least one token; it has none")
        if context and length >= context:
            raise ProbeError(
                f"a prefix has {length} tokens, but {self.record.id} reads at most {context}; "
                "shorten the trace or choose a model with a longer context"
            )


def open_local(model: LanguageModel, *, rows: int = MOST_ROWS, memory: int = 0) -> LocalBackend:
    """Make a loaded model continue texts.

    Args:
        model: a decoder with its head.
        rows: the most continuations that are decoded together.
        memory: bytes for the caches; by default 30 % of the free memory.

    Raises:
        ProbeError: the model is no decoder with attention in every layer, or has no head.
    """
    if not isinstance(model, LocalModel):
        raise ProbeError(f"model {model.record.id} is not a transformer of this machine")
    network = model.network
    config = network.config.get_text_config()
    if network.get_output_embeddings() is None or not getattr(config, "is_causal", True):
        raise ProbeError(
            f"model {model.record.id} writes no text; choose a decoder stored with its output layer"
        )
    kinds = getattr(config, "layer_types", None) or []
    if any("attention" not in kind for kind in kinds) or not hasattr(config, "num_attention_heads"):
        raise ProbeError(
            f"model {model.record.id} has layers without attention, so a trace read once cannot "
            "be cut; choose a transformer decoder"
        )
    return LocalBackend(model=model, rows=rows, memory=memory)


@dataclass(kw_only=True)
class _Row:
    """One continuation under way; the row reads `newest` next."""

    index: int
    request: Request
    stream: TextStream
    random: np.random.Generator
    limit: int
    newest: int
    finish: Finish | None = None
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Branch:
    """These tokens are read after `columns` of the shared part, one after the other."""

    tokens: Sequence[int]
    columns: tuple[int, ...]


class _Decoding:
    """One call of `complete`: the waiting requests, the read prefixes, and the rows under way."""

    def __init__(self, backend: LocalBackend, requests: Sequence[Request]) -> None:
        self.backend = backend
        self.requests = requests
        self.waiting = reading_order([r.prefix.tokens for r in requests])[::-1]
        self.device = backend.device
        self.store = shared_cache.Store(self.device)
        self.path: Sequence[int] = ()
        self.columns: list[int] = []
        self.rows: list[_Row] = []
        self.ends = backend.ends_at()
        self.room = backend.fitting_rows(max((r.decoding.max_tokens for r in requests), default=1))

    def run(self) -> Iterator[tuple[int, Continuation]]:
        alive = 0
        while self.waiting or alive:
            few = alive <= self.room * 7 // 8
            if self.waiting and few:
                self._compact()
                self._admit(self.room - alive)
            elif alive <= len(self.rows) * 7 // 8:
                self._compact()
            for row in self._step():
                yield row.index, _continuation(row)
            alive = sum(row.finish is None for row in self.rows)

    def _compact(self) -> None:
        """Forget the rows that have ended. This waits until there are many, because it copies all the others."""
        kept = [place for place, row in enumerate(self.rows) if row.finish is None]
        if len(kept) < len(self.rows):
            self.store.keep(kept)
            self.rows = [self.rows[place] for place in kept]

    def _admit(self, free: int) -> None:
        """Read the tokens that the next prefixes do not share with those before, and add their rows."""
        if self.store.columns > 2 * len(self.columns) + _READ_TOKENS:
            self.columns = self.store.drop(self.columns)
        admitted = [self.waiting.pop() for _ in range(min(free, len(self.waiting)))]
        branches: list[_Branch] = []
        seen: list[list[int]] = []
        column = self.store.columns
        for index in admitted:
            # The last token is left to the batch, because the token after it begins the continuation.
            tokens = self.requests[index].prefix.tokens[:-1]
            known = common(self.path, tokens)
            del self.columns[known:]
            if known < len(tokens):
                branches.append(_Branch(tokens=tokens[known:], columns=tuple(self.columns)))
                self.columns += range(column, column + len(tokens) - known)
                column += len(tokens) - known
            self.path = tokens
            seen.append(list(self.columns))
        self._read(branches)
        self.store.admit(seen)
        self.rows += [self._row(index) for index in admitted]

    @torch.inference_mode()
    def _read(self, branches: Sequence[_Branch]) -> None:
        """Read all branches in as few passes as memory allows."""
        marked = [
            (token, branch, offset)
            for branch in branches
            for offset, token in enumerate(branch.tokens)
        ]
        for start in range(0, len(marked), _READ_TOKENS):
            piece = marked[start : start + _READ_TOKENS]
            before = self.store.columns
            seen = torch.zeros(
                len(piece), before + len(piece), dtype=torch.bool, device=self.device
            )
            for place, (_, branch, offset) in enumerate(piece):
                if branch.columns:
                    seen[place, list(branch.columns)] = True
                seen[place, before + place - offset : before + place + 1] = True
            places = self._tensor([len(branch.columns) + offset for _, branch, offset in piece])
            with self.store.reading(places, seen):
                self.backend.network.base_model(
                    self._tensor([token for token, _, _ in piece])[None],
                    position_ids=places[None],
                    use_cache=False,
                    store=self.store,
                )
            self.backend.spent.read += len(piece)

    def _tensor(self, numbers: Sequence[int]) -> torch.Tensor:
        return torch.tensor(numbers, dtype=torch.long, device=self.device)

    def _row(self, index: int) -> _Row:
        request = self.requests[index]
        tokens, context = request.prefix.tokens, self.backend.context
        limit = request.decoding.max_tokens
        return _Row(
            index=index,
            request=request,
            stream=TextStream(self.backend.decode, tokens),
            random=np.random.default_rng(list(request.seed)),
            limit=min(limit, context - len(tokens)) if context else limit,
            newest=tokens[-1],
        )

    @torch.inference_mode()
    def _step(self) -> list[_Row]:
        """Choose one token for every row; return the rows that end with it."""
        with self.store.writing() as places:
            logits = self.backend.network(
                input_ids=self._tensor([row.newest for row in self.rows])[:, None],
                position_ids=places,
                use_cache=False,
                store=self.store,
            ).logits[:, -1]
        alive = [place for place, row in enumerate(self.rows) if row.finish is None]
        rows = [self.rows[place] for place in alive]
        self.backend.spent.decoded += len(rows)
        self.backend.spent.steps += 1
        drawn = sampling.draw(
            logits if len(rows) == len(logits) else logits[alive],
            [row.request.decoding.temperature for row in rows],
            [row.request.decoding.top_p for row in rows],
            [row.random.random() for row in rows],
        )
        found = zip(rows, drawn.tokens, drawn.logprobs, drawn.confidences, strict=True)
        for row, token, logprob, confidence in found:
            self._write(row, token, logprob, confidence)
        return [row for row in rows if row.finish is not None]

    def _write(self, row: _Row, token: int, logprob: float, confidence: float) -> None:
        row.newest = token
        row.tokens.append(token)
        row.logprobs.append(logprob)
        row.confidences.append(confidence)
        if token in self.ends:
            row.finish = "end"
            return
        piece = row.stream.push(token)
        request = row.request
        row.finish = finished(piece, row.stream.text, request.lead, request.decoding)
        if row.finish is None and len(row.tokens) >= row.limit:
            row.finish = "length"


def _continuation(row: _Row) -> Continuation:
    assert row.finish is not None
    tokens = row.tokens[:-1] if row.finish == "end" else row.tokens
    return Continuation(
        text=row.stream.text,
        finish=row.finish,
        generated=len(row.tokens),
        tokens=tuple(tokens),
        ends=tuple(row.stream.ends),
        logprobs=tuple(row.logprobs[: len(tokens)]),
        confidences=tuple(row.confidences[: len(tokens)]),
    )
