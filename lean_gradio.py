"""gradio, imported without what it does for authors of components: `from lean_gradio import gr`.

Whenever gradio is imported it parses the source of each of its components twice and writes type stubs beside them,
also where nothing has changed, and it imports the mcp package where there is one. That is half of its processor time,
and a page needs neither.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

__all__ = ["gr"]

# Read by gradio while it is imported; nothing may leave this machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

_STUBS, _WRITE = "gradio.component_meta", "create_or_modify_pyi"


class _Lean(importlib.abc.MetaPathFinder):
    """Finds the module that writes stubs, and has it write none; finds no mcp."""

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
        ):  # another version may name it otherwise, and is imported as it is
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
