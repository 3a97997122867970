"""Writers turn a plan of quotes into an answer; each writer has one module."""

import importlib
import threading
from typing import Protocol, cast

from pydantic import SecretStr

from assistant import models
from assistant.errors import InquiryError, UsageError
from assistant.settings import WRITERS, Settings
from assistant.writers.drafts import Draft, Notice, Writer

__all__ = ["Draft", "Notice", "Writer", "check", "chosen", "names", "reach", "usable", "writer"]


class Module(Protocol):
    """The functions that the module of a writer offers."""

    def check(self, settings: Settings) -> None:
        """Check the settings alone, without network or model.

        Raises:
            Mendable: a setting that this writer needs is missing, or its model is not on this
                machine.
            UsageError: a setting has a value that is not allowed.
        """

    def reach(self, settings: Settings) -> str:
        """Ask this writer's server, and return in a few words what answered.

        Raises:
            Mendable: the server does not answer, or lacks the model.
        """

    def writer(self, settings: Settings, stop: threading.Event) -> Writer:
        """Return the writer, ready to write; `stop` ends it while it waits for a model.

        Raises:
            InquiryError: as for `check`, or the model cannot be loaded.
        """


def writer(name: str, settings: Settings, stop: threading.Event) -> Writer:
    """Return the writer of this name, ready to write.

    Args:
        name: One of `names()`.
        settings: The settings, with its server or model, and how much it may write.
        stop: Ends the writing, with `Stopped`, while the writer waits for a model.

    Raises:
        UsageError: there is no such writer; the message names the known ones.
        InquiryError: the writer cannot write with these settings.
    """
    module = _module(name)
    module.check(settings)
    return module.writer(settings, stop)


def chosen(choice: str, settings: Settings) -> tuple[str, Settings]:
    """Return the writer that a choice names, and the settings it writes with.

    Args:
        choice: NAME, NAME:MODEL, or NAME:MODEL@URL for a server of this machine; such a server gets
            no key.
        settings: The settings for everything the choice leaves open.

    Raises:
        UsageError: the named server is not on this machine.
    """
    name, _, rest = choice.partition(":")
    model, _, url = rest.partition("@")
    given: dict[str, object] = {"writer_model": model} if model else {}
    if url and not models.servers.loopback(url):
        raise UsageError(
            f"--writer names a server elsewhere, {url}; set INQUIRE_WRITER_URL to write with it."
        )
    if url and url != settings.writer_url.strip():
        given |= {"writer_url": url, "writer_key": SecretStr("")}
    return name, settings.model_copy(update=given) if given else settings


def check(name: str, settings: Settings) -> None:
    """Check whether a writer can be used with these settings; see `Module.check`."""
    _module(name).check(settings)


def reach(name: str, settings: Settings) -> str:
    """Return what answered at a writer's server; see `Module.reach`."""
    check(name, settings)
    return _module(name).reach(settings)


def names() -> list[str]:
    """Return the names of all writers."""
    return list(WRITERS)


def usable(settings: Settings) -> list[str]:
    """Return the writers for which these settings suffice; no server is asked."""
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
    return cast("Module", importlib.import_module(f"assistant.writers.{name}"))
