"""The device and number format in which a model computes; both are checked before anything is loaded."""

import platform
from dataclasses import dataclass
from typing import Any

import psutil
import torch

from probes.errors import ProbeError, UsageError
from probes.models.weights import BYTES


@dataclass(frozen=True, kw_only=True)
class Computing:
    """A device and a number format that this machine has."""

    device: str
    dtype: str

    @property
    def torch_dtype(self) -> Any:
        """Return the format under torch's name."""
        return getattr(torch, self.dtype)

    @property
    def words(self) -> str:
        """Return device and number format in words, with the name of the device where it has one."""
        name = ""
        if self.device.startswith("cuda"):
            name = f" ({torch.cuda.get_device_name(self.device)})"
        elif self.device == "cpu":
            name = f" ({platform.machine()})"
        return f"{self.dtype} on {self.device}{name}"


def chosen(device: str = "cpu", dtype: str = "float32") -> Computing:
    """Return the device and number format of those names.

    Raises:
        UsageError: there is no such device or format.
        ProbeError: this machine, or the torch that is installed, has no such device.
    """
    dtype = _SHORT.get(dtype, dtype)
    if dtype not in BYTES:
        raise UsageError(f"dtype is one of {', '.join(BYTES)}, not {dtype!r}")
    kind, _, number = device.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (number and not number.isdecimal()):
        raise UsageError(f"device is cpu, cuda, cuda:N or mps, not {device!r}")
    if kind == "cuda":
        _check_cuda(device, int(number or 0))
    if kind == "mps" and not torch.backends.mps.is_available():
        raise ProbeError("this machine has no mps device; choose device cpu")
    return Computing(device=device, dtype=dtype)


_SHORT = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


def free_memory(device: torch.device) -> int:
    """Return the bytes that are free where a model computes."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def _check_cuda(device: str, number: int) -> None:
    if not torch.cuda.is_available():
        why, remedy = "the torch that is installed is built for CPUs alone", "a CUDA build of torch"
        if torch.version.cuda:
            why, remedy = "torch sees no GPU", "a GPU's driver"
        raise ProbeError(
            f"device {device} cannot be used: {why}; choose device cpu, or install {remedy}"
        )
    if number >= torch.cuda.device_count():
        raise ProbeError(
            f"there is no device {device}: this machine has {torch.cuda.device_count()} GPUs, "
            "counted from 0"
        )
