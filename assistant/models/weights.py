"""The small bundled networks are one ONNX file each, with the tokenizer inside."""

import functools
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
from tokenizers import Tokenizer

from assistant.errors import Mendable
from probes.files import foreign

START, END = 101, 102
"""The word pieces that open an input and close each of its parts."""
PAIR = ("input_ids", "attention_mask", "token_type_ids")
"""The inputs of a network over pairs of texts: word pieces, their mask, and the number of their text."""


@dataclass(frozen=True)
class Network:
    """A network that is ready to run; `longest` is the number of word pieces of one input."""

    session: Any
    tokenizer: Any
    longest: int

    def pieces(self, texts: list[str]) -> list[list[int]]:
        """Return the word pieces of texts, without special tokens."""
        encoded = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encoded]


def opened(path: Path, inputs: Collection[str], threads: int, what: str, until: str) -> Network:
    """Return the network of a file.

    Args:
        path: The file.
        inputs: The inputs of the network; a network with other inputs is refused.
        threads: The number of threads it may run in.
        what: The reader's name for it, such as "sentence selector".
        until: A sentence that says what is done without it.

    Raises:
        Mendable: the file is missing or damaged.
    """
    with foreign.calls(
        lambda reason: Mendable(
            f"The {what} in {path} cannot be used ({reason}); install the program again, or bring the file "
            f"back. {until}"
        )
    ):
        path.open("rb").close()  # it says better than onnxruntime why a file cannot be read
        return _opened(path, path.stat().st_mtime_ns, frozenset(inputs), threads)


# The selector and the judge, for libraries that one process opens with two numbers of threads.
@functools.lru_cache(maxsize=4)
def _opened(path: Path, _changed: int, inputs: frozenset[str], threads: int) -> Network:
    """Return the network of a file as it was last changed; all libraries of a process share it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(_lean(path), options, providers=["CPUExecutionProvider"])
    read = {entry.name for entry in session.get_inputs()}
    if read != inputs:
        raise ValueError(f"it holds a network that reads {', '.join(sorted(read))}")
    facts = session.get_modelmeta().custom_metadata_map
    longest = int(json.loads(facts["longest"]))
    tokenizer = Tokenizer.from_str(facts["tokenizer"])
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Network(session, tokenizer, longest)


def _lean(path: Path) -> bytes:
    """Return the network of a file without the step that replaces not-a-number attention shares.

    torch writes that step for a token that may attend to nothing. Here every token may attend to
    the first one, so no result differs in a bit; the comparison of every share with itself took a
    quarter of the time of a pass.
    """
    model = onnx.load(path)
    graph = model.graph
    maker = {name: node for node in graph.node for name in node.output}
    plain = {
        node.output[0]: node.input[2]
        for node in graph.node
        if node.op_type == "Where"
        and (test := maker.get(node.input[0])) is not None
        and test.op_type == "IsNaN"
        and test.input[0] == node.input[2]
    }
    for node in graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = plain.get(name, name)
    read, kept = {entry.name for entry in graph.output}, []
    for node in reversed(graph.node):  # onnxruntime computes even outputs that nothing reads
        if not read.isdisjoint(node.output):
            kept.append(onnx.NodeProto.FromString(node.SerializeToString()))
            read.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    content: bytes = model.SerializeToString()
    return content
