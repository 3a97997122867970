"""Write the pages of docs/ that repeat what the code and the bundled runs say.

    python tools/docs_pages.py

`docs/settings.md` comes from the settings; `docs/experiments/` gets one page for each bundled probe,
with the figure of every run in `corpus/evidence/`. A test compares the pages with what this makes.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr

from assistant.settings import Settings
from probes import plotting, registry
from probes.probe import Probe
from probes.runs import evidence
from probes.runs.evidence import Record

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
RUNS = ROOT / "corpus" / "evidence"

# Defaults that differ from machine to machine are described in words.
PLACES = {
    "data_dir": "the user's data folder (on Linux `~/.local/share/inquiring-lines`)",
    "corpus_dir": "`corpus/` of the installation",
}
KINDS = {
    "twin": "The effect must stay.",
    "foil": "The effect must not be there.",
    "also": "This must hold as well.",
    "scope": "This narrows the finding.",
    "beside": "This stands beside the finding and changes nothing.",
}


def main() -> None:
    """Write every page and figure."""
    (DOCS / "experiments").mkdir(exist_ok=True)
    for place, text in {**pages(), **figures()}.items():
        (DOCS / place).write_text(text, "utf-8")
        print(f"docs/{place}")


def pages() -> dict[str, str]:
    """Return every generated page by its place in docs/."""
    runs = bundled()
    made = {"settings.md": settings(), "experiments/index.md": contents(runs)}
    return made | {f"experiments/{name}.md": page(name, runs[name]) for name in sorted(runs)}


def figures() -> dict[str, str]:
    """Return the figure of every bundled run as SVG, by its place in docs/."""
    return {
        f"experiments/{run.result.id}.svg": plotting.to_svg(
            plotting.arranged(probe_of(run).draw(run.arrays, run.result))
        )
        for of_probe in bundled().values()
        for run in of_probe
    }


def bundled() -> dict[str, list[Record]]:
    """Return the runs of `corpus/evidence` by probe; SmolLM2 comes before the encoder."""
    found: dict[str, list[Record]] = {}
    for folder in sorted(path for path in RUNS.iterdir() if path.is_dir()):
        run = evidence.read(folder)
        found.setdefault(run.result.probe, []).append(run)
    return {
        name: sorted(runs, key=lambda run: "MiniLM" in run.result.model.id)
        for name, runs in found.items()
    }


def probe_of(run: Record) -> Probe:
    """Return the probe with the parameters of a run, without the files it named."""
    given = run.result.parameters
    return registry.parsed(
        run.result.probe, {key: given[key] for key in given if key not in run.result.files}
    )


def settings() -> str:
    """Return the page of settings."""
    lines = [
        "# Settings",
        "",
        "Every setting is read from the environment or from a file `.env` beside the program, in the folder of the "
        "checkout; one in the working directory is not read, because a stranger may have filled that folder. "
        "An option of a command, such as `--data-dir` or `--writer`, goes before both. "
        "`inquire settings set NAME VALUE`, with the small letters of a name, keeps one with the library for every "
        "start, where neither says another; the app has the most used ones under Settings, with what each costs.",
        "",
        "| variable | default | what it sets |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        shown = (
            field.default.get_secret_value()
            if isinstance(field.default, SecretStr)
            else field.default
        )
        default = PLACES.get(name) or (f"`{shown}`" if str(shown) else "none")
        said = " ".join(filter(None, (field.description, _bounds(field.metadata))))
        lines.append(f"| `INQUIRE_{name.upper()}` | {default} | {said} |")
    return "\n".join([*lines, "", "`python tools/docs_pages.py` writes this page.", ""])


def _bounds(metadata: Sequence[object]) -> str:
    """Return the range of a setting as a sentence; empty without one."""
    low = next(
        (bound for each in metadata if (bound := getattr(each, "ge", None)) is not None), None
    )
    high = next(
        (bound for each in metadata if (bound := getattr(each, "le", None)) is not None), None
    )
    if low is None:
        return ""
    return f"At least {low:,}." if high is None else f"From {low:,} to {high:,}."


def contents(runs: Mapping[str, Sequence[Record]]) -> str:
    """Return the page that lists the experiments with their verdicts."""
    lines = [
        "# Experiments",
        "",
        "A probe tests one claim of the reading list on a model of this machine. Each bundled probe has a page "
        "with its claim, its controls, the runs that come with the list, and what they may be quoted for. "
        "[All effects with their controls](../figures.md#experiments) stand in one table; "
        "[seven of them](../probes-new.md) also beside the published numbers; "
        "[Adding a probe](../adding-a-probe.md) says how to write another.",
        "",
        "| probe | question | model | verdict |",
        "|---|---|---|---|",
    ]
    for name in sorted(runs):
        question = registry.describe(name)["question"]
        for run in runs[name]:
            told = run.result
            lines.append(f"| [`{name}`]({name}.md) | {question} | {told.model.id} | {told.shown} |")
    lines += [
        "",
        "*Supported* means that the whole 95 % interval of the effect lies beyond the margin that the claim "
        "declares, and that no control explains it. *Refuted* means that the whole interval lies below the "
        "margin: the effect is smaller than the claim needs, and not necessarily reversed. Everything else is "
        "*inconclusive*. Refuted and undecided claims stay in the list.",
        "",
        "`python benchmarks/experiments.py` makes all runs again, and `python tools/docs_pages.py` these pages.",
    ]
    return "\n".join([*lines, ""])


def page(name: str, runs: Sequence[Record]) -> str:
    """Return the page of one probe."""
    told = registry.describe(name)
    claim = told["claim"]
    notes = ", ".join(f"`{key}`" for key in told["sources"])
    lines = [
        f"# {name}",
        "",
        f"**{told['question']}**",
        "",
        told["description"],
        "",
        "## The claim",
        "",
        f"> {claim['text']}",
        "",
        f"- Source: {claim['source']}. Notes of the list that make it: {notes}.",
        f"- The effect of one unit is the {claim['effect']}, in {claim['unit']}.",
        f"- The margin is {claim['margin']:g}: {claim['margin_reason']}.",
        "",
        "## The runs that come with the list",
    ]
    for run in runs:
        lines += _run(run)
    lines += [
        "",
        "## Run it",
        "",
        "```bash",
        f"inquire probe run {name}",
        "```",
        "",
        f"With its defaults and SmolLM2 it takes about {math.ceil(told['seconds'] / 60)} minutes on two cores.",
        "",
        "| parameter | default | meaning |",
        "|---|---|---|",
    ]
    for each in told["parameters"]:
        default = registry.spell(each["default"])
        shown = f"`{default}`" if default else "none"
        lines.append(f"| `{each['name']}` | {shown} | {each['meaning']} |")
    return "\n".join([*lines, ""])


def _run(run: Record) -> list[str]:
    """Return what one run found, as lines."""
    result, probe = run.result, probe_of(run)
    low, high = result.interval
    figure = plotting.arranged(probe.draw(run.arrays, result))
    lines = [
        "",
        f"### On {result.model.id}",
        "",
        f"Verdict: **{result.shown}**. Effect {result.effect:+.3f}, 95 % interval {low:+.3f} to {high:+.3f} "
        f"({result.unit}), n = {result.n}, {result.test}. Weights: {result.model.quantisation}. Kept as `{result.id}`.",
        "",
        f"![{figure.layout.meta['alt']}]({result.id}.svg)",
        "",
    ]
    if result.control:
        lines += ["| control | effect | alone | what it is for |", "|---|---|---|---|"]
        contrasts = probe.wording().contrasts
        for name, judged in result.control.items():
            below, above = judged.interval
            numbers = (
                f"{judged.effect:+.3f} [{below:+.3f}, {above:+.3f}]" if judged.n else "not measured"
            )
            contrast = contrasts.get(name)
            why = KINDS[contrast.kind] if contrast else KINDS["beside"]
            means = (
                f" {contrast.means[:1].upper()}{contrast.means[1:]}."
                if contrast and contrast.means
                else ""
            )
            lines.append(
                f"| {name} | {numbers} | {judged.verdict if judged.n else '–'} | {why}{means} |"
            )
        lines.append("")
    lines += [
        "**It may be quoted for:** " + probe.sentences(result).finding,
        "",
        "**It cannot say more than this:**",
        "",
    ]
    return [*lines, *(f"- {caveat}" for caveat in probe.caveats(result.model))]


if __name__ == "__main__":
    main()
