"""Find local language models by name, convert them once, and load them."""

import importlib.util
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# huggingface_hub reads this when it is imported, so it is set before transformers is imported.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import huggingface_hub
import numpy as np
import platformdirs
import torch
import transformers
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from probes.files import foreign
from probes.models import (
    converted_models,
    devices,
    gguf_files,
    gguf_headers,
    loading,
    model_names,
    weights,
)
from probes.models.devices import Computing
from probes.models.local_model import LocalModel
from probes.models.model_names import BUNDLED, Bundled
from probes.models.untrained import untrained
from probes.types import ModelRecord, ProbeError, Progress, UsageError

_LARGEST_KEPT = 31 * 2**20

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


def load(
    model: str,
    cache: Path | None = None,
    progress: Progress = lambda _share, _message: None,
    *,
    revision: str = "",
    device: str = "cpu",
    dtype: str = "float32",
) -> LocalModel:
    """Load a model by name.

    Args:
        model: `smollm2`, `minilm`, a local folder, a GGUF file, or a Hugging Face id, with
            `owner/name@revision` for one of its revisions.
        cache: the folder for a converted copy (`cache/models/...`); by default the data directory of this user.
        progress: called with what is being done.
        revision: the branch, tag or commit of a Hugging Face id, such as `step1000` of a Pythia.
        device: `cpu`, `cuda`, `cuda:1` or `mps`.
        dtype: the format that the weights are converted to: `float32`, `bfloat16` or `float16`.

    Raises:
        UsageError: the name is neither a bundled model, a folder nor a Hugging Face id; it has no
            revisions; or there is no such device or dtype.
        ProbeError: the package is not installed, the weights cannot be had, are not
            safetensors, would not fit into memory, are of a model whose layers of text
            cannot be read, or the device is not on this machine.
    """
    computing = devices.chosen(device, dtype)
    name, named = model_names.with_revision(model_names.resolved(model))
    revision = revision or named
    cache = cache or platformdirs.user_data_path("inquiring-lines")
    path = Path(name)
    if revision and (name in BUNDLED or path.is_absolute()):
        raise UsageError(f"only a Hugging Face id has revisions; {model} has no {revision!r}")
    if name in BUNDLED:
        return _load_bundled(BUNDLED[name], cache, progress, computing)
    if path.is_dir() and path.is_absolute():
        return _load_folder(path, path.name, progress, computing)
    if path.is_absolute():
        quantisation, count = gguf_headers.header(path)
        weights.check_memory(path.name, count, computing.dtype)
        return _load_gguf(path, path.stem, quantisation, cache, progress, computing)
    shown = f"{name}@{revision}" if revision else name
    return _load_folder(_download(name, revision, progress), shown, progress, computing)


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """The models of this machine and the reader's prompts; every model is loaded once.

    `device` and `dtype` say on which device and in which number format the models compute.
    """

    cache: Path
    prompts: tuple[str, ...] = ()
    progress: Progress = lambda _share, _message: None
    device: str = "cpu"
    dtype: str = "float32"
    loaded: dict[str, LocalModel] = field(default_factory=dict)
    twins: dict[str, LocalModel] = field(default_factory=dict)

    def load(self, model: str) -> LocalModel:
        """Return the model with that name; see `probes.models.laboratory.load`."""
        if model not in self.loaded:
            self.twins.pop(model, None)
            self.loaded[model] = load(
                model, self.cache, self.progress, device=self.device, dtype=self.dtype
            )
        return self.loaded[model]

    def leave(self, model: str) -> None:
        """Let a model that is not needed any more leave memory; `load` brings it back."""
        self.loaded.pop(model, None)
        self.twins.pop(model, None)

    def untrained(self, model: str, seed: int = 0) -> LocalModel:
        """Replace a model by its architecture with random weights, and return that.

        The trained weights, or those of an earlier twin, leave memory first, so a caller that still holds that model
        can no longer run it.

        Raises:
            ProbeError: the twin does not fit into memory.
        """
        gone = self.twins.pop(model, None) or self.load(model)
        self.loaded.pop(model, None)
        self.twins[model] = untrained(gone, seed, in_its_place=True)
        return self.twins[model]


def _load_bundled(
    model: Bundled, cache: Path, progress: Progress, computing: Computing
) -> LocalModel:
    spec = importlib.util.find_spec(model.package)
    places = spec.submodule_search_locations if spec else None
    file = Path(next(iter(places))) / model.file if places else None
    if file is None or not file.is_file():
        raise ProbeError(
            f"model {model.id} is not installed (package {model.package}); "
            "run `inquire models install`"
        )
    if not model_names.is_gguf(file):
        revision = weights.revision([file])
        return _open(file.parent, model.id, revision, model.quantisation, progress, computing)
    return _load_gguf(file, model.id, model.quantisation, cache, progress, computing)


def _load_gguf(
    file: Path, name: str, quantisation: str, cache: Path, progress: Progress, computing: Computing
) -> LocalModel:
    progress(0.0, f"checking {name}")
    revision = weights.revision([file])
    target = converted_models.place(cache, name, revision)
    if not target.is_dir():
        weights.check_memory(name, gguf_headers.header(file)[1], converting=True)
        progress(0.0, f"converting {name}, once (about half a minute)")
        gguf_files.convert(file, target)
    return _open(target, name, revision, quantisation, progress, computing)


def _download(model: str, revision: str, progress: Progress) -> Path:
    """Return the folder of a Hugging Face model: weights in safetensors, settings and tokenizer."""
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    progress(0.0, f"looking for {model}" + ("" if offline else " on the Hugging Face hub"))
    try:
        folder = huggingface_hub.snapshot_download(
            model,
            revision=revision or None,
            allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"],
            local_files_only=offline,
        )
    except RevisionNotFoundError as error:
        raise ProbeError(f"the Hugging Face hub has no revision {revision!r} of {model}") from error
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


def _load_folder(folder: Path, name: str, progress: Progress, computing: Computing) -> LocalModel:
    files = weights.of_folder(folder, name)
    header = weights.header(files)
    weights.check_memory(name, header.values, computing.dtype)
    revision = weights.revision(files)
    return _open(folder, name, revision, header.quantisation, progress, computing)


def _open(
    folder: Path,
    name: str,
    revision: str,
    quantisation: str,
    progress: Progress,
    computing: Computing,
) -> LocalModel:
    progress(0.0, f"loading {name}")

    def unloadable(reason: str) -> ProbeError:
        return ProbeError(
            f"cannot load {name} from {folder} ({reason}); fetch the model again, or choose another"
        )

    options = {"local_files_only": True, "trust_remote_code": False}
    with foreign.calls(unloadable):
        config = transformers.AutoConfig.from_pretrained(folder, **options)
    kind = _kind(config, name)
    with foreign.calls(unloadable):
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
        # A faulty template shows itself when it first cuts a text.
        tokenizer("a text")
    _check_vocabulary(name, folder, tokenizer)
    with foreign.calls(unloadable), loading.ALONE:
        network, report = kind.from_pretrained(
            folder,
            dtype=computing.torch_dtype,
            use_safetensors=True,
            output_loading_info=True,
            **options,
        )
    # transformers fills missing weights with random numbers; only the unused pooler may be missing.
    lacking = [name for name in _lacking(network, report["missing_keys"]) if "pooler" not in name]
    if lacking:
        raise ProbeError(
            f"the weights of {name} in {folder} lack {len(lacking)} tensors, among them {lacking[0]}; "
            "fetch the model again"
        )
    network.eval()
    with foreign.calls(
        lambda reason: ProbeError(f"{name} cannot be put on {computing.device}: {reason}")
    ):
        network.to(computing.device)
    # A tied tensor is one parameter under several names, and counts once.
    count = sum(parameter.numel() for parameter in network.parameters())
    record = ModelRecord(
        id=name,
        revision=revision,
        quantisation=quantisation,
        parameters=count,
        computed=computing.words,
    )
    _keep_freed_memory()
    model = LocalModel(record=record, network=network, tokenizer=tokenizer)
    model.check_readable()
    return model


def _kind(config: Any, name: str) -> Any:
    """Return the class that a folder's network is opened with.

    Raises:
        ProbeError: the model has no single stack of layers; this is found before it is loaded.
    """
    architectures = [str(found) for found in getattr(config, "architectures", None) or ()]
    for architecture in architectures:
        # AutoModel would look for the decoder, or the other tower, which such a file does not hold.
        if architecture.endswith(("EncoderModel", "TextModel", "TextModelWithProjection")):
            kind = getattr(transformers, architecture, None)
            if kind is not None:
                return kind
    if getattr(config, "is_encoder_decoder", False):
        raise ProbeError(
            f"{name} has both encoder and decoder; choose a model with one stack, or its encoder "
            "alone, saved with the EncoderModel class of its kind"
        )
    if hasattr(config, "text_config") and hasattr(config, "vision_config"):
        towers = "Model" in str(architectures) and "ForCausalLM" not in str(architectures)
        if towers and not _language_inside(config):
            raise ProbeError(
                f"{name} has one tower for text and one for images; choose a model of text, or its "
                "text tower alone, saved with the TextModel class of its kind"
            )
    causal = any(part in found for found in architectures for part in ("ForCausalLM", "LMHead"))
    return transformers.AutoModelForCausalLM if causal else transformers.AutoModel


def _language_inside(config: Any) -> bool:
    """Return whether the text part is a language model that also sees images, and not a second tower."""
    return not hasattr(config, "projection_dim")


def _check_vocabulary(name: str, folder: Path, tokenizer: Any) -> None:
    """Refuse a tokenizer that knows no word: transformers makes one where the tokenizer's files are missing."""
    if not set(tokenizer.get_vocab()) - set(tokenizer.all_special_tokens):
        raise ProbeError(
            f"{name} has no tokenizer in {folder}; put its tokenizer.json beside the weights"
        )


def _keep_freed_memory() -> None:
    """Let the memory of one layer's states serve those of the next.

    glibc gives freed blocks back to the system, unless a larger one was freed before (of 32 MB at
    most). Asking for new blocks at every layer costs a twentieth of a forward pass in page faults.
    """
    np.empty(_LARGEST_KEPT, np.uint8)


def _lacking(network: torch.nn.Module, missing: Collection[str]) -> list[str]:
    """Return the missing names whose tensor is stored under no other name: a tied one has several."""
    names: dict[int, list[str]] = {}
    for name, parameter in network.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    stored = {name for group in names.values() if not set(group) <= set(missing) for name in group}
    return [name for name in missing if name not in stored]
