"""The claims record of a source holds its main claims, what they depend on, and who attested them."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.experiments.stored import outcome
from assistant.library.shelf import shelf
from assistant.library.store import Library
from assistant.pages.attestations import said_of
from assistant.pages.citations import reference_record
from assistant.pages.findings import is_reserved, strongest, weakest
from assistant.pages.statements import Statement
from assistant.question.cues import OTHERS
from assistant.question.terms import share, terms
from assistant.types import Source
from probes import registry
from probes.runs import evidence
from probes.types import ProbeError, Result

# A run bears on a claim whose words contain at least this share of the terms of the claim it
# tested.
_BEARS = 0.3


def record(
    library: Library, source: Source, findings: Mapping[str, Sequence[Statement]],
    summary: Sequence[Statement],
) -> dict[str, Any]:  # fmt: skip
    """Return the claims record: four claims, the references, and a hash that anyone can recompute.

    Every claim is a sentence of the source; `source` is its path on the paper page. Its status is
    `quoted` if the source itself presents it as such (its claim, abstract, results, or
    limitations), and `machine_extracted` if only its words tell. A missing claim has an empty text
    and a note. `attestation` and `said` come from readers (see `attestations`). Each claim has the
    runs that tested its words, newest first. `source` of the record says which version of the work
    was read, and `category` is its subject on arXiv, where the file or the note says so.
    """
    remarks = library.remarks(source.key)
    runs = experiments(library, source)
    items = []
    for number, (kind, chosen) in enumerate(_chosen(findings, summary).items(), 1):
        path, statement = chosen or ("", None)
        text = statement.text if statement else ""
        item: dict[str, Any] = {
            "claim_id": f"C{number}",
            "kind": kind,
            "text": text,
            "start": statement.start if statement else None,
            "end": statement.end if statement else None,
            "page": statement.page if statement else None,
            "source": path,
            "status": _status(kind, statement),
            **said_of(remarks, f"C{number}", text),
            "experiments": _bearing(text, runs),
        }
        if statement is None:
            item["note"] = (
                f"No sentence of this source was found that is its {kind.replace('_', ' ')}."
            )
        items.append(item)
    body = {
        "key": source.key,
        "title": source.title,
        "content_hash": source.content_hash,
        "source": origin(source.metadata),
        "category": _text(source.metadata.get("arxiv_category")),
        "items": items,
        "references": reference_record(library, source),
    }
    return {**body, "sha256": content_hash(body)}


def origin(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the registry that names a work, its id there, and the version that was read; null where unknown."""
    arxiv, doi = _text(metadata.get("arxiv")), _text(metadata.get("doi"))
    if arxiv:
        bare = re.sub(r"^arxiv:\s*", "", arxiv, flags=re.IGNORECASE)
        own = "".join(re.findall(r"v(\d+)$", bare))
        id = re.sub(r"v\d+$", "", bare)
        version = own or _text(metadata.get("arxiv_version")) or ""
        number = int(version) if re.fullmatch(r"[1-9][0-9]{0,3}", version) else None
        return {"kind": "arxiv", "id": id, "version": number}
    return {"kind": "doi" if doi else None, "id": doi, "version": None}


def _text(value: object) -> str | None:
    """Return a field of the metadata as text, or None if it is empty."""
    return str(value).strip() or None if value is not None else None


def content_hash(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record without its own `sha256`, over canonical JSON.

    Canonical JSON has sorted keys, the separators "," and ":", no escapes beyond what JSON needs,
    and UTF-8; the order in which a record was built or loaded does not matter.
    """
    body = {name: value for name, value in record.items() if name != "sha256"}
    text = json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def experiments(library: Library, source: Source) -> list[tuple[Source, Result | None]]:
    """Return the local runs whose probe tests what a source claims, newest first.

    A probe tests a source if it names the source (or another copy of the same work), or if the
    source's note asks for a probe of its family. A run with a damaged record keeps the data that
    the library has of it.
    """
    stored = [other for other in library.sources() if other.kind == "evidence"]
    if not stored:
        return []
    keys = shelf(library.sources()).same_work(source)
    families = set(source.metadata.get("probes") or ())
    found = []
    for run in stored:
        named, asked = _tests(run)
        if keys & named or families & asked:
            found.append((run, _load(library, run.key)))
    found.sort(key=lambda pair: (str(pair[0].metadata.get("created")), pair[0].key), reverse=True)
    return found


def _chosen(
    findings: Mapping[str, Sequence[Statement]], summary: Sequence[Statement]
) -> dict[str, tuple[str, Statement] | None]:
    """Return each kind of claim with its path on the paper page."""
    places = {
        **{
            f"findings.{name}[{at}]": s
            for name, said in findings.items()
            for at, s in enumerate(said)
        },
        **{f"quick_summary[{at}]": s for at, s in enumerate(summary)},
    }

    def placed(statement: Statement | None) -> tuple[str, Statement] | None:
        at = next((path for path, other in places.items() if other is statement), None)
        return (at, statement) if at and statement else None

    results = [s for s in findings["key_results"] if not OTHERS.match(s.text)]
    doings = [s for name in _DOINGS for s in findings[name]]
    headline = next((s for s in summary if s in results), next(iter(summary), None))
    most = strongest(results) or strongest(doings) or headline
    told = _beside([*summary, *doings, *results], headline, most)
    told = [s for s in told if not _ASIDE.search(s.text)]
    line = next((s for s in told if not is_reserved(s)), None)
    # A source without another summary sentence is summed up by its headline.
    line = line or next(iter([*_beside([headline] if headline else [], most), *told]), most)
    return {
        "strongest_claim": placed(most),
        "weakest_assumption": placed(
            weakest(_beside(findings["limitations"], headline, most, line))
        ),
        "one_line_summary": placed(line),
        "headline": placed(headline),
    }


# Under these headings a source says what it did, the most telling first.
_DOINGS = ("technical_contribution", "methodology", "novelty", "significance")

# A sentence about the published files does not sum up a work.
_ASIDE = re.compile(r"\b(?:licen[cs]e|repository|code)\b", re.IGNORECASE)


def _beside(said: Sequence[Statement], *others: Statement | None) -> list[Statement]:
    """Return the statements that say something different from the others."""
    taken = {other.plain() for other in others if other}
    return [s for s in said if s.plain() not in taken]


def _status(kind: str, statement: Statement | None) -> str:
    own = (
        ("caveat", "limitations")
        if kind == "weakest_assumption"
        else ("claim", "abstract", "results")
    )
    return "quoted" if statement and statement.part in own else "machine_extracted"


def _tests(run: Source) -> tuple[set[str], set[str]]:
    """Return the source keys and families that a run says it tests, and those its probe now names."""
    named, asked = set(run.metadata.get("sources") or ()), set(run.metadata.get("families") or ())
    name = str(run.metadata.get("probe"))
    if name not in registry.names():
        return named, asked  # the probe no longer exists, but its run still says what it tested
    probe = registry.get(name)
    return named | set(probe.sources), asked | set(probe.families)


def _load(library: Library, key: str) -> Result | None:
    try:
        return evidence.load(library.data_dir, key)
    except ProbeError:
        return (
            None  # `inquire evidence list` names it; the record shows its verdict without figures
        )


def _bearing(text: str, runs: Sequence[tuple[Source, Result | None]]) -> list[dict[str, Any]]:
    """Return the runs that tested the words of a claim."""
    present = terms(text)
    tested = [pair for pair in runs if share(terms(_tested(*pair)), present) >= _BEARS]
    return [told(*pair) for pair in tested] if text else []


def naming(library: Library, source: Source) -> list[dict[str, Any]]:
    """Return the runs whose probe names a source as tested, the newest first."""
    keys = shelf(library.sources()).same_work(source)
    return [told(*pair) for pair in experiments(library, source) if keys & _tests(pair[0])[0]]


def told(run: Source, result: Result | None) -> dict[str, Any]:
    """Return the fields of a run in a record."""
    return {
        "evidence": run.key,
        "probe": str(run.metadata.get("probe")),
        "model": str(run.metadata.get("model")),
        "another_machine": bool(run.metadata.get("brought_from")),
        "verdict": outcome(run),
        "effect": _finite(result.effect) if result else None,
        "interval": [_finite(bound) for bound in result.interval] if result else None,
    }


def _tested(run: Source, result: Result | None) -> str:
    return result.claim.text if result else run.title


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
