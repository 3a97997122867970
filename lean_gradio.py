"""This module imports gradio without its tools for component authors: `from lean_gradio import gr`.

On every import, gradio parses the source of each component twice and writes type stubs beside it,
even if nothing has changed, and it imports the mcp package if there is one. That takes half of the
processor time of the import, and a page needs neither.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

__all__ = ["gr"]

# gradio reads this during its import; nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

_STUBS, _WRITE = "gradio.component_meta", "create_or_modify_pyi"


class _Lean(importlib.abc.MetaPathFinder):
    """An import hook that makes the stub-writing module write nothing and hides the mcp package."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == "mcp":
            raise ModuleNotFoundError("gradio serves no tools here", name=name)
        if name != _STUBS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _WithoutStubs(name, spec.loader.path)
        return spec


class _WithoutStubs(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(
            module, _WRITE
        ):  # another version may name it differently; then it is imported unchanged
            setattr(module, _WRITE, lambda *_: None)


@contextmanager
def _lean() -> Iterator[None]:
    finder = _Lean()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with _lean():
    import gradio as gr
