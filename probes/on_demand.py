"""A folder loads its files when they are first used, so that `runs.evidence` costs nothing until a run is read.

torch, chroma and their like take seconds to load, and the first answer, `--help` and `status` need none of them. The
`__init__` of such a folder names its files where the type checker and the import contracts read them, and takes its
`__getattr__` from here. scipy and scikit-image load their parts in the same way, as SPEC 1 of scientific Python
describes. A module is in `sys.modules` only once it is loaded, because other packages look there for torch.
"""

import importlib
import importlib.util
from collections.abc import Callable
from types import ModuleType


def files(folder: str) -> Callable[[str], ModuleType]:
    """Return the `__getattr__` of a folder, which loads the file that is asked for."""

    def load(name: str) -> ModuleType:
        file = f"{folder}.{name}"
        if name.startswith("_") or importlib.util.find_spec(file) is None:
            raise AttributeError(f"module {folder!r} has no attribute {name!r}")
        return importlib.import_module(file)

    return load
