"""An error of a library becomes the reader's line; an error of our own code, or an interrupt, stays as it is."""

import mmap

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.files import foreign


class Panic(BaseException):
    """As the ones of Rust libraries, it is no `Exception`."""


def told(reason):
    return ProbeError(f"the file cannot be read ({reason})")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Exception("two words.\nand more"), "two words"),
        (ZeroDivisionError("modulo"), "ZeroDivisionError modulo"),
        (KeyError("k"), "KeyError 'k'"),
        (FileNotFoundError(2, "No such file", "x"), "No such file"),
        (Panic("no entry found for key"), "no entry found for key"),
        (ProbeError("said already by us"), "said already by us"),
    ],
)
def test_whatever_is_raised_inside_is_told_with_its_reason(error, reason):
    with pytest.raises(ProbeError) as said, foreign.calls(told):
        raise error
    assert str(said.value) == f"the file cannot be read ({reason})"
    assert said.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_program_ends_it(error):
    with pytest.raises(error), foreign.calls(told):
        raise error


@pytest.mark.parametrize(
    "takes",
    [
        lambda: np.empty(2**48),
        lambda: torch.empty(2**60),
        lambda: mmap.mmap(-1, 2**62),
    ],
)
def test_memory_that_is_used_up_says_nothing_about_a_file(takes):
    with pytest.raises(MemoryError), foreign.calls(told):
        takes()


@given(st.lists(st.none() | st.integers()))
def test_each_gives_every_item(items):
    assert list(foreign.each(items, told)) == items


def test_each_tells_of_the_iterator_only():
    def rows():
        yield 1
        raise ValueError("the server is gone")

    found = foreign.each(rows(), told)
    assert next(found) == 1
    with pytest.raises(ProbeError, match="the server is gone"):
        next(found)
    with pytest.raises(ProbeError, match="not iterable"):
        next(foreign.each(5, told))
    passed = foreign.each([1], told)
    assert next(passed) == 1
    with pytest.raises(ValueError, match="our own"):
        passed.throw(ValueError("our own"))
