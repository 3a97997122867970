"""The bridge to the experiments: stored runs become citable sources, answers propose probes."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.aspects import terms
from assistant.index import passage_sentences
from assistant.library import Library
from assistant.selection import Quote, Witness
from assistant.types import Experiment, Passage, Source
from probes import evidence, registry
from probes.probe import Probe
from probes.types import ProbeError, Result

# Runs cited in one answer: the newest of each probe and model.
_MOST_EVIDENCE = 3
_MOST_EXPERIMENTS = 3


def absorb(library: Library, data_dir: Path) -> int:
    """Make every finished run a source of the library, and forget those deleted; how many changed."""
    folder = data_dir / "evidence"
    present = (
        {path.parent.name for path in folder.glob("*/result.json")} if folder.is_dir() else set()
    )
    known = {key for key, kind, _ in library.fingerprint() if kind == "evidence"}
    library.remove(known - present)
    changed = len(known - present)
    for key in sorted(present - known):
        try:
            source = as_source(evidence.load(data_dir, key))
        except ProbeError:
            continue  # `inquire evidence list` names it; a damaged run is no evidence
        library.put(source, [_passage(source)])
        changed += 1
    return changed


def as_source(result: Result) -> Source:
    """A run as a source: its finding, conditions, controls and limits in plain sentences.

    The summary that the probe writes names the controls.
    """
    model = result.model
    low, high = result.interval
    finding = (
        f"A local run of {result.probe} on {model.id} ({model.parameters / 1e6:.0f}M parameters, "
        f"{model.quantisation}) finds the claim {result.verdict}: mean effect {result.effect:.3f} "
        f"{result.unit}, 95% interval {low:.3f} to {high:.3f}, n = {result.n}."
    )
    tested = f"The claim under test: {result.claim.text} ({result.claim.source})."
    paragraphs = [finding, result.summary, result.caveat, tested]
    text = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    return Source(
        key=result.id, kind="evidence", title=f"Local experiment: {result.claim.text}", claim=finding,
        text=text, content_hash=hashlib.sha256(text.encode()).hexdigest(), path=result.arrays,
        metadata={
            "probe": result.probe, "verdict": result.verdict, "created": result.created,
            "sources": list(result.sources), "families": list(result.families), "model": model.id,
        },
    )  # fmt: skip


def bearing(library: Library, near: Sequence[Source]) -> tuple[list[Witness], list[Experiment]]:
    """The stored evidence on what these sources claim, and the probes that would test it."""
    stored = library.sources("evidence")
    stored.sort(key=lambda s: (str(s.metadata.get("created")), s.key), reverse=True)
    probes = _probes(near)
    chosen: dict[tuple[str, str], Source] = {}
    for source in stored:
        name = str(source.metadata.get("probe"))
        if any(probe.name() == name for probe, _ in probes):
            chosen.setdefault((name, str(source.metadata.get("model"))), source)
    experiments = [
        _experiment(probe, prompted, [s for s in stored if s.metadata.get("probe") == probe.name()])
        for probe, prompted in probes
    ]
    return [_witness(source) for source in list(chosen.values())[:_MOST_EVIDENCE]], experiments


def _probes(near: Sequence[Source]) -> list[tuple[type[Probe], Source]]:
    """Probes whose claim one of the sources makes, each with the source that prompts it.

    A probe that names the leading sources comes before one that shares only their family.
    """
    found: list[tuple[tuple[int, int, str], type[Probe], Source]] = []
    for name in registry.names():
        probe = registry.get(name)
        for rank, source in enumerate(near[:4]):
            families = source.metadata.get("probes") or ()
            named = source.key in probe.sources
            if named or set(families) & set(probe.families):
                found.append(((rank + (0 if named else 2), rank, name), probe, source))
                break
    return [(probe, source) for _, probe, source in sorted(found, key=lambda row: row[0])][
        :_MOST_EXPERIMENTS
    ]


def _experiment(probe: type[Probe], prompted: Source, runs: Sequence[Source]) -> Experiment:
    built = registry.build(probe.name())
    verdicts = [f"{run.metadata.get('verdict')} on {run.metadata.get('model')}" for run in runs[:3]]
    earlier = f"; earlier runs: {', '.join(verdicts)}" if verdicts else "; not run here yet"
    return Experiment(
        probe=probe.name(),
        claim=probe.claim.text,
        why=f"it tests on a local model what “{prompted.title}” reports{earlier}",
        parameters=built.parameters(),
        seconds=round(built.cost(), 1),
        evidence=tuple(run.key for run in runs),
    )


def prompts(library: Library, most: int = 256) -> list[str]:
    """Passages of the reading list for a probe to run on: prose, in a fixed spread over sources."""
    passages = [p for p in library.passages() if len(p.text.split()) >= 30]
    evidence_keys = {key for key, kind, _ in library.fingerprint() if kind == "evidence"}
    passages = [p for p in passages if p.source not in evidence_keys]
    order = sorted(passages, key=lambda p: hashlib.sha256(p.id.encode()).hexdigest())
    return [" ".join(p.text.split()) for p in order[:most]]


def _passage(source: Source) -> Passage:
    return Passage(
        id=f"{source.key}:0-{len(source.text)}", source=source.key, text=source.text, start=0,
        end=len(source.text),
    )  # fmt: skip


def _witness(source: Source) -> Witness:
    """Its sentences in order: the finding first, then controls and limits."""
    passage = _passage(source)
    quotes = []
    for span in passage_sentences(source.text):
        text = span.of(source.text)
        if text.startswith("The claim under test"):
            continue
        quotes.append(
            Quote(
                source=source.key, passage=passage.id, text=text, page=None, start=span.start,
                end=span.end, role="claim", cosine=0.0, coverage=0.0, relevance=1.0, terms=terms(text),
            )
        )  # fmt: skip
    return Witness(source=source, score=1.0, quotes=tuple(quotes[:5]))


def record(result: Result) -> dict[str, Any]:
    """A result as the JSON document of `inquire probe run`: the claim in words, its details apart."""
    data: dict[str, Any] = result.as_json()
    claim: Mapping[str, Any] = data.pop("claim")
    return {**data, "claim": claim["text"], "claim_record": claim}
