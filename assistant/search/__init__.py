"""Search the library: a question comes in; passages ranked by words and vectors go out."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.search import (
        chroma,
        filtering,
        holdings,
        index,
        indexing,
        llama_index,
        retrieval,
        searching,
        shipped,
    )
else:
    __getattr__ = on_demand.files(__name__)
