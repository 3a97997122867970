"""`inquire eval`: retrieval, citation and abstention figures on questions with known sources."""

import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import (
    AsJson,
    DataDir,
    Progress,
    Reply,
    aligned,
    open_assistant,
    progress,
)
from assistant.errors import Mendable, UsageError

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.types import Answer

# Deep enough that ten different sources are among the passages of short notes and of long papers.
_PASSAGES = 60


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question and the sources that its answer ought to cite; none where it ought to abstain."""

    question: str
    wanted: frozenset[str]


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            metavar="[SUITE]",
            help="`own`: the notes' titles; or a JSON list of {question, must_cite}.",
        ),
    ] = "own",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Retrieval, citation and abstention figures on your own library, or on a labelled set."""
    del as_json
    library = open_assistant(data_dir)
    with progress() as report:
        library.index(report)
        cases = own_cases(library) if suite == "own" else labelled(Path(suite))
        figures = measure(library, cases, report)
    document = {"suite": suite, **figures}
    return Reply(
        document=document,
        text=_told(document),
        exit_code=0 if figures["quotes_exist"] == 1.0 else 1,
    )


def own_cases(library: "Assistant") -> list[Case]:
    """Every note's title as a question that its note ought to answer."""
    notes = [source for source in library.library.sources() if source.kind == "note"]
    if not notes:
        raise Mendable(
            "The library has no notes to ask about; add some, or name a file with questions."
        )
    return [Case(question=note.title, wanted=frozenset({note.key})) for note in notes]


def labelled(path: Path) -> list[Case]:
    """The cases of a JSON file.

    Raises:
        UsageError: it is not there, or not of that form.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))
        return [
            Case(question=str(row["question"]), wanted=frozenset(row["must_cite"])) for row in rows
        ]
    except OSError as error:
        raise UsageError(
            f"There is no suite {str(path)!r}: name `own`, or a JSON file that is there."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is not a JSON list of objects with question and must_cite."
        ) from error


def measure(library: "Assistant", cases: list[Case], report: Progress) -> dict[str, Any]:
    """Search and ask every case, and count.

    Returns:
        `recall@5`, `recall@10`: mean share of the wanted sources among the first 5 and 10 sources
        found; `cited`: mean share of them that the answer cites; `quotes_exist`: share of all
        citations whose quote stands in the stored text where they say; `abstained`: share of
        the cases without wanted sources whose answer says that nothing was found. Shares without
        a case are None.
    """
    recall: dict[int, list[float]] = {5: [], 10: []}
    cited, abstained, exact, missed = [], [], [], []
    seconds: dict[str, list[float]] = {"search": [], "ask": []}
    coverage: Counter[str] = Counter()
    for at, case in enumerate(cases):
        report(f"asking {at + 1} of {len(cases)}", at / len(cases))
        begun = time.perf_counter()
        hits = library.search(case.question, _PASSAGES)
        seconds["search"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        answer = library.ask(case.question)
        seconds["ask"].append(time.perf_counter() - begun)
        coverage[answer.coverage] += 1
        exact += _exact(library, answer)
        if not case.wanted:
            abstained.append(float(answer.coverage == "absent"))
            continue
        found = list(dict.fromkeys(hit.passage.source for hit in hits))
        for depth, shares in recall.items():
            shares.append(len(case.wanted.intersection(found[:depth])) / len(case.wanted))
        lacking = case.wanted - {source.key for source in answer.sources}
        cited.append(1.0 - len(lacking) / len(case.wanted))
        if lacking:
            missed.append({"question": case.question, "not_cited": sorted(lacking)})
    return {
        "questions": len(cases),
        "recall@5": _mean(recall[5]),
        "recall@10": _mean(recall[10]),
        "cited": _mean(cited),
        "citations": len(exact),
        "quotes_exist": _mean(exact),
        "abstained": _mean(abstained),
        "coverage": {name: coverage[name] for name in ("answered", "partial", "absent")},
        "missed": missed,
        "seconds": {
            name: round(statistics.median(spent), 4) for name, spent in seconds.items() if spent
        },
    }


def _exact(library: "Assistant", answer: "Answer") -> list[float]:
    """For every citation 1 where its quote stands in the stored text at its place, else 0."""
    texts: dict[str, str] = {}
    found = []
    for citation in (c for sentence in answer.sentences for c in sentence.citations):
        if citation.source not in texts:
            source = library.library.get(citation.source)
            texts[citation.source] = source.text if source else ""
        found.append(float(texts[citation.source][citation.start : citation.end] == citation.quote))
    return found


def _mean(values: list[float]) -> float | None:
    return round(statistics.fmean(values), 4) if values else None


def _told(figures: dict[str, Any]) -> str:
    def share(name: str) -> str:
        return "no case" if figures[name] is None else f"{figures[name]:.3f}"

    counts = ", ".join(f"{count} {name}" for name, count in figures["coverage"].items())
    spent = ", ".join(f"{name} {median:.3f}" for name, median in figures["seconds"].items())
    rows = [
        ("questions", str(figures["questions"])),
        ("recall@5", f"{share('recall@5')} of the wanted sources among the first 5"),
        ("recall@10", share("recall@10")),
        ("cited", f"{share('cited')} of the wanted sources cited by the answer"),
        ("quotes exist", f"{share('quotes_exist')} of {figures['citations']} citations"),
        ("abstained", share("abstained")),
        ("coverage", counts),
        ("median seconds", spent),
    ]  # fmt: skip
    lines = [aligned(rows)]
    if figures["suite"] == "own":
        lines.append(
            "Titles are part of what is searched, so these questions are easier than a stranger's."
        )
    missed = [f"{', '.join(row['not_cited'])}: {row['question']}" for row in figures["missed"]]
    return "\n".join([*lines, *(f"not cited: {row}" for row in missed)])
