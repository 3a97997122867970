"""The bridge to the experiments: stored runs become citable sources, answers propose probes."""

import hashlib
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.aspects import share, terms
from assistant.index import passage_sentences
from assistant.library import Library
from assistant.selection import Quote, Witness
from assistant.types import Experiment, Passage, Source
from probes import evidence, kept, registry
from probes.probe import Probe
from probes.types import ProbeError, Result

_MOST_EXPERIMENTS = 8
# Shares of a question's terms that a probe speaks of: to be proposed for it, and to have its brought runs
# cited, where it speaks of nearly as much as the one that speaks of most. Of 58 lines, those of
# benchmarks/inquiring_lines.json and the public ones, 9 then cite such runs; 29 if every proposed probe's
# were cited, most of them on questions that no run says a thing about.
_SPOKEN, _HEAD_ON, _NEARLY = 0.25, 0.4, 0.6


def absorb(library: Library, data_dir: Path) -> int:
    """Make every finished run a source of the library, and forget those deleted; how many changed."""
    present = kept.ids(data_dir)
    known = library.keys("evidence")
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

    The summary that the probe writes names the controls. A run that was brought here says that it
    was made elsewhere.
    """
    model = result.model
    low, high = result.interval
    what, where = (
        ("run", ", made on another machine,") if result.brought_from else ("local run", "")
    )
    finding = (
        f"A {what} of {result.probe} on {model.id} ({model.parameters / 1e6:.3g}M parameters, "
        f"{model.quantisation}){where} finds the claim {result.verdict}: mean effect "
        f"{result.effect:.3f} {result.unit}, 95% interval {low:.3f} to {high:.3f}, n = {result.n}."
    )
    tested = f"The claim under test: {result.claim.text} ({result.claim.source})."
    paragraphs = [finding, result.summary, result.caveat, tested]
    text = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    return Source(
        key=result.id, kind="evidence", title=f"Experiment on {model.id}: {result.claim.text}", claim=finding,
        text=text, content_hash=hashlib.sha256(text.encode()).hexdigest(), path=result.arrays,
        metadata={
            "probe": result.probe, "verdict": result.verdict, "created": result.created,
            "sources": list(result.sources), "families": list(result.families), "model": model.id,
            "brought_from": result.brought_from,
            "chosen": str(result.parameters.get("model", "")), "pace": _pace(result),
        },
    )  # fmt: skip


# Estimated seconds from which on a run tells the pace of a machine, and not of loading a model.
_TELLING = 15.0


def _pace(result: Result) -> float | None:
    """How many times its estimate a run took here; None where it was too short to tell."""
    if result.brought_from:
        return None
    try:
        expected = registry.build(result.probe, result.parameters).cost()
    except ProbeError:
        return None  # parameters of an earlier version
    return round(result.seconds / expected, 3) if expected >= _TELLING else None


def bearing(
    library: Library, question: str, near: Sequence[Source], admitted: Callable[[str], bool], most: int
) -> tuple[list[Witness], list[Experiment]]:  # fmt: skip
    """The stored evidence on what these sources claim, and the probes that would test it.

    Both are ordered by how much of the question they speak of. Of each probe and model the newest
    run that is `admitted` by its key is cited, one of this machine before any other; `most` in all.
    """
    stored = library.sources("evidence")
    stored.sort(key=_age, reverse=True)
    stored.sort(key=_is_brought)
    proposals = _proposals(question, near)
    runs = {proposal.probe.name(): _runs_of(proposal.probe, stored) for proposal in proposals}
    may = {name: [run for run in found if admitted(run.key)] for name, found in runs.items()}
    cited = sorted(_ranked(proposals, may, {s.key for s in near})[:most], key=_is_brought)
    experiments = [_experiment(p, runs[p.probe.name()], stored) for p in proposals]
    own = sum(not _is_brought(run) for run in cited)
    said = [_SENTENCES if own < 3 and not _is_brought(run) else _WITH_CONTROLS for run in cited]
    return [_witness(run, most) for run, most in zip(cited, said, strict=True)], experiments


def _ranked(
    proposals: Sequence["_Proposal"], runs: Mapping[str, Sequence[Source]], near: Collection[str]
) -> list[Source]:
    """The runs worth citing, one of each probe and model, best first.

    A run is head-on where its probe tests one of the sources `near` by name and speaks of the
    question itself. What was brought is cited only then; what the reader ran wherever its probe is
    proposed, the latest before what was brought: an answer may have been asked for them.
    """
    least = max(_HEAD_ON, _NEARLY * max((p.spoken for p in proposals), default=0.0))
    head_on: dict[tuple[str, str], Source] = {}
    beside: dict[tuple[str, str], Source] = {}
    for proposal in proposals:
        probe = proposal.probe
        tests = proposal.spoken >= least and not set(near).isdisjoint(probe.sources)
        # The model that the probe is made for first: an encoder beside it is its foil.
        for run in sorted(
            runs[probe.name()], key=lambda r: r.metadata.get("chosen") != probe.model
        ):
            if tests or not _is_brought(run):
                of = probe.name(), str(run.metadata.get("model"))
                (head_on if tests else beside).setdefault(of, run)
    first = sorted(head_on.values(), key=_is_brought)
    own = sum(not _is_brought(run) for run in first)
    latest = sorted(beside.values(), key=_age, reverse=True)
    return [*first[:own], *latest[:_LATEST], *first[own:], *latest[_LATEST:]]


def _age(source: Source) -> tuple[str, str]:
    return str(source.metadata.get("created")), source.key


def _is_brought(source: Source) -> bool:
    return bool(source.metadata.get("brought_from"))


# Own runs that are not head-on and still come before those that were brought.
_LATEST = 2
# Sentences quoted of one run: finding, summary with its controls, limits; and without the limits. What a
# control says is never left out: it may turn the finding.
_SENTENCES, _WITH_CONTROLS = 5, 3


def _runs_of(probe: type[Probe], stored: Sequence[Source]) -> list[Source]:
    names = {probe.name(), *probe.formerly}
    return [source for source in stored if source.metadata.get("probe") in names]


@dataclass(frozen=True, kw_only=True)
class _Proposal:
    """A probe worth proposing, the source that prompts it, and the share of the question it speaks of."""

    probe: type[Probe]
    source: Source
    spoken: float


def _proposals(question: str, near: Sequence[Source]) -> list[_Proposal]:
    """Probes whose claim one of the sources makes.

    A probe that names a source comes before one that shares only its family; then the one whose
    question and claim speak of more of what was asked. Where the first source is tested by some
    probe, its whole family is worth proposing; otherwise a probe has to speak of the question.
    """
    asked = terms(question)
    tested = {key for name in registry.names() for key in registry.get(name).sources}
    found: list[tuple[tuple[bool, float, str], _Proposal]] = []
    for name in registry.names():
        probe = registry.get(name)
        for source in near:
            named = source.key in probe.sources
            if named or set(source.metadata.get("probes") or ()) & set(probe.families):
                spoken = share(asked, terms(f"{probe.question} {probe.claim.text}"))
                if spoken < _SPOKEN and not (source is near[0] and source.key in tested):
                    continue
                proposal = _Proposal(probe=probe, source=source, spoken=spoken)
                found.append(((not named, -spoken, name), proposal))
                break
    return [proposal for _, proposal in sorted(found, key=lambda row: row[0])][:_MOST_EXPERIMENTS]


def _experiment(
    proposal: _Proposal, runs: Sequence[Source], stored: Sequence[Source]
) -> Experiment:
    probe, built = proposal.probe, registry.build(proposal.probe.name())
    here = _verdicts(run for run in runs if not _is_brought(run))
    elsewhere = _verdicts(run for run in runs if _is_brought(run))
    found = f"earlier runs: {here}" if here else "not run here yet"
    found += f"{',' if here else ', but'} on another machine {elsewhere}" if elsewhere else ""
    return Experiment(
        probe=probe.name(),
        claim=probe.claim.text,
        why=f"it tests on a local model what “{proposal.source.title}” reports; {found}",
        parameters=built.parameters(),
        seconds=_seconds(built, runs, stored),
        evidence=tuple(run.key for run in runs),
    )


def _verdicts(runs: Iterable[Source]) -> str:
    said = [f"{run.metadata.get('verdict')} on {run.metadata.get('model')}" for run in runs]
    return ", ".join(said[:3])


def _seconds(built: Probe, runs: Sequence[Source], stored: Sequence[Source]) -> float:
    """How long a run takes here: its estimate, at the pace of the earlier ones on the same model.

    The newest run of the same probe tells it; without one, the median of all that are stored.
    """
    chosen = str(built.parameters().get("model", ""))

    def paces(listed: Sequence[Source]) -> list[float]:
        told = [s.metadata.get("pace") for s in listed if s.metadata.get("chosen") == chosen]
        return [float(pace) for pace in told if pace]

    own, all_ = paces(runs), paces(stored)
    return round(built.cost() * (own[0] if own else statistics.median(all_ or [1.0])), 1)


def _passage(source: Source) -> Passage:
    return Passage(
        id=f"{source.key}:0-{len(source.text)}", source=source.key, text=source.text, start=0,
        end=len(source.text),
    )  # fmt: skip


def _witness(source: Source, most: int) -> Witness:
    """Its first sentences in order: the finding, then controls and limits."""
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
    return Witness(source=source, score=1.0, quotes=tuple(quotes[:most]))


def record(result: Result) -> dict[str, Any]:
    """A result as the JSON document of `inquire probe run`: the claim in words, its details apart."""
    data: dict[str, Any] = result.as_json()
    claim: Mapping[str, Any] = data.pop("claim")
    return {**data, "claim": claim["text"], "claim_record": claim}
