"""The program's own words around an answer: who wrote it, labels, counts, durations."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.printable import folded
from assistant.text.prose import sentences
from assistant.types import Answer, Citation, CitedSource, Experiment, Kind, Stance, Support

KINDS: Mapping[Kind, tuple[str, str]] = {
    "note": ("note", "notes"),
    "paper": ("paper", "papers"),
    "evidence": ("experiment", "experiments"),
}
# A paper of which the library has only the bibliographic record.
REFERENCE = ("reference", "references")


def byline(writer: str, author: str = "") -> str:
    """Return in one line who wrote an answer, in a reader's words."""
    if writer == "extractive":
        return "Quoted from the sources; nothing is generated."
    by = author or _AUTHORS.get(writer, writer)
    return f"Written by {by}; every claim is checked against its quotes."


def sureness(answer: Answer) -> str:
    """Return the line of a partial answer for which nothing tells the missing part, else ""."""
    unsure = answer.coverage == "partial" and not answer.gaps
    return "Whether this answers all of the question is not sure." if unsure else ""


def writer_label(writer: str) -> str:
    """Return the name under which a reader chooses a writer."""
    return _LABELS.get(writer, writer)


_AUTHORS: Mapping[str, str] = {
    "local": "a language model on this machine",
    "ollama": "a language model under Ollama",
    "openai": "a language model on a server",
}
_LABELS: Mapping[str, str] = {
    "extractive": "Quotes only",
    "local": "Local model",
    "ollama": "Ollama",
    "openai": "Server",
}


def side(citations: Sequence[Citation]) -> str:
    """Return the stance of one source's quotes in a sentence to the claim asked about, or "" if unclear."""
    taken = {citation.stance for citation in citations if citation.stance}
    return _SIDES[taken.pop()] if len(taken) == 1 else ""


_SIDES: Mapping[Stance, str] = {"supports": "supports", "contests": "contradicts"}


def mark(citation: Citation) -> str:
    """Return how a sentence relates to one of its quotes: "verbatim" or "reworded"."""
    return _MARKS[citation.support]


_MARKS: Mapping[Support, str] = {"exact": "verbatim", "paraphrase": "reworded"}


def counted(sources: Sequence[CitedSource]) -> str:
    """Return the number of sources of each kind, such as "5 notes and 1 paper"."""
    parts = []
    for one, many in (*KINDS.values(), REFERENCE):
        count = sum(_called(source) == (one, many) for source in sources)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return _listed(parts) or "none"


def _called(source: CitedSource) -> tuple[str, str]:
    """Return the word for a kind of source, for one and for many."""
    return KINDS[source.kind] if source.text_here else REFERENCE


def sort_of(source: CitedSource, sources: Sequence[CitedSource]) -> str:
    """Return the kind of a source, and the other sources of the list with the same voice: "note on [2]".

    No part of it comes from a document.
    """
    kind = _called(source)[0]
    if not source.text_here:
        kind = f"{kind} whose text is not here"
    if not source.same_work:
        return kind
    shown = [other for other in sources if other.key in source.same_work]
    papers = [f"[{other.label}]" for other in shown if other.kind == "paper"]
    if source.kind == "note" and papers:
        return f"{kind} on {_listed(papers)}"
    if source.kind == "paper" and any(other.kind == "note" for other in shown):
        return kind  # the note says it
    if shown:
        return f"{kind}, the same work as {_listed([f'[{other.label}]' for other in shown])}"
    return f"{kind}, one of {1 + len(source.same_work)} sources of its work"


def reasons(experiments: Sequence[Experiment]) -> tuple[str, list[str]]:
    """Return why the experiments are offered: the common reason, said once, and the rest for each.

    A reason is "it tests ...; what earlier runs found".
    """
    whys = [experiment.why.rpartition("; ") for experiment in experiments]
    shared = {why for why, _, _ in whys}
    if len(whys) < 2 or len(shared) > 1 or not (why := shared.pop()):
        return "", [f"Why: {experiment.why}." for experiment in experiments]
    return f"Why: each {why.removeprefix('it ')}.", [
        f"{rest[:1].upper()}{rest[1:]}." for _, _, rest in whys
    ]


def bounds(parameter: Mapping[str, Any]) -> str:
    """Return the allowed values of a parameter, as in "at least 6", or "" if any value is allowed.

    Args:
        parameter: The parameter in the form of `probes.registry.describe`.
    """
    least, most = parameter.get("least"), parameter.get("most")
    if least is not None and most is not None:
        return f"{least} to {most}"
    return (
        f"at least {least}" if least is not None else f"at most {most}" if most is not None else ""
    )


def amount(value: float, unit: str) -> str:
    """Return a measured value with its unit, as in "+0.019 nats"; a unit that begins with a number is in brackets."""
    return f"{value:+.3f} ({unit})" if unit[:1].isdigit() else f"{value:+.3f} {unit}"


def duration(seconds: float) -> str:
    """Return seconds in words: "about 2 minutes"."""
    if seconds < 8:
        return "a few seconds"
    if seconds < 53:
        return f"about {max(10, 5 * round(seconds / 5))} seconds"
    if seconds < 90:
        return "about a minute"
    if seconds < 53 * 60:
        return f"about {round(seconds / 60)} minutes"
    hours = round(seconds / 3600)
    return "about an hour" if hours <= 1 else f"about {hours} hours"


def dropped_line(answer: Answer) -> str:
    """Return how many sentences were not shown, or "" if none."""
    count = len(answer.dropped)
    if not count:
        return ""
    subject = "One sentence was" if count == 1 else f"{count} sentences were"
    return f"{subject} not shown as written: a claim needs a quote that supports it."


def first_sentence(text: str) -> str:
    """Return the first sentence of a text on one line; the source contains the rest."""
    line = folded(text)
    span = next(iter(sentences(line, 0, len(line))), None)
    return span.of(line).strip() if span else line


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def ruled(supported: bool, reason: str) -> str:
    """Return in one line whether a source supports a sentence, and if not why."""
    return (
        "This source supports it." if supported else f"This source does not support it: {reason}."
    )
