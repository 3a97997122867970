"""Many continuations of one trace at the price of reading it once.

Importing this package loads no torch; `backends.open_backend` does, for a local model.
"""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from probes.continuations import backends, engine, screening
else:
    __getattr__ = on_demand.files(__name__)
