"""Writers turn a plan of quotes into an answer: one module per writer, and what those share that ask a model."""

import importlib
import threading
from typing import Protocol, cast

from pydantic import SecretStr

from assistant.errors import InquiryError, UsageError
from assistant.settings import WRITERS, Settings
from assistant.writers.drafts import Draft, Notice, Writer

__all__ = ["Draft", "Notice", "Writer", "check", "chosen", "names", "reach", "usable", "writer"]


class Module(Protocol):
    """What the module of a writer offers."""

    def check(self, settings: Settings) -> None:
        """Look at the settings alone: no network, no model.

        Raises:
            Mendable: a setting that this writer needs is missing, or its model is not here.
            UsageError: a setting cannot be what it is.
        """

    def reach(self, settings: Settings) -> str:
        """Return what was found where this writer writes, in a few words; asks its server.

        Raises:
            Mendable: the server does not answer, or does not have the model.
        """

    def writer(self, settings: Settings, stop: threading.Event) -> Writer:
        """Return the writer, ready to write; `stop` ends it while it waits for a model.

        Raises:
            InquiryError: as `check`, or the model cannot be loaded.
        """


def writer(name: str, settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer of this name, ready to write.

    Args:
        name: One of `names()`.
        settings: Where its server or model is, and how much it may write.
        stop: Ends the writing, with `Stopped`, while the writer waits for a model.

    Raises:
        UsageError: there is none of this name; those there are are named.
        InquiryError: it cannot write with these settings.
    """
    module = _module(name)
    module.check(settings)
    return module.writer(settings, stop)


def chosen(choice: str, settings: Settings) -> tuple[str, Settings]:
    """Return the writer that a choice names, and the settings it writes with.

    Args:
        choice: NAME, NAME:MODEL, or NAME:MODEL@URL for a server of this machine; such a server gets no key.
        settings: What holds where the choice says nothing.

    Raises:
        UsageError: the server that is named is elsewhere.
    """
    name, _, rest = choice.partition(":")
    model, _, url = rest.partition("@")
    given: dict[str, object] = {"writer_model": model} if model else {}
    if url:
        from assistant.models.servers import loopback

        if not loopback(url):
            raise UsageError(
                f"--writer names a server elsewhere, {url}; set INQUIRE_WRITER_URL to write with it."
            )
    if url and url != settings.writer_url.strip():
        given |= {"writer_url": url, "writer_key": SecretStr("")}
    return name, settings.model_copy(update=given) if given else settings


def check(name: str, settings: Settings) -> None:
    """Look whether a writer can be had with these settings; see `Module.check`."""
    _module(name).check(settings)


def reach(name: str, settings: Settings) -> str:
    """Return what was found where a writer writes; see `Module.reach`."""
    check(name, settings)
    return _module(name).reach(settings)


def names() -> list[str]:
    """Return the names of all writers."""
    return list(WRITERS)


def usable(settings: Settings) -> list[str]:
    """Return the writers that these settings suffice for; no server is asked."""
    found = []
    for name in names():
        try:
            check(name, settings)
        except InquiryError:
            continue
        found.append(name)
    return found


def _module(name: str) -> Module:
    known = names()
    if name not in known:
        raise UsageError(f"There is no writer {name!r}; there are: {', '.join(known)}.")
    return cast("Module", importlib.import_module(f"{__name__}.{name}"))
