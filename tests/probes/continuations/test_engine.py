from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes.continuations.engine import open_local
from probes.continuations.sharing import distinct_tokens
from probes.continuations.types import Decoding, Prefix, Request
from probes.errors import ProbeError
from probes.models import laboratory
from tests.probes.continuations.conftest import build

GREEDY = Decoding(temperature=0, max_tokens=24)
SAMPLED = Decoding(temperature=1.0, top_p=0.9, max_tokens=12)


def written(backend, requests):
    done = dict(backend.complete(requests))
    assert sorted(done) == list(range(len(requests)))
    return [done[index] for index in range(len(requests))]


def cut(prompt, trace, tokens, decoding, seed=(0,)):
    prefix = Prefix(text=prompt.text + "...", tokens=prompt.tokens + trace.tokens[:tokens])
    lead = trace.text[: trace.ends[tokens - 1]] if tokens else ""
    return Request(prefix=prefix, lead=lead, decoding=decoding, seed=seed)


@pytest.mark.parametrize("text", ["Q", "ä€ 漢字", "1 + 2 = 3. " * 8])
def test_greedy_identity_every_prefix_reproduces_the_rest(backend, text):
    prompt = backend.prefix(text)
    (trace,) = written(backend, [Request(prefix=prompt, decoding=GREEDY)])
    cuts = range(len(trace.tokens) + 1)
    requests = [
        cut(prompt, trace, k, replace(GREEDY, max_tokens=max(1, 24 - k))) for k in cuts if k < 24
    ]
    for k, found in zip(cuts, written(backend, requests), strict=False):
        assert found.tokens == trace.tokens[k:]


def test_greedy_tokens_are_those_of_transformers_generate(backend):
    prompts = [backend.prefix(text) for text in ("Hello", "Hello there", "So", "Then 4 + 5")]
    ours = written(backend, [Request(prefix=prompt, decoding=GREEDY) for prompt in prompts])
    for prompt, found in zip(prompts, ours, strict=True):
        with torch.inference_mode():
            theirs = backend.network.generate(
                torch.tensor([prompt.tokens]), do_sample=False, max_new_tokens=24, pad_token_id=0
            )[0, len(prompt.tokens) :].tolist()
        assert list(found.tokens) == [token for token in theirs if token != 0]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=9), min_size=1, max_size=12))
def test_cropping_equals_reading_again(backend, sequences):
    """Log-probabilities after a shared, cropped prefix equal those of a plain forward pass."""
    requests = [
        Request(prefix=Prefix(text="", tokens=tuple(tokens)), decoding=SAMPLED, seed=(7, index))
        for index, tokens in enumerate(sequences)
    ]
    for request, found in zip(requests, written(backend, requests), strict=True):
        whole = [*request.prefix.tokens, *found.tokens]
        with torch.inference_mode():
            plain = backend.network(torch.tensor([whole])).logits[0].log_softmax(-1)
        begin = len(request.prefix.tokens)
        expected = [float(plain[begin + i - 1, t]) for i, t in enumerate(found.tokens)]
        np.testing.assert_allclose(found.logprobs, expected, atol=1e-4)


def test_a_long_trace_read_in_pieces_equals_reading_again(backend, monkeypatch):
    monkeypatch.setattr("probes.continuations.engine._READ_TOKENS", 7)
    tokens = tuple(int(t) for t in np.random.default_rng(0).integers(1, 200, 60))
    requests = [
        Request(prefix=Prefix(text="", tokens=tokens[:k]), decoding=SAMPLED, seed=(k,))
        for k in range(1, 60, 4)
    ]
    for request, found in zip(requests, written(backend, requests), strict=True):
        whole = torch.tensor([[*request.prefix.tokens, *found.tokens]])
        with torch.inference_mode():
            plain = backend.network(whole).logits[0].log_softmax(-1)
        expected = plain[len(request.prefix.tokens) - 1, found.tokens[0]]
        assert found.logprobs[0] == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("rows", [1, 5])
def test_a_continuation_does_not_depend_on_what_is_decoded_beside_it(backend, rows):
    requests = [
        Request(prefix=backend.prefix("Then " * (1 + i % 3) + str(i)), decoding=SAMPLED, seed=(i,))
        for i in range(11)
    ]
    alone = [written(backend, [request])[0] for request in requests]
    order = np.random.default_rng(rows).permutation(len(requests))
    small = open_local(backend.model, rows=rows)
    mixed = written(small, [requests[i] for i in order])
    for place, index in enumerate(order):
        assert mixed[place].tokens == alone[index].tokens
        assert mixed[place].text == alone[index].text


def test_every_tensor_is_made_on_the_device_of_the_model(backend):
    """Off the CPU, what is made without naming a device cannot meet the model's own tensors."""
    prompt = backend.prefix("1 + 2 = 3. ")
    (trace,) = written(backend, [Request(prefix=prompt, decoding=GREEDY)])
    requests = [cut(prompt, trace, k, SAMPLED, (k,)) for k in range(0, len(trace.tokens), 3)]
    small = replace(backend, rows=3)
    plain = written(small, requests)
    with torch.device("meta"):
        elsewhere = written(small, requests)
    assert elsewhere == plain


def test_a_small_memory_limit_changes_nothing_but_the_batch(backend):
    requests = [Request(prefix=backend.prefix(f"No {i}"), decoding=SAMPLED) for i in range(9)]
    tight = open_local(backend.model, memory=1)
    assert tight.fitting_rows(12) == 1
    assert [c.tokens for c in written(tight, requests)] == [
        c.tokens for c in written(backend, requests)
    ]


def test_every_shared_token_is_read_once(backend):
    prompt = backend.prefix("one two three four five six")
    prefixes = [Prefix(text="", tokens=prompt.tokens[:k]) for k in range(2, len(prompt.tokens), 2)]
    counting = open_local(backend.model)
    found = written(counting, [Request(prefix=prefix, decoding=SAMPLED) for prefix in prefixes])
    assert counting.spent.read == distinct_tokens([prefix.tokens[:-1] for prefix in prefixes])
    assert counting.spent.decoded == sum(c.generated for c in found)


def test_seeds_differ_and_repeat(backend):
    prompt = backend.prefix("Once")
    requests = [Request(prefix=prompt, decoding=SAMPLED, seed=(i,)) for i in range(8)]
    first, second = written(backend, requests), written(backend, requests)
    assert first == second
    assert len({c.tokens for c in first}) > 1


def test_ends_and_text_agree(backend):
    requests = [
        Request(prefix=backend.prefix("ab"), decoding=replace(SAMPLED, max_tokens=40), seed=(i,))
        for i in range(6)
    ]
    for found in written(backend, requests):
        assert len(found.ends) == len(found.tokens) == len(found.logprobs)
        assert list(found.ends) == sorted(found.ends)
        assert not found.ends or found.ends[-1] == len(found.text)
        assert all(value <= 0 for value in found.logprobs)


def test_sampled_tokens_follow_the_nucleus(backend):
    """4,000 first tokens against the exact distribution: total variation below 0.05."""
    prompt = backend.prefix("x")
    one = Decoding(temperature=0.8, top_p=0.8, max_tokens=1)
    requests = [Request(prefix=prompt, decoding=one, seed=(i,)) for i in range(4000)]
    wide = open_local(backend.model, rows=4000)
    seen = np.bincount([c.tokens[0] if c.tokens else 0 for c in written(wide, requests)])
    with torch.inference_mode():
        logits = backend.network(torch.tensor([prompt.tokens])).logits[0, -1]
    share, order = (logits / 0.8).softmax(-1).sort(descending=True)
    share[share.cumsum(-1) - share >= 0.8] = 0
    exact = np.zeros(len(share))
    exact[order.numpy()] = (share / share.sum()).numpy()
    counts = np.zeros(len(share))
    counts[: len(seen)] = seen / 4000
    assert np.abs(counts - exact).sum() / 2 < 0.05
    assert set(np.flatnonzero(counts)) <= set(np.flatnonzero(exact))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": transformers.Qwen2Config},
        {"kind": transformers.MistralConfig, "sliding_window": 5},
        {"kind": transformers.Gemma2Config, "head_dim": 8, "sliding_window": 6},
    ],
    ids=["qwen2", "mistral-window", "gemma2-softcap"],
)
def test_other_architectures_read_cropped_as_they_read_plainly(tmp_path, changes):
    model = laboratory.load(str(build(tmp_path / "model", **changes)), tmp_path)
    other = open_local(model)
    requests = [
        Request(prefix=other.prefix("Then 4 + 5 makes 9"[:k]), decoding=SAMPLED, seed=(k,))
        for k in (3, 9, 10, 18)
    ]
    for request, found in zip(requests, written(other, requests), strict=True):
        whole = torch.tensor([[*request.prefix.tokens, *found.tokens]])
        with torch.inference_mode():
            plain = model.network(whole).logits[0].log_softmax(-1)
        begin = len(request.prefix.tokens)
        expected = [float(plain[begin + i - 1, t]) for i, t in enumerate(found.tokens)]
        np.testing.assert_allclose(found.logprobs, expected, atol=1e-4)


def test_the_network_is_left_as_it_was(backend):
    before = backend.network.config._attn_implementation
    for _ in backend.complete([Request(prefix=backend.prefix("a"), decoding=SAMPLED)]):
        break
    assert backend.network.config._attn_implementation == before


def test_a_trace_longer_than_the_context_is_one_clear_line(backend):
    long = Prefix(text="", tokens=(5,) * 100_000)
    with pytest.raises(ProbeError, match=r"100000 tokens.*at most 256"):
        list(backend.complete([Request(prefix=long, decoding=GREEDY)]))


def test_a_continuation_stops_at_the_context(backend):
    nearly = Prefix(text="", tokens=(5,) * 250)
    (found,) = written(backend, [Request(prefix=nearly, decoding=GREEDY)])
    assert found.generated <= 6


def test_an_empty_prefix_is_refused(backend):
    with pytest.raises(ProbeError, match="at least one token"):
        list(backend.complete([Request(prefix=Prefix(text=""), decoding=GREEDY)]))


def test_encoders_and_state_spaces_are_refused(encoder, state_space, tmp_path):
    with pytest.raises(ProbeError, match="writes no text"):
        open_local(laboratory.load(str(encoder), tmp_path))
    with pytest.raises(ProbeError, match="without attention"):
        open_local(laboratory.load(str(state_space), tmp_path))


def test_a_model_without_a_chat_template_says_so(backend):
    with pytest.raises(ProbeError, match="no chat template"):
        backend.chat("What is 1 + 1?")


@pytest.mark.model
def test_greedy_identity_and_cropping_on_smollm2(smollm2_cache):
    smollm2 = open_local(laboratory.load("smollm2", smollm2_cache))
    shot = "Q: What is 2 + 9 + 5?\nA: First, 2 + 9 = 11. Then, 11 + 5 = 16. So it is 16.\n\n"
    decoding = Decoding(temperature=0, max_tokens=40, stop=("\n",))
    prompt = smollm2.prefix(shot + "Q: What is 4 + 7 + 9?\nA:")
    (trace,) = written(smollm2, [Request(prefix=prompt, decoding=decoding)])
    requests = [cut(prompt, trace, k, decoding) for k in range(len(trace.tokens))]
    for k, found in enumerate(written(smollm2, requests)):
        assert found.tokens == trace.tokens[k:]
        np.testing.assert_allclose(found.logprobs, trace.logprobs[k:], atol=1e-4)
