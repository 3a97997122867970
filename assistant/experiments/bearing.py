"""Which stored runs bear on a question: told by what they measured, their controls included."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.experiments.estimates import runs_of
from assistant.experiments.matching import Matcher, matcher
from assistant.experiments.proposals import experiment, proposals
from assistant.experiments.stored import RunSentence, age, is_brought, passage_id, said, stored_runs
from assistant.library.store import Library
from assistant.search.index import Index
from assistant.search.retrieval import QuestionEncoder
from assistant.types import Experiment, Source
from probes import registry


def bearing(
    library: Library, index: Index, encoder: QuestionEncoder, question: str, near: Sequence[Source],
    admitted: Callable[[str], bool], most: int,
) -> tuple[list[RunSentence], list[Experiment]]:  # fmt: skip
    """Return the sentences of stored runs that bear on a question, and the experiments to offer.

    A run has at most one: its finding, or the control that is what was asked. Of each probe and
    model the newest run counts that is `admitted` by its key. Runs of this machine come before
    any other, then those that bear more.

    Args:
        library: Holds the runs.
        index: Has a vector for each of their sentences, and tells how rare a term is.
        encoder: Turns the question, and a sentence that is not in the index yet, into a vector.
        question: In words.
        near: The sources an answer cites first; a run that tests one of them by name bears more.
        admitted: Whether a run of that key may be cited.
        most: At most so many sentences.
    """
    stored = stored_runs(library)
    offered = proposals(question, near)
    newest = _newest(run for run in stored if admitted(run.key))
    asked = matcher(index, encoder, question, newest)
    found = [_sentence(asked, run, near) for run in newest]
    # What a reader ran last for an offer stands in the answer that offers it: it may be asked for that.
    own = [r for probe in offered for r in runs_of(probe.probe, stored) if not is_brought(r)]
    latest = max(own, key=age, default=None)
    least = max(CITES, _NEARLY * max((one.bears for one in found if one), default=0.0))
    cited = [
        one for one in found
        if one is not None and (one.bears >= least or one.source == latest)
    ]  # fmt: skip
    cited.sort(key=lambda one: (is_brought(one.source), -one.bears, one.source.key))
    experiments = [experiment(offer, runs_of(offer.probe, stored), stored) for offer in offered]
    return cited[:most], experiments


# Half cosine, half share of the question's terms. On the 170 labelled questions and 18 written for
# the bundled runs, what a run measured scores .45 and more (from .38 where its probe tests a cited
# source), and words that merely meet those of a run less.
CITES = 0.45
_NAMED = 0.07
# The share of what the best run bears that another needs beside it.
_NEARLY = 0.75
# The model that a probe is made for comes before its foil where both bear alike.
_FOIL = 0.02
# How much more than the finding a control has to bear: the finding names the control that matters.
_CONTROL = 0.1


def _newest(stored: Iterable[Source]) -> list[Source]:
    """The first run of each probe and model."""
    first: dict[tuple[str, str], Source] = {}
    for run in stored:
        first.setdefault((str(run.metadata.get("probe")), str(run.metadata.get("model"))), run)
    return list(first.values())


def _sentence(asked: Matcher, run: Source, near: Sequence[Source]) -> RunSentence | None:
    """The sentence of a run that bears most on the question; None for a run without any."""
    by_role: dict[str, list[RunSentence]] = {}
    for sentence in said(run):
        by_role.setdefault(sentence.role, []).append(
            RunSentence(
                source=run, passage=passage_id(run, sentence), text=sentence.text,
                start=sentence.start, end=sentence.end, role=sentence.role,
                bears=asked.bears(run, sentence),
            )
        )  # fmt: skip
    if not by_role.get("finding"):
        return None
    finding = by_role["finding"][0]
    # The claim under test says in other words what the finding is about.
    words = max((one.bears for one in by_role.get("claim", ())), default=0.0)
    finding = replace(finding, bears=max(finding.bears, words))
    control = max(by_role.get("control", ()), key=lambda one: one.bears, default=finding)
    best = control if control.bears >= finding.bears + _CONTROL else finding
    name = str(run.metadata.get("probe"))
    probe = next(
        (p for p in map(registry.get, registry.names()) if name in {p.name(), *p.formerly}), None
    )
    more = 0.0
    if probe is not None:
        more += _NAMED * any(source.key in probe.sources for source in near)
        more -= _FOIL * (run.metadata.get("chosen") != probe.model)
    return replace(best, bears=round(min(max(best.bears + more, 0.0), 1.0), 4))
