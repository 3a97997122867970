"""Compare the shared cache with reading each prefix anew, when every prefix of one trace is continued.

    python benchmarks/continuations.py --data-dir DIR [--prefixes 50] [--tokens 24] [--every 1]

The plain way is transformers' `generate`, one prefix at a time; `--every k` runs it only for each k-th prefix and
scales up. Work is compared in CPU seconds, which other processes disturb less than the clock. The tokens put through
the network are compared with the fewest possible: the trace once and every continuation token once. A second table
shows tokens decoded per second by the number of rows, beside the bound of one row: the time to read the weights once
per step.
"""

import argparse
import json
import time
from pathlib import Path

import torch

from assistant.settings import Settings
from probes.continuations.engine import LocalBackend, open_local
from probes.continuations.types import Decoding, Prefix, Request
from probes.models import laboratory

ROWS = (1, 4, 16, 48, 96)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--prefixes", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=24)
    parser.add_argument("--length", type=int, default=300)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--skip-rows", action="store_true")
    options = parser.parse_args()
    backend = open_local(laboratory.load(options.model, options.data_dir))
    found = compare(backend, options)
    if not options.skip_rows:
        found["decoding"] = throughput(backend)
    print(json.dumps(found, indent=1))


def compare(backend: LocalBackend, options: argparse.Namespace) -> dict[str, object]:
    """Continue the same prefixes both ways, greedily and with the same limit for each."""
    prompt = backend.prefix("Q: How does one add many numbers in one's head?\nA:")
    greedy = Decoding(temperature=0.0, max_tokens=options.length)
    (_, trace), *_ = backend.complete([Request(prefix=prompt, decoding=greedy)])
    whole = (*prompt.tokens, *trace.tokens)
    step = max(1, (len(whole) - len(prompt.tokens)) // options.prefixes)
    lengths = [len(prompt.tokens) + step * i for i in range(options.prefixes)]
    limit = Decoding(temperature=0.0, max_tokens=options.tokens)
    requests = [
        Request(prefix=Prefix(text="", tokens=tuple(whole[:length])), decoding=limit)
        for length in lengths
    ]
    read, decoded = backend.spent.read, backend.spent.decoded
    begun, clock = time.process_time(), time.perf_counter()
    ours = dict(backend.complete(requests))
    engine_cpu, engine_wall = time.process_time() - begun, time.perf_counter() - clock
    written = sum(found.generated for found in ours.values())
    processed = backend.spent.read - read + backend.spent.decoded - decoded
    begun, same, tried = time.process_time(), 0, range(0, len(requests), options.every)
    for index in tried:
        tokens = requests[index].prefix.tokens
        with torch.inference_mode():
            out = backend.network.generate(
                torch.tensor([tokens]), do_sample=False, max_new_tokens=options.tokens
            )[0, len(tokens) :].tolist()
        same += tuple(out[: len(ours[index].tokens)]) == ours[index].tokens
    plain_cpu = (time.process_time() - begun) * len(requests) / len(tried)
    floor = max(lengths) + written
    return {
        "prefixes": len(requests),
        "longest_prefix": max(lengths),
        "continuation_tokens": written,
        "engine_cpu_seconds": round(engine_cpu, 2),
        "engine_wall_seconds": round(engine_wall, 2),
        "plain_cpu_seconds": round(plain_cpu, 2),
        "plain_measured_on": len(tried),
        "same_tokens_share": same / len(tried),
        "cpu_ratio": round(plain_cpu / engine_cpu, 2),
        "processed_tokens": processed,
        "floor_tokens": floor,
        "processed_over_floor": round(processed / floor, 4),
        "plain_tokens_over_floor": round((sum(lengths) + written) / floor, 2),
    }


def throughput(backend: LocalBackend, steps: int = 8) -> list[dict[str, float]]:
    """Return tokens per second with 1 to 96 rows, and gigabytes of weights read per second."""
    size = sum(p.numel() * p.element_size() for p in backend.network.parameters())
    rows = []
    for count in ROWS:
        wide = LocalBackend(model=backend.model, rows=count)
        prompt = wide.prefix("Q: Count.\nA:")
        decoding = Decoding(temperature=1.0, top_p=1.0, max_tokens=steps)
        requests = [Request(prefix=prompt, decoding=decoding, seed=(i,)) for i in range(count)]
        begun, clock = time.process_time(), time.perf_counter()
        list(wide.complete(requests))
        cpu, wall = time.process_time() - begun, time.perf_counter() - clock
        rows.append(
            {
                "rows": count,
                "tokens_per_second": round(wide.spent.decoded / wall, 1),
                "tokens_per_cpu_second": round(wide.spent.decoded / cpu, 1),
                "weights_read_gigabytes_per_cpu_second": round(
                    size * wide.spent.steps / cpu / 1e9, 2
                ),
            }
        )
    return rows


if __name__ == "__main__":
    main()
