"""Measure what a whole layer pass adds to the bare forward pass, and how its cost grows with prompts.

Run with `OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/layer_pass.py --data-dir DIR`
(DIR keeps the converted model). It prints three figures:

time    CPU seconds of `passes.measure` (S_1, S_2, effective rank, curvature and TwoNN with their
        twin without the first token, Block Influence, pooled vectors, dataset metrics) over those
        of the same batches through the bare network. Both are taken in turn, several times, and the
        smallest of each side are compared: other work on the machine only ever adds. Beside it
        stand the median of the rounds' ratios, and what one Gram matrix and two exact spectra per
        prompt and layer take alone.
memory  Peak resident memory of a process that only runs the network, and of one that measures.
growth  CPU seconds of a pass over 256 .. 4096 prompts of 32 tokens, streamed.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

from assistant.settings import Settings
from probes.layers import layer_table, passes
from probes.models import laboratory, local_model
from probes.texts.prompts import OWN

TIME_GOAL = 0.15
MEMORY_GOAL = 0.30
BATCH_TOKENS = 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--mixed", action="store_true", help="of half to all of --tokens each")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--growth", default="minilm", help="model of the growth curve, or none")
    parser.add_argument("--most", type=int, default=4096, help="prompts at its end")
    parser.add_argument("--only", choices=["bare", "pass"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(peak(options)))
        return 0
    torch.set_num_threads(1)
    met = [compare_time(options), compare_memory(options)]
    if options.growth != "none":
        met.append(growth(options))
    return 0 if all(met) else 1


def compare_time(options: argparse.Namespace) -> bool:
    model = laboratory.load(options.model, options.data_dir)
    prompts = sample(model, options.prompts, options.tokens, mixed=options.mixed)
    settings = layer_table.Settings(batch_tokens=BATCH_TOKENS)
    every = layer_table.Settings(
        twins=("whole", "without_first", "without_massive_tokens", "without_massive_dimensions"),
        batch_tokens=BATCH_TOKENS,
    )
    bare(model, prompts[:8])
    passes.measure(model, prompts[:8], settings)
    alone, passed, full = [], [], []
    for _ in range(options.repeats):
        alone.append(seconds(lambda: bare(model, prompts)))
        passed.append(seconds(lambda: passes.measure(model, prompts, settings)))
        full.append(seconds(lambda: passes.measure(model, prompts, every)))
        print(
            f"  forward {alone[-1]:.2f} s, whole pass {passed[-1]:.2f} s, "
            f"with massive tokens and dimensions removed {full[-1]:.2f} s"
        )
    share = min(passed) / min(alone) - 1
    ratios = np.array(passed) / np.array(alone) - 1
    print(
        f"time: the pass adds {share:.1%} CPU to {len(prompts)} prompts of "
        f"{'half to all of ' if options.mixed else ''}{options.tokens} tokens "
        f"(goal {TIME_GOAL:.0%}), the smallest of each side compared; round by round "
        f"{ratios.min():.1%} to {ratios.max():.1%}, median {np.median(ratios):.1%}; "
        f"with all twins {min(full) / min(alone) - 1:.1%}"
    )
    floor = len(prompts) * model.layers * exact_work(options.tokens, model) / min(alone)
    print(
        f"  of these {floor:.1%} are one float64 Gram matrix and two spectra a layer, timed alone"
    )
    return share <= TIME_GOAL


def exact_work(tokens: int, model: local_model.LocalModel) -> float:
    """Return the CPU seconds of one Gram matrix and its two spectra, which no exact pass can do without."""
    states = np.random.default_rng(0).standard_normal((tokens, model.network.config.hidden_size))

    def work() -> None:
        products = states @ states.T
        np.linalg.eigvalsh(products)
        np.linalg.eigvalsh(products[1:, 1:])

    work()
    return min(seconds(work) for _ in range(50))


def compare_memory(options: argparse.Namespace) -> bool:
    """Run each side in a process of its own, because a process never gives its peak memory back."""
    found = {}
    for only in ("bare", "pass"):
        command = [sys.executable, __file__, "--only", only, "--data-dir", str(options.data_dir)]
        command += ["--model", options.model, "--prompts", str(options.prompts)]
        command += ["--tokens", str(options.tokens)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[only] = json.loads(done.stdout)
    alone, with_metrics = found["bare"]["peak"], found["pass"]["peak"]
    share = with_metrics / alone - 1
    print(
        f"memory: peak {alone / 2**20:.0f} MiB bare, {with_metrics / 2**20:.0f} MiB with the pass "
        f"(+{share:.1%}, goal {MEMORY_GOAL:.0%})"
    )
    return share <= MEMORY_GOAL


def peak(options: argparse.Namespace) -> dict[str, int]:
    torch.set_num_threads(1)
    model = laboratory.load(options.model, options.data_dir)
    prompts = sample(model, options.prompts, options.tokens)
    if options.only == "bare":
        bare(model, prompts)
    else:
        passes.measure(model, prompts, layer_table.Settings(batch_tokens=BATCH_TOKENS))
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def growth(options: argparse.Namespace) -> bool:
    """Measure the cost per prompt at growing numbers; it is linear when the last is within a quarter of the first.

    The metrics of the whole set are left out, because their Gram matrices grow with the square of the prompts (of the
    dimensions once there are more prompts than dimensions).
    """
    model = laboratory.load(options.growth, options.data_dir)
    sizes = [size for size in (256, 512, 1024, 2048, 4096) if size <= options.most]
    prompts = sample(model, sizes[-1], 32)
    per_prompt = []
    for size in sizes:
        spent = seconds(
            lambda size=size: passes.measure(
                model,
                prompts[:size],
                layer_table.Settings(batch_tokens=BATCH_TOKENS, dataset=False),
            )
        )
        per_prompt.append(spent / size)
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  {size:5d} prompts {spent:7.2f} s, {1e3 * spent / size:.2f} ms each, peak {resident:.0f} MiB"
        )
    ratio = per_prompt[-1] / per_prompt[0]
    print(f"growth: a prompt costs {ratio:.2f} times as much at {sizes[-1]} as at {sizes[0]}")
    return ratio <= 1.25


def sample(
    model: local_model.LocalModel, count: int, tokens: int, *, mixed: bool = False
) -> list[list[int]]:
    """Return prompts of a given number of tokens, or `mixed` ones of half to all of them, from places of a text."""
    running = model.encode([" ".join(OWN)], max_tokens=100_000)[0]
    rng = np.random.default_rng(0)
    starts = rng.integers(0, len(running) - tokens, size=count)
    lengths = rng.integers(tokens // 2, tokens + 1, size=count) if mixed else [tokens] * count
    return [running[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def bare(model: local_model.LocalModel, prompts: list[list[int]]) -> None:
    """Run the same batches through the network and read nothing."""
    model.network.config.use_cache = False
    with torch.inference_mode():
        for batch in local_model.batches(prompts, BATCH_TOKENS):
            tokens, mask = local_model.padded([prompts[index] for index in batch])
            model.network.base_model(tokens, attention_mask=mask)


def seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
