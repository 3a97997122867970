"""Every public function over arrays says their shapes, and the tests hold it to that."""

import ast
import importlib.util
import re
from pathlib import Path

import jaxtyping
import numpy as np
import pytest

from probes.layers.layer_table import curve
from probes.metrics.gram import centred_units, spectrum
from tests.shapes import SHAPED

ROOT = Path(__file__).resolve().parents[2]
_SHAPED = re.compile(r"\w+\[(?:np\.ndarray|torch\.Tensor|Tensor), '[^']*'\]")
_BARE = re.compile(r"\b(?:NDArray|ndarray|Tensor|Array|Floats|FloatArray)\b")


def _files() -> list[Path]:
    found = []
    for name in SHAPED:
        origin = Path(importlib.util.find_spec(name).origin)
        found += sorted(origin.parent.glob("*.py")) if origin.stem == "__init__" else [origin]
    return found


def _public(body):
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield from (each.annotation for each in every if each.annotation)
            yield from (node.returns,) if node.returns else ()
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_public_function_takes_or_returns_an_array_of_unknown_shape(file):
    for annotation in _public(ast.parse(file.read_text("utf-8")).body):
        said = ast.unparse(annotation)
        assert not _BARE.search(_SHAPED.sub("", said)), said


@pytest.mark.parametrize(
    "call",
    [
        lambda: spectrum(np.ones((2, 3))),
        lambda: centred_units(np.ones((4, 2), int)),
        lambda: curve(np.ones(3)),
    ],
    ids=["not square", "whole numbers", "an axis too few"],
)
def test_a_call_with_another_shape_or_number_format_is_refused(call):
    with pytest.raises(jaxtyping.TypeCheckError):
        call()
