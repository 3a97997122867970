"""A GGUF file that claims more than it holds is refused before the claimed part is read."""

import struct

import gguf
import numpy as np
import pytest

from probes.errors import ProbeError
from probes.models import gguf_headers


def head(tensors, entries):
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, entries)


def text(said):
    return struct.pack("<Q", len(said)) + said.encode()


LIES = {
    "empty": b"",
    "tensors": head(2**60, 0),
    "entries": head(0, 2**60),
    "a name": head(0, 1) + struct.pack("<Q", 2**62) + b"x",
    "a text": head(0, 1) + text("a") + struct.pack("<IQ", 8, 2**40),
    "bytes": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 0, 2**40) + b"x" * 99,
    "numbers": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 4, 2**63),
    "texts": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 8, 2**40),
    "lists of lists": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 9, 1) * 20_000,
    "a kind": head(0, 1) + text("a") + struct.pack("<I", 99),
    "dimensions": head(1, 0) + text("t") + struct.pack("<I", 2**31),
    "a shape": head(1, 0) + text("t") + struct.pack("<IQQIQ", 2, 2**62, 2**62, 0, 0),
    "a type": head(1, 0) + text("t") + struct.pack("<IQIQ", 1, 32, 999, 0),
    "an offset": head(1, 0) + text("t") + struct.pack("<IQIQ", 1, 32, 0, 2**62),
}


@pytest.mark.parametrize("claim", LIES)
def test_what_is_claimed_has_to_be_there(tmp_path, claim):
    path = tmp_path / "model.gguf"
    path.write_bytes(LIES[claim])
    with pytest.raises(ProbeError, match="not a whole GGUF file"):
        gguf_headers.header(path)


@pytest.mark.parametrize("order", [gguf.GGUFEndian.LITTLE, gguf.GGUFEndian.BIG])
def test_a_file_with_entries_of_every_kind_is_read(tmp_path, order):
    path = tmp_path / "model.gguf"
    writer = gguf.GGUFWriter(path, "llama", endianess=order)
    writer.add_uint8("a", 1)
    writer.add_float64("b", 0.5)
    writer.add_bool("c", True)
    writer.add_array("d", ["one", "two", ""])
    writer.add_array("e", [1, 2, 3])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tensor("t", np.ones((2, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert gguf_headers.header(path) == ("F32 (GGUF)", 64)
