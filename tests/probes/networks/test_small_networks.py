import numpy as np
import pytest
import torch

from probes.networks import small_networks as nets
from probes.networks.small_networks import Shape

KINDS = ("transformer", "mamba")


def shape(kind, blocks=3):
    return Shape(kind=kind, width=32, blocks=blocks)


def tokens(runs=2, texts=3, length=12):
    drawn = torch.randint(256, (texts, length), generator=torch.Generator().manual_seed(0))
    return drawn.expand(runs, -1, -1)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def run(shape_, parameters, ids, *, causal=True):
    with torch.no_grad():
        return [state.numpy() for state in nets.states(shape_, parameters, ids, causal=causal)]


def test_one_state_for_each_layer(kind):
    found = run(shape(kind), nets.initial(shape(kind), (0, 1)), tokens())
    assert len(found) == shape(kind).layers == 4
    assert all(state.shape == (2, 3, 12, 32) for state in found)


def test_the_future_changes_nothing_before_it(kind):
    parameters = nets.initial(shape(kind), (0, 1))
    ids = tokens().clone()
    before = run(shape(kind), parameters, ids)
    ids[..., 8:] = 7
    for first, second in zip(before, run(shape(kind), parameters, ids), strict=True):
        np.testing.assert_allclose(first[:, :, :8], second[:, :, :8], atol=1e-5)
        assert not np.allclose(first[:, :, 8:], second[:, :, 8:], atol=1e-5)


def test_without_a_causal_mask_the_future_is_seen():
    parameters = nets.initial(shape("transformer"), (0,))
    ids = tokens(1).clone()
    before = run(shape("transformer"), parameters, ids, causal=False)[-1]
    ids[..., 11] = 7
    after = run(shape("transformer"), parameters, ids, causal=False)[-1]
    assert not np.allclose(before[:, :, 0], after[:, :, 0], atol=1e-5)


def test_runs_side_by_side_are_runs_alone(kind):
    both = run(shape(kind), nets.initial(shape(kind), (4, 9)), tokens())
    for at, seed in enumerate((4, 9)):
        alone = run(shape(kind), nets.initial(shape(kind), (seed,)), tokens(1))
        for one, two in zip(alone, both, strict=True):
            np.testing.assert_allclose(one[0], two[at], atol=1e-5)
    assert not np.allclose(both[0][0], both[0][1])


def test_both_kinds_are_of_one_size():
    sizes = [nets.size(nets.initial(Shape(kind=kind, width=48, blocks=6), (0,))) for kind in KINDS]
    assert max(sizes) / min(sizes) < 1.15


def test_state_space_block_equals_its_recurrence():
    """h_t = exp(dt a) h_{t-1} + dt B x, y = C h + D x, token by token, head by head."""
    form = shape("mamba", blocks=1)
    own = {
        name.partition(".")[2]: value[0].detach().double()
        for name, value in nets.initial(form, (3,)).items()
        if name.startswith("0.")
    }
    wide, heads = own["norm2"].shape[0], own["skip"].shape[0]
    x = torch.randn(9, 32, generator=torch.Generator().manual_seed(1)).double()

    def normed(values, scale):
        return values / (values.square().mean(-1, keepdim=True) + 1e-6).sqrt() * scale

    gate, inner, step = (normed(x, own["norm"]) @ own["in"]).split((wide, wide + 32, heads), -1)
    padded = torch.cat([torch.zeros(3, wide + 32).double(), inner])
    near = torch.stack([(padded[t : t + 4] * own["near"]).sum(0) for t in range(9)])
    values, entering, leaving = torch.nn.functional.silu(near).split((wide, 16, 16), -1)
    dt = torch.nn.functional.softplus(step + own["step"])
    per_head = values.unflatten(-1, (heads, -1))
    memory = torch.zeros(heads, per_head.shape[-1], 16).double()
    rows = []
    for t in range(9):
        decay = torch.exp(-own["decay"].exp() * dt[t])[:, None, None]
        memory = decay * memory + dt[t, :, None, None] * per_head[t][..., None] * entering[t]
        rows.append(memory @ leaving[t] + own["skip"][:, None] * per_head[t])
    y = torch.stack(rows).flatten(1) * torch.nn.functional.silu(gate)
    expected = x + normed(y, own["norm2"]) @ own["out"]
    batched = {name: value[None] for name, value in own.items()}
    np.testing.assert_allclose(nets._scan(batched, x[None, None])[0, 0], expected, atol=1e-10)
