"""Run every probe with its defaults on the bundled models and keep the evidence: the README's table of claims.

    python benchmarks/experiments.py --data-dir DIR [--only NAME ...] [--into corpus/evidence]
    python benchmarks/experiments.py --data-dir DIR --again judge|run corpus/evidence/ID ...

This takes about a quarter of an hour on two cores; the prompts come from the reading list. Each run is one `inquire
probe run`, so that the verdicts become sources of the library in DIR; `--into` also copies them to the folder that
travels with a list. Every probe of layers also runs on the encoder; a probe that needs what an encoder lacks says so in
its row. `--again` takes existing runs: it judges them anew from their arrays, or measures them anew on their own
prompts, and puts the new record in their place.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from assistant.settings import Settings
from probes import registry
from probes.models.laboratory import Laboratory
from probes.probe import Run
from probes.runs import brought, evidence


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=Settings().data_dir)
    parser.add_argument("--only", nargs="+", choices=registry.names(), default=registry.names())
    parser.add_argument("--into", type=Path, help="folder of runs that are replaced by these")
    parser.add_argument("--again", choices=("judge", "run"))
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.again:
        for folder in options.folders:
            put(
                judged(folder) if options.again == "judge" else measured(folder, options.data_dir),
                folder,
            )
        return 0
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


def judged(folder: Path) -> Run:
    """Judge the run in a folder anew, and return it as a run of this machine."""
    run, _ = brought.judged(folder)
    return replace(run, result=replace(run.result, brought_from=""))


def measured(folder: Path, data_dir: Path) -> Run:
    """Measure the run in a folder again, on the same prompts."""
    record = evidence.read(folder)
    own = record.result.prompts["origin"] == "the probe's own"
    lab = Laboratory(cache=data_dir, prompts=() if own else record.prompts)
    probe = registry.build(record.result.probe, record.result.parameters)
    return probe.run(lab, lambda _share, _message: None)


def put(once: Run, folder: Path) -> None:
    """Put a run in the place of another, and print what has changed."""
    before = evidence.read(folder).result
    with tempfile.TemporaryDirectory() as store:
        after = evidence.save(once, Path(store))
        shutil.rmtree(folder)
        copy(Path(store) / "evidence" / after.id, folder.with_name(after.id))
    print(
        f"{folder.name} -> {after.id} ({after.model.id}): {before.shown} -> {after.shown}",
        flush=True,
    )


def copy(folder: Path, target: Path) -> None:
    """Copy a run without its figure, which every library draws anew."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("plot.*"))


def run(name: str, model: str, data_dir: Path) -> tuple[str, int, str]:
    """Return the verdict of one run as cells of a table and its id, or the reason why there is none."""
    command = [str(Path(sys.executable).with_name("inquire")), "probe", "run", name]
    command += ["-p", f"model={model}", "--json", "--data-dir", str(data_dir)]
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
