"""The library stores sources, passages, references and the reader's remarks in one SQLite file."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.library import bibliography, sync, titles
else:
    __getattr__ = on_demand.files(__name__)
