"""Turn finished runs into sources of the library, update them, and remove deleted ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.experiments.estimates import pace
from assistant.experiments.stored import WORDING, WORDING_FACT, Role, hashes, passage_id, said
from assistant.library.content import run_hash
from assistant.library.store import Library
from assistant.text.prose import sentences
from assistant.types import Passage, Source
from probes import registry
from probes.runs import evidence, kept
from probes.sentences import plain
from probes.types import ProbeError, Result


def absorb(library: Library, data_dir: Path) -> int:
    """Make every finished run a source and remove the deleted ones; return how many changed.

    Runs that are stored in an older wording are written again.
    """
    present = kept.ids(data_dir)
    known = library.keys("evidence")
    told = known if library.fact(WORDING_FACT) == WORDING else set()
    library.remove(known - present)
    changed = len(known - present)
    for key in sorted(present - told):
        try:
            source = taken_in(data_dir, key)
        except ProbeError:
            continue  # `inquire evidence list` names it; a damaged run is no evidence
        library.put(source, passages(source))
        changed += 1
    library.set_fact(WORDING_FACT, WORDING)
    return changed


def taken_in(data_dir: Path, key: str) -> Source:
    """Return a kept run as a source, with the hashes of its files.

    Raises:
        UsageError: there is no such run.
        ProbeError: its record cannot be read.
    """
    files = hashes(
        kept.store(data_dir) / key
    )  # hashed before reading, so that a later change is noticed
    source = as_source(evidence.load(data_dir, key))
    return replace(source, metadata={**source.metadata, "files": files})


def as_source(result: Result) -> Source:
    """Return a run as a source: every paragraph of its text is one sentence that is clear alone.

    The finding comes first, then a sentence for each control, the limits of the run, and the claim
    under test. The metadata give each sentence's role.
    """
    result = weighed(result)
    text = ""
    marks: list[dict[str, Any]] = []
    for role, sentence in _told(result):
        text += "\n\n" if text else ""
        marks.append({"role": role, "start": len(text), "end": len(text) + len(sentence)})
        text += sentence
    return Source(
        key=result.id, kind="evidence", title=f"Experiment on {result.model.id}: {result.claim.text}",
        claim=text[: marks[0]["end"]], text=text,
        content_hash=run_hash(text), path=result.arrays,
        metadata={
            "probe": result.probe, "verdict": result.verdict, "outcome": result.shown, "created": result.created,
            "sources": list(result.sources), "families": list(result.families),
            "model": result.model.id, "brought_from": result.brought_from,
            "chosen": str(result.parameters.get("model", "")), "sentences": marks,
            "startup": None if result.brought_from else result.startup or None, "pace": pace(result),
        },
    )  # fmt: skip


def weighed(result: Result) -> Result:
    """Return a run with the outcome that remains after its controls; a record of an earlier version has none."""
    if result.outcome:
        return result
    try:
        return registry.parsed(result.probe, result.parameters).weighed(result)
    except ProbeError:  # another version of the probe: only the record is used
        return result


def _told(result: Result) -> Iterator[tuple[Role, str]]:
    try:
        probe = registry.parsed(result.probe, result.parameters)
    except ProbeError:  # another version of the probe: only the record is used
        found, whole = plain(result), result.caveat
        caveats = tuple(span.of(whole) for span in sentences(whole))
    else:
        found, caveats = probe.sentences(result), probe.caveats(result.model)
    title = _line(registry.titled(result.probe))
    yield "finding", _line(found.finding)
    for control in found.controls.values():
        yield "control", _line(control)
    for caveat in caveats:
        yield "caveat", _line(caveat)
    if result.brought_from:
        where = "made on another machine and judged again here from what it measured"
        yield "caveat", f"The run of “{title}” on {result.model.id} was {where}."
    # No answer quotes this sentence; what bears on a question was learnt with the name in it.
    claim = _line(result.claim.text).rstrip(".")
    yield "claim", f"The probe {result.probe} tests “{claim}” ({_line(result.claim.source)})."


def _line(text: str) -> str:
    """Return a sentence on one line, because it may contain text that a reader typed."""
    return " ".join(text.split())


def passages(run: Source) -> list[Passage]:
    """Return the passages of a run, one for each sentence, so that each is found by its own words."""
    return [
        Passage(
            id=passage_id(run, sentence), source=run.key, text=sentence.text, start=sentence.start,
            end=sentence.end, section=sentence.role,
        )
        for sentence in said(run)
    ]  # fmt: skip


def record(result: Result) -> dict[str, Any]:
    """Return a result as the JSON document of `inquire probe run`, with the details of its claim apart."""
    data: dict[str, Any] = weighed(result).as_json()
    claim: Mapping[str, Any] = data.pop("claim")
    return {**data, "claim": claim["text"], "claim_record": claim}
