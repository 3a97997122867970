"""Local language models: found, converted once, loaded, and read layer by layer."""

import hashlib
import importlib.util
import inspect
import json
import math
import os
import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Read by huggingface_hub when it is imported, so before transformers.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import huggingface_hub
import numpy as np
import psutil
import torch
import transformers
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from probes import foreign, gguf_files, loading, model_names
from probes.model_names import BUNDLED, Bundled
from probes.types import LayerVisitor, ModelRecord, ProbeError, Progress

_LARGEST_KEPT = 31 * 2**20

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


def load(
    model: str, cache: Path, progress: Progress = lambda _share, _message: None
) -> "LocalModel":
    """Load a model by name, in float32.

    Args:
        model: `smollm2`, `minilm`, a local folder, a GGUF file, or a Hugging Face id.
        cache: where a converted copy is kept (`cache/models/...`).
        progress: told what is being done.

    Raises:
        UsageError: the name is neither a bundled model, a folder nor a Hugging Face id.
        ProbeError: the package is not installed, the weights cannot be had, are not
            safetensors, would not fit into memory, or are of a model whose layers of text
            cannot be read.
    """
    name = model_names.resolved(model)
    if name in BUNDLED:
        return _load_bundled(BUNDLED[name], cache, progress)
    path = Path(name)
    if path.is_dir() and path.is_absolute():
        return _load_folder(path, path.name, progress)
    if path.is_absolute():
        quantisation, count = gguf_files.header(path)
        _check_memory(path.name, count)
        return _load_gguf(path, path.stem, quantisation, cache, progress)
    return _load_folder(_download(name, progress), name, progress)


@dataclass(frozen=True, kw_only=True)
class LocalModel:
    """A transformer or state-space model in memory, with its tokenizer and its record.

    `network` keeps its head where it has one; layers are counted from 0, the embeddings, to
    `layers - 1`, the last block after the architecture's final norm where it has one.
    """

    record: ModelRecord
    network: Any
    tokenizer: Any

    @property
    def layers(self) -> int:
        """Number of layers that `hidden_states` visits: the embeddings and every block."""
        return len(self._blocks()) + 1

    @property
    def vocabulary(self) -> int:
        """Number of token ids."""
        return int(self.network.config.get_text_config().vocab_size)

    def encode(self, texts: Sequence[str], *, max_tokens: int) -> list[list[int]]:
        """Token ids of each text with the model's own special tokens, cut after `max_tokens`."""
        if not texts:
            return []
        encoded = self.tokenizer(list(texts), truncation=True, max_length=max_tokens)
        return [list(ids) for ids in encoded["input_ids"]]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of token ids."""
        return str(self.tokenizer.decode(list(tokens)))

    def hidden_states(
        self, prompts: Sequence[Sequence[int]], visit: LayerVisitor, *, batch_tokens: int = 1024
    ) -> None:
        """Run the model over token ids and show every layer's states as they arise.

        `visit(prompt, layer, states)` gets a float32 view `[tokens, dim]` with padding dropped,
        valid only during the call: copy what is to stay. Only one batch and one layer is held.
        Layer 0 is what enters the first block, layer i what leaves block i, and the last one
        what leaves the whole stack, after its final norm. Taking each state where the next block
        receives it makes the count the same for every architecture (the `hidden_states` that
        transformers returns for Mamba begin one block late).

        Args:
            prompts: token ids per prompt; prompts of similar length run together.
            visit: called once per prompt and layer.
            batch_tokens: tokens of a batch with its padding; a longer prompt runs alone.

        Raises:
            ProbeError: an empty prompt, one longer than the model's context, or states that
                are not finite.
        """
        self._check(prompts)
        blocks = self._blocks()
        for batch in batches(prompts, batch_tokens):
            tokens, mask = padded([prompts[index] for index in batch])
            lengths = [len(prompts[index]) for index in batch]
            watcher = _Watcher(self.record.id, batch, lengths, visit)
            hooks = [
                block.register_forward_pre_hook(watcher.entering(layer), with_kwargs=True)
                for layer, block in enumerate(blocks)
            ]
            try:
                with torch.inference_mode():
                    output = self._base()(tokens, attention_mask=mask, **self._options())
            finally:
                for hook in hooks:
                    hook.remove()
            watcher.show(len(blocks), output[0])

    def check_readable(self) -> None:
        """Make sure that this is a model of text whose layers can be told apart.

        Raises:
            ProbeError: it is not.
        """
        if "input_ids" not in inspect.signature(self._base().forward).parameters:
            raise ProbeError(
                f"model {self.record.id} reads no text; choose a language model such as smollm2"
            )
        self._blocks()

    def _base(self) -> Any:
        return self.network.base_model

    def _blocks(self) -> Any:
        depth = getattr(self.network.config.get_text_config(), "num_hidden_layers", None)
        for module in self._base().modules():
            if isinstance(module, torch.nn.ModuleList) and len(module) == depth:
                return module
        raise ProbeError(
            f"model {self.record.id} shows no stack of blocks whose hidden states can be read; "
            "choose a language model such as smollm2"
        )

    def _options(self) -> dict[str, Any]:
        wanted = {"use_cache": False}
        known = inspect.signature(self._base().forward).parameters
        return {name: value for name, value in wanted.items() if name in known}

    def _check(self, prompts: Sequence[Sequence[int]]) -> None:
        config = self.network.config.get_text_config()
        context = getattr(config, "max_position_embeddings", None)
        for index, prompt in enumerate(prompts):
            if not prompt:
                raise ProbeError(f"prompt {index} has no tokens; leave empty prompts out")
            if context and len(prompt) > context:
                raise ProbeError(
                    f"prompt {index} has {len(prompt)} tokens, but {self.record.id} reads at most "
                    f"{context}; choose a smaller max_tokens"
                )


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """The models of this machine and the reader's prompts; every model is loaded once."""

    cache: Path
    prompts: tuple[str, ...] = ()
    progress: Progress = lambda _share, _message: None
    loaded: dict[str, LocalModel] = field(default_factory=dict)

    def load(self, model: str) -> LocalModel:
        """The model of that name; see `probes.models.load`."""
        if model not in self.loaded:
            self.loaded[model] = load(model, self.cache, self.progress)
        return self.loaded[model]


class _Watcher:
    """Hands the states of one batch to the visitor as they enter each block."""

    def __init__(
        self, model: str, batch: Sequence[int], lengths: Sequence[int], visit: LayerVisitor
    ) -> None:
        self.model = model
        self.batch = batch
        self.lengths = lengths
        self.visit = visit

    def entering(self, layer: int) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        def hook(_block: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            self.show(layer, args[0] if args else kwargs["hidden_states"])

        return hook

    def show(self, layer: int, states: torch.Tensor) -> None:
        arrays = states.detach().float().cpu().numpy()
        for prompt, length, array in zip(self.batch, self.lengths, arrays, strict=True):
            own = array[:length]
            # Squares of finite values may overflow; otherwise their sum tells in half the time.
            if not (np.isfinite(np.vdot(own, own)) or np.isfinite(own).all()):
                raise ProbeError(
                    f"layer {layer} of {self.model} gives values that are not finite for prompt "
                    f"{prompt}; fetch its weights again, or choose another model"
                )
            self.visit(prompt, layer, own)


def batches(prompts: Sequence[Sequence[int]], batch_tokens: int) -> Iterator[list[int]]:
    """Prompt indices by length, so that little is padded; `batch_tokens` includes padding."""
    batch: list[int] = []
    for index in sorted(range(len(prompts)), key=lambda i: len(prompts[i])):
        if batch and (len(batch) + 1) * len(prompts[index]) > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def padded(prompts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask `[batch, longest]`, padded on the right: positions stay their own."""
    longest = max(len(prompt) for prompt in prompts)
    tokens = torch.zeros((len(prompts), longest), dtype=torch.long)
    mask = torch.zeros((len(prompts), longest), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        tokens[row, : len(prompt)] = torch.tensor(prompt)
        mask[row, : len(prompt)] = 1
    return tokens, mask


def _load_bundled(model: Bundled, cache: Path, progress: Progress) -> LocalModel:
    spec = importlib.util.find_spec(model.package)
    places = spec.submodule_search_locations if spec else None
    weights = Path(next(iter(places))) / model.file if places else None
    if weights is None or not weights.is_file():
        raise ProbeError(
            f"model {model.id} is not installed (package {model.package}); "
            "run `inquire models install`"
        )
    if weights.suffix != ".gguf":
        return _open(weights.parent, model.id, _revision([weights]), model.quantisation, progress)
    return _load_gguf(weights, model.id, model.quantisation, cache, progress)


def _load_gguf(
    weights: Path, name: str, quantisation: str, cache: Path, progress: Progress
) -> LocalModel:
    progress(0.0, f"checking {name}")
    revision = _revision([weights])
    target = cache / "models" / f"{name}-{revision}-float32"
    if not target.is_dir():
        progress(0.0, f"converting {name}, once (about half a minute)")
        gguf_files.convert(weights, target)
    return _open(target, name, revision, quantisation, progress)


def _download(model: str, progress: Progress) -> Path:
    """The folder of a Hugging Face model: weights in safetensors, settings and tokenizer."""
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    progress(0.0, f"looking for {model}" + ("" if offline else " on the Hugging Face hub"))
    try:
        folder = huggingface_hub.snapshot_download(
            model,
            allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"],
            local_files_only=offline,
        )
    except (GatedRepoError, RepositoryNotFoundError) as error:
        raise ProbeError(
            f"the Hugging Face hub has no model {model!r} open to you; check the name, or log in"
        ) from error
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise ProbeError(
            f"model {model!r} is not on this machine and the Hugging Face hub cannot be reached; "
            "go online once, name a local folder, or use smollm2"
        ) from error
    return Path(folder)


def _load_folder(folder: Path, name: str, progress: Progress) -> LocalModel:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights or not (folder / "config.json").is_file():
        raise ProbeError(
            f"{name} holds no config.json with safetensors weights; other formats are not opened, "
            "because they can run code: convert it with save_pretrained first"
        )
    stored, count = _header(weights)
    quantisation = f"not quantised ({', '.join(sorted(stored))})"
    _check_memory(name, count)
    return _open(folder, name, _revision(weights), quantisation, progress)


def _check_memory(name: str, count: int) -> None:
    free = psutil.virtual_memory().available
    if 4 * count > free:
        raise ProbeError(
            f"{name} needs {4 * count / 2**30:.1f} GiB in float32 and {free / 2**30:.1f} GiB of "
            "memory are free; choose a smaller model"
        )


def _open(
    folder: Path, name: str, revision: str, quantisation: str, progress: Progress
) -> LocalModel:
    progress(0.0, f"loading {name}")

    def unloadable(reason: str) -> ProbeError:
        return ProbeError(
            f"cannot load {name} from {folder} ({reason}); fetch the model again, or choose another"
        )

    options = {"local_files_only": True, "trust_remote_code": False}
    with foreign.calls(unloadable):
        config = transformers.AutoConfig.from_pretrained(folder, **options)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
        # What is wrong with its template shows when it first cuts a text.
        tokenizer("a text")
    _check_vocabulary(name, folder, tokenizer)
    kind = transformers.AutoModel
    if any(part in str(config.architectures) for part in ("ForCausalLM", "LMHead")):
        kind = transformers.AutoModelForCausalLM
    with foreign.calls(unloadable), loading.ALONE:
        network, report = kind.from_pretrained(
            folder,
            dtype=torch.float32,
            use_safetensors=True,
            output_loading_info=True,
            **options,
        )
    # transformers fills what a file lacks with random numbers; only the unused pooler may be.
    lacking = [name for name in _lacking(network, report["missing_keys"]) if "pooler" not in name]
    if lacking:
        raise ProbeError(
            f"the weights of {name} in {folder} lack {len(lacking)} tensors, among them {lacking[0]}; "
            "fetch the model again"
        )
    network.eval()
    if getattr(config, "is_encoder_decoder", False):
        raise ProbeError(f"{name} has both encoder and decoder; choose a model with one stack")
    count = sum(parameter.numel() for parameter in network.parameters())
    record = ModelRecord(id=name, revision=revision, quantisation=quantisation, parameters=count)
    _keep_freed_memory()
    model = LocalModel(record=record, network=network, tokenizer=tokenizer)
    model.check_readable()
    return model


def _check_vocabulary(name: str, folder: Path, tokenizer: Any) -> None:
    """Where the files are missing, transformers makes a tokenizer that knows no word."""
    if not set(tokenizer.get_vocab()) - set(tokenizer.all_special_tokens):
        raise ProbeError(
            f"{name} has no tokenizer in {folder}; put its tokenizer.json beside the weights"
        )


def _keep_freed_memory() -> None:
    """Let what one layer's states took serve those of the next.

    glibc gives freed blocks back to the system, unless a larger one was freed before (of 32 MB at
    most). Asking for them anew at every layer costs a twentieth of a forward pass in page faults.
    """
    np.empty(_LARGEST_KEPT, np.uint8)


def _lacking(network: torch.nn.Module, missing: Collection[str]) -> list[str]:
    """The missing names whose tensor is stored under no other name: a tied one has several."""
    names: dict[int, list[str]] = {}
    for name, parameter in network.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    stored = {name for group in names.values() if not set(group) <= set(missing) for name in group}
    return [name for name in missing if name not in stored]


def _revision(weights: Sequence[Path]) -> str:
    """First 12 digits of the SHA-256 over the weight files, in order of their names."""
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()[:12]


def _header(weights: Sequence[Path]) -> tuple[set[str], int]:
    """Number formats and number of values, from the safetensors headers alone."""
    formats: set[str] = set()
    count = 0
    for path in weights:
        try:
            with path.open("rb") as file:
                (size,) = struct.unpack("<Q", file.read(8))
                header = dict(json.loads(file.read(min(size, 100_000_000))))
            header.pop("__metadata__", None)
            for tensor in header.values():
                formats.add(str(tensor["dtype"]))
                count += math.prod(map(int, tensor["shape"]))
        except (struct.error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ProbeError(f"{path} is not a whole safetensors file; fetch it again") from error
    return formats, count
