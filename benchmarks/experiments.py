"""Every probe with its defaults on the bundled models, kept as evidence: the README's table of claims.

    python benchmarks/experiments.py --data-dir DIR [--only NAME ...] [--into corpus/evidence]

About a quarter of an hour on two cores; the prompts come from the reading list. Each run is one of
`inquire probe run`, so the verdicts become sources of the library in DIR; `--into` also copies them
to where they travel with a list. The encoder is tried by every probe of layers; one that needs what
an encoder lacks says so in its row.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from assistant.settings import Settings
from probes import registry


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--only", nargs="+", choices=registry.names(), default=registry.names())
    parser.add_argument("--into", type=Path, help="folder of runs that are replaced by these")
    options = parser.parse_args()
    failed, made = 0, []
    for name in options.only:
        probe = registry.get(name)
        # A probe that trains its networks itself names no model.
        layers = "layer_metrics" in probe.families and probe.model == "smollm2"
        for model in [probe.model, "minilm"] if layers else [probe.model]:
            row, code, identity = run(name, model, options.data_dir)
            print(f"| `{name}` | {model} | {row} |", flush=True)
            failed += model == probe.model and code != 0
            made += [identity] if identity else []
    if options.into and not failed:
        shutil.rmtree(options.into, ignore_errors=True)
        for identity in made:
            copy(options.data_dir / "evidence" / identity, options.into / identity)
    return 1 if failed else 0


def copy(folder: Path, target: Path) -> None:
    """Copy a run without its figure, which is drawn anew wherever it is brought."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("plot.*"))


def run(name: str, model: str, data_dir: Path) -> tuple[str, int, str]:
    """The verdict of one run as cells of a table and its id, or why there is none."""
    command = [Path(sys.executable).with_name("inquire"), "probe", "run", name]
    command += ["-p", f"model={model}", "--json", "--data-dir", data_dir]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1], done.returncode, ""
    found = json.loads(done.stdout)
    low, high = found["interval"]
    effect = f"{found['effect']:+.3f} [{low:.3f}, {high:.3f}] {found['unit']}"
    return (
        f"{found['verdict']} | {effect} | {found['n']} | {found['seconds']:.0f} s",
        0,
        found["id"],
    )


if __name__ == "__main__":
    sys.exit(main())
