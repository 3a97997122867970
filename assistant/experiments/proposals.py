"""Choose the experiments to offer beside an answer, each with one short line that says why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.experiments.estimates import seconds
from assistant.experiments.stored import is_brought, outcome
from assistant.library.store import Library
from assistant.question.terms import share, terms
from assistant.types import Experiment, Source
from probes import registry
from probes.probe import Probe

_MOST_EXPERIMENTS = 8
# If no source leads to a probe, the probe must mention this share of the question's terms to be
# proposed.
_SPOKEN = 0.25
# One line has room for this many verdicts of earlier runs.
_MOST_VERDICTS = 3


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A probe to propose, and the source that leads to it."""

    probe: type[Probe]
    source: Source

    @property
    def named(self) -> bool:
        """Return whether the probe tests this source by name, not only its family."""
        return self.source.key in self.probe.sources


def proposals(question: str, near: Sequence[Source]) -> list[Proposal]:
    """Return the probes that test a claim of one of the sources.

    A probe that names a source comes before one that shares only its family; then comes the one
    whose question and claim mention more of the question's terms, and between equals the quicker
    one. If some probe tests the first source by name, its whole family may be proposed; otherwise a
    probe must mention the question's terms.
    """
    asked = terms(question)
    tested = {key for name in registry.names() for key in registry.get(name).sources}
    found: list[tuple[tuple[bool, float, float], Proposal]] = []
    for name in registry.names():
        probe = registry.get(name)
        for source in near:
            named = source.key in probe.sources
            if named or set(source.metadata.get("probes") or ()) & set(probe.families):
                spoken = share(asked, terms(f"{probe.question} {probe.claim.text}"))
                if spoken < _SPOKEN and not (source is near[0] and source.key in tested):
                    continue
                proposal = Proposal(probe=probe, source=source)
                cost = registry.build(name).cost().seconds
                found.append(((not named, -spoken, cost), proposal))
                break
    return [proposal for _, proposal in sorted(found, key=lambda row: row[0])][:_MOST_EXPERIMENTS]


def cited_first(
    offered: Sequence[Proposal], cited: Iterable[type[Probe]], library: Library
) -> list[Proposal]:
    """Return the proposals with those first whose run the answer cites, in the order of the citations.

    The probe of a cited run is proposed even if none of the leading sources leads to it, so that a
    reader can repeat what he reads.
    """
    led = {proposal.probe: proposal for proposal in offered}
    first = [led.pop(probe, None) or _by_source(probe, library) for probe in dict.fromkeys(cited)]
    return [*filter(None, first), *led.values()][:_MOST_EXPERIMENTS]


def _by_source(probe: type[Probe], library: Library) -> Proposal | None:
    """Return a proposal of a probe for the first of its sources that the library holds."""
    source = next(iter(library.get_all(probe.sources)), None)
    return Proposal(probe=probe, source=source) if source else None


def experiment(proposal: Proposal, runs: Sequence[Source], stored: Sequence[Source]) -> Experiment:
    """Return a proposal in the form that the answer shows."""
    probe, built = proposal.probe, registry.build(proposal.probe.name())
    return Experiment(
        probe=probe.name(),
        title=probe.question,
        claim=probe.claim.text,
        why=f"tests “{proposal.source.title}”; {_found(runs)}",
        parameters=built.parameters(),
        seconds=seconds(built, runs, stored),
        evidence=tuple(run.key for run in runs),
    )


def _found(runs: Sequence[Source]) -> str:
    here = _verdicts(run for run in runs if not is_brought(run))
    elsewhere = _verdicts(run for run in runs if is_brought(run))
    said = f"here: {here}" if here else "not run here yet"
    return f"{said}, elsewhere: {elsewhere}" if elsewhere else said


def _verdicts(runs: Iterable[Source]) -> str:
    said = [f"{outcome(run)} on {run.metadata.get('model')}" for run in runs]
    return ", ".join(list(dict.fromkeys(said))[:_MOST_VERDICTS])
