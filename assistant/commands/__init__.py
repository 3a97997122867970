"""The commands of `inquire` have one module for each group of the help page.

A command returns a `Reply` and prints nothing; `assistant.cli` shows the reply, as words or as
JSON. What a command needs is in folders that load their files when they are first used, so that
`inquire --help` loads no part of the assistant.
"""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.commands import online, terminal
else:
    __getattr__ = on_demand.files(__name__)
