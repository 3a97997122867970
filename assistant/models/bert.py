"""Run a BERT encoder with onnxruntime: the graph is built from its config, the weights stay in their file."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from safetensors import safe_open

INPUTS = ("input_ids", "attention_mask")
"""The inputs of the network, each of shape (texts, tokens): word pieces, and 1 for a piece or 0 for padding."""
STATES = "states"
"""The output, of shape (texts, tokens, hidden size): the last layer's states."""
WEIGHTS = "model.safetensors"
"""The file of a folder that holds the weights."""

_CONFIG = "config.json"
# Opset 20 is the first with Gelu as one operation; 9 is the matching file format.
_OPSET, _IR_VERSION = 20, 9
_ACTIVATIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "gelu": ("Gelu", {}),
    "gelu_new": ("Gelu", {"approximate": "tanh"}),
    "gelu_pytorch_tanh": ("Gelu", {"approximate": "tanh"}),
    "relu": ("Relu", {}),
}
_KINDS = {
    "F32": TensorProto.FLOAT,
    "F16": TensorProto.FLOAT16,
    "BF16": TensorProto.BFLOAT16,
    "F64": TensorProto.DOUBLE,
}
# This is added to the score of a padded token before the softmax, which makes its share exactly 0.
_NEVER = -1e9


def session(folder: Path, threads: int) -> Any:
    """Return the encoder of a folder as an `onnxruntime.InferenceSession`.

    It reads `INPUTS` and returns `STATES` in single precision. Its operations are those of Devlin et al.
    (arXiv:1810.04805) without the pooler; the weights are mapped from `model.safetensors`, and neither torch
    nor transformers is imported.

    Args:
        folder: Holds `config.json` and `model.safetensors`.
        threads: CPU threads of one run.

    Raises:
        ValueError: the config is of another kind of model, or the weights lack tensors.
        Exception: whatever json, safetensors and onnxruntime raise for damaged files.
    """
    changed = tuple((folder / name).stat().st_mtime_ns for name in (_CONFIG, WEIGHTS))
    return _session(folder.absolute(), changed, threads)


# One model with one thread and with several, and another while a library moves to it.
@functools.lru_cache(maxsize=4)
def _session(folder: Path, _changed: tuple[int, ...], threads: int) -> Any:
    """Return the encoder of a folder as it was last changed; all libraries of a process share it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    # Threads that wait for work would burn the processor between two texts.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder)
    )
    model = _model(read_config(folder), _stored(folder / WEIGHTS))
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


@dataclass(frozen=True)
class Config:
    """The sizes of an encoder."""

    layers: int
    hidden: int
    heads: int
    epsilon: float
    activation: str


def read_config(folder: Path) -> Config:
    """Return the sizes of a folder's encoder; another kind of model is a ValueError."""
    said = json.loads((folder / _CONFIG).read_text("utf-8"))
    if (kind := said.get("model_type", "bert")) != "bert":
        raise ValueError(f"it is a model of type {kind}, and only bert is read")
    if (position := said.get("position_embedding_type", "absolute")) != "absolute":
        raise ValueError(f"its positions are {position}, and only absolute ones are read")
    config = Config(
        layers=int(said["num_hidden_layers"]),
        hidden=int(said["hidden_size"]),
        heads=int(said["num_attention_heads"]),
        epsilon=float(said.get("layer_norm_eps", 1e-12)),
        activation=str(said.get("hidden_act", "gelu")),
    )
    if config.activation not in _ACTIVATIONS:
        raise ValueError(f"its activation {config.activation} is none of {', '.join(_ACTIVATIONS)}")
    if config.hidden % config.heads:
        raise ValueError(f"{config.heads} heads do not divide its {config.hidden} dimensions")
    return config


@dataclass(frozen=True)
class _Stored:
    """A tensor in a safetensors file: its type there, its shape, its first byte and its number of bytes."""

    kind: int
    shape: tuple[int, ...]
    offset: int
    length: int


def _stored(path: Path) -> dict[str, _Stored]:
    """Return the place of each tensor in a file, under its name in a bare encoder."""
    with safe_open(str(path), framework="numpy"):
        pass  # the library checks the header against the file's length
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    found = {}
    for name, said in header.items():
        start, end = said["data_offsets"]
        kind = _KINDS.get(said["dtype"])
        if kind is not None:
            found[bare(name)] = _Stored(kind, tuple(said["shape"]), 8 + size + start, end - start)
    return found


def bare(name: str) -> str:
    """Return a tensor's name without the surrounding model, and with the present names for LayerNorm's tensors."""
    name = name.removeprefix("bert.")
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace(
        "LayerNorm.beta", "LayerNorm.bias"
    )


class _Graph:
    """Operations and tensors in the order of writing; every method returns a name."""

    def __init__(self, stored: Mapping[str, _Stored]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, TensorProto] = {}
        self.lacking: list[str] = []
        self._stored = stored

    def op(self, kind: str, *inputs: str, named: str = "", **attributes: Any) -> str:
        """Add an operation and return its name, a new one or the given one."""
        name = named or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: Any) -> str:
        """Add a number or a list of whole numbers, and return its name."""
        array = np.asarray(value, np.float32 if isinstance(value, float) else np.int64)
        name = f"constant_{value}"
        self.tensors[name] = onnx.numpy_helper.from_array(array, name)
        return name

    def weight(self, name: str) -> str:
        """Add a stored tensor in single precision, and return its name."""
        stored = self._stored.get(name)
        if stored is None:
            self.lacking.append(name)
            return name
        tensor = TensorProto(
            name=name, dims=stored.shape, data_type=stored.kind, data_location=TensorProto.EXTERNAL
        )
        place = {"location": WEIGHTS, "offset": stored.offset, "length": stored.length}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self.tensors[name] = tensor
        if stored.kind == TensorProto.FLOAT:
            return name
        return self.op("Cast", name, named=f"{name}.single", to=TensorProto.FLOAT)

    def linear(self, states: str, name: str) -> str:
        """Add a dense layer over rows, and return its name."""
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("Gemm", states, weight, bias, transB=1)

    def normed(self, states: str, name: str, epsilon: float) -> str:
        """Add a layer norm over the last axis, and return its name."""
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", states, weight, bias, axis=-1, epsilon=epsilon)


def _model(config: Config, stored: Mapping[str, _Stored]) -> onnx.ModelProto:
    graph = _Graph(stored)
    # A config may claim any number of layers, and each takes time and memory to write.
    held = {name.split(".")[2] for name in stored if name.startswith("encoder.layer.")}
    if not 0 < config.layers <= len(held):
        raise ValueError(f"it says {config.layers} layers, and its weights hold {len(held)}")
    # Between the attentions all tokens of all texts are rows of one matrix, so that a dense layer
    # is one product.
    rows, shape = graph.constant([-1, config.hidden]), graph.op("Shape", INPUTS[0])
    whole = graph.op("Concat", shape, graph.constant([config.hidden]), axis=0)
    size = config.hidden // config.heads
    split = graph.op("Concat", shape, graph.constant([config.heads, size]), axis=0)
    states = graph.op("Reshape", _embedded(graph, config, shape), rows)
    seen = _seen(graph)
    for layer in range(config.layers):
        name = f"encoder.layer.{layer}"
        mixed = graph.op("Reshape", _attended(graph, states, split, seen, size, name), rows)
        mixed = graph.linear(mixed, f"{name}.attention.output.dense")
        states = graph.normed(
            graph.op("Add", mixed, states), f"{name}.attention.output.LayerNorm", config.epsilon
        )
        kind, how = _ACTIVATIONS[config.activation]
        wide = graph.op(kind, graph.linear(states, f"{name}.intermediate.dense"), **how)
        wide = graph.linear(wide, f"{name}.output.dense")
        states = graph.normed(
            graph.op("Add", wide, states), f"{name}.output.LayerNorm", config.epsilon
        )
    graph.op("Reshape", states, whole, named=STATES)
    # A tensor that the file lacks must not be made up.
    if graph.lacking:
        raise ValueError(f"its weights lack {len(graph.lacking)} tensors, as {graph.lacking[0]}")
    sizes = ["texts", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, sizes) for name in INPUTS],
        [helper.make_tensor_value_info(STATES, TensorProto.FLOAT, [*sizes, config.hidden])],
        list(graph.tensors.values()),
    )
    return helper.make_model(
        made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    )


def _embedded(graph: _Graph, config: Config, shape: str) -> str:
    """Return the states before the first layer: word, position and segment embeddings, added and normalised."""
    none, one, two = (graph.constant([number]) for number in range(3))
    tokens = graph.op("Slice", shape, one, two, none)
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), INPUTS[0])
    table = graph.weight("embeddings.position_embeddings.weight")
    places = graph.op("Slice", table, none, tokens, none)
    table = graph.weight("embeddings.token_type_embeddings.weight")
    text = graph.op("Gather", table, graph.constant(0))
    total = graph.op("Add", graph.op("Add", words, places), text)
    return graph.normed(total, "embeddings.LayerNorm", config.epsilon)


def _seen(graph: _Graph) -> str:
    """Return what is added to the scores of each text's tokens: 0, or `_NEVER` for padding."""
    present = graph.op("Cast", INPUTS[1], to=TensorProto.FLOAT)
    padding = graph.op("Sub", graph.constant(1.0), present)
    added = graph.op("Mul", padding, graph.constant(_NEVER))
    return graph.op("Unsqueeze", added, graph.constant([1, 2]))


def _attended(graph: _Graph, states: str, split: str, seen: str, size: int, name: str) -> str:
    """Return the attention output of each token, with its heads of `size` dimensions side by side."""

    def heads(part: str, order: list[int]) -> str:
        made = graph.linear(states, f"{name}.attention.self.{part}")
        return graph.op("Transpose", graph.op("Reshape", made, split), perm=order)

    products = graph.op("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]))
    scores = graph.op("Mul", products, graph.constant(size**-0.5))
    shares = graph.op("Softmax", graph.op("Add", scores, seen), axis=-1)
    mixed = graph.op("MatMul", shares, heads("value", [0, 2, 1, 3]))
    return graph.op("Transpose", mixed, perm=[0, 2, 1, 3])
