"""Run a bundled network once on each input: the tests ask the same questions of the same notes over and over.

A network gives the same output for the same input, and the tests of that turn the memory off (`unremembered`).
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import onnxruntime

# The states of a long text are larger, and few tests read the same one again.
_LARGEST = 2**21
# Of one network.
_ROOM = 2**27

RUN = onnxruntime.InferenceSession.run
_LOCK = threading.Lock()
_KEPT: WeakKeyDictionary[Any, OrderedDict[bytes, list[np.ndarray]]] = WeakKeyDictionary()


def remembering(
    session: Any, names: Sequence[str], inputs: Mapping[str, np.ndarray], options: Any = None
) -> list[np.ndarray]:
    """What `InferenceSession.run` returns, from an earlier run on the same input if there was one."""
    key = _key(names, inputs)
    with _LOCK:
        kept = _KEPT.setdefault(session, OrderedDict())
        found = kept.get(key)
    if found is None:
        found = RUN(session, names, inputs, options)
        if _size(found) <= _LARGEST:
            with _LOCK:
                kept[key] = found
                while sum(map(_size, kept.values())) > _ROOM:
                    kept.popitem(last=False)
    return [array.copy() for array in found]


def _key(names: Sequence[str], inputs: Mapping[str, np.ndarray]) -> bytes:
    made = hashlib.sha256(repr(names).encode())
    for name, array in sorted(inputs.items()):
        made.update(f"{name} {array.dtype} {array.shape}".encode())
        made.update(np.ascontiguousarray(array))
    return made.digest()


def _size(arrays: Sequence[np.ndarray]) -> int:
    return sum(array.nbytes for array in arrays)
