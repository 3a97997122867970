"""Write with a model of this machine: an installed one, a GGUF file, a folder, or a Hugging Face id.

llama.cpp runs GGUF files if the extra `local` is installed; otherwise they are unpacked for
transformers, which is slower.
"""

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import probes
from assistant import models, writers
from assistant.errors import Mendable, UsageError
from assistant.models.catalogue import WRITERS, file_of
from assistant.settings import Settings
from assistant.writers.drafts import Writer
from probes.errors import ProbeError
from probes.errors import UsageError as ProbeUsageError

if TYPE_CHECKING:
    from assistant.writers.stream import Model
    from probes.continuations.engine import LocalBackend

TOO_SMALL = "smollm2"
"""The bundled model has 135 million parameters, so it never writes a claim."""


def check(settings: Settings) -> None:
    """Check that a model is named or installed, and that a named path exists."""
    name = named(settings)
    if name.startswith(("/", ".", "~")) and not Path(name).expanduser().exists():
        raise Mendable(f"INQUIRE_WRITER_MODEL is {name}, and nothing is there; mend the path.")


def reach(settings: Settings) -> str:
    """Return where this writer runs, without asking a server."""
    return f"{_title(named(settings))} on this machine"


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer with its model loaded."""
    name = named(settings)
    runs = writers.gguf.available() and name.lower().endswith(".gguf")
    return writers.essay.Essayist(
        model=_llama(name, settings) if runs else _transformers(name, settings),
        tokens=settings.writer_tokens, seconds=settings.writer_seconds, stop=stop, quotes=_QUOTES,
    )  # fmt: skip


def named(settings: Settings) -> str:
    """Return the model that writes: the file of a model installed by name, or the setting itself.

    Raises:
        Mendable: no model is named or installed, or the named one is not installed or too small.
    """
    name = settings.writer_model.strip()
    if name == TOO_SMALL:
        raise Mendable(
            f"{TOO_SMALL} has 135 million parameters and never writes a claim; {_REMEDY}."
        )
    wanted = [model for model in WRITERS if name in ("", model.name)]
    held = next(filter(None, (file_of(model, settings.data_dir) for model in wanted)), None)
    if held is not None:
        return str(held)
    if wanted:
        missing = (
            f"The model {name} is not installed" if name else "The writer `local` needs a model"
        )
        raise Mendable(f"{missing}; {_REMEDY}.")
    return str(Path(name).expanduser()) if name.startswith("~") else name


def _llama(name: str, settings: Settings) -> "Model":
    server = writers.gguf.served(Path(name).absolute(), settings.threads, settings.writer_seconds)
    one = models.servers.Servers(each=(server,), at_once=1)
    return writers.openai_chat.chatting_at(one, Path(name).stem, f"{_title(name)} on this machine")


def _transformers(name: str, settings: Settings) -> "Model":
    backend = _loaded(name, settings.data_dir)

    def session(tokens: int, schema: dict[str, Any] | None) -> writers.stream.Session:
        # This model is held to no form; its stream ends at the next token once nobody takes it.
        del schema
        return writers.stream.Session(
            say=writers.stream.chatting(models.language_model.LocalLLM(backend, tokens))
        )

    return writers.stream.Model(
        name=f"{backend.record.id} on this machine", session=session, explain=_explain
    )


@lru_cache(maxsize=1)
def _loaded(name: str, cache: Path) -> "LocalBackend":
    try:
        return probes.continuations.engine.open_local(probes.models.laboratory.load(name, cache))
    except ProbeUsageError as error:
        raise UsageError(f"INQUIRE_WRITER_MODEL: {error}") from error
    except ProbeError as error:
        raise Mendable(f"INQUIRE_WRITER_MODEL: {error}") from error


def _title(name: str) -> str:
    return Path(name).stem if name.lower().endswith(".gguf") else name


def _explain(error: BaseException) -> str:
    return str(error) if error.__class__.__name__ == "ProbeError" else f"failed ({error})"


# A model without a GPU is shown this many quotes: two cores read some 40 tokens a second.
_QUOTES = 20
_REMEDY = (
    "`inquire models install qwen2.5-coder-1.5b-instruct` brings one, and INQUIRE_WRITER_MODEL names a GGUF file, "
    "a folder or a Hugging Face id"
)
