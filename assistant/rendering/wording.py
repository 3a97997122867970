"""What Markdown and HTML say in the same words: paragraphs, labels, counts and durations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.text import sentences
from assistant.types import Answer, Citation, CitedSource, Experiment, Kind, Sentence, Stance

KINDS: Mapping[Kind, tuple[str, str]] = {
    "note": ("note", "notes"),
    "paper": ("paper", "papers"),
    "evidence": ("experiment", "experiments"),
}
# Escape codes would let a document write on the reader's terminal; overrides reorder what is read.
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x202D, 0x202E)
_VISIBLE = {code: "\N{REPLACEMENT CHARACTER}" for code in _CONTROLS if chr(code) not in "\n\t"}


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """The sentences of one thread under the words that name its angle."""

    heading: str
    sentences: tuple[Sentence, ...]
    folded: bool = False
    """Whether a reader sees it on request."""

    @property
    def summary(self) -> str:
        """What stands for it while it is folded."""
        count = len(self.sentences)
        return f"{self.heading.rstrip('.')}: {count} {'sentence' if count == 1 else 'sentences'}"


def paragraphs(answer: Answer) -> list[Paragraph]:
    """The paragraphs of an answer, in order."""
    return in_paragraphs(answer.sentences, answer.headings, answer.folded)


def in_paragraphs(
    told: Sequence[Sentence], headings: Sequence[str] = (), folded: Sequence[int] = ()
) -> list[Paragraph]:
    """Sentences by their paragraph, in order; without headings while an answer is written."""
    grouped: dict[int, list[Sentence]] = {}
    for sentence in told:
        grouped.setdefault(sentence.paragraph, []).append(sentence)
    return [
        Paragraph(
            heading=headings[number] if number < len(headings) else "",
            sentences=tuple(grouped[number]),
            folded=number in folded,
        )
        for number in sorted(grouped)
    ]


def cited(answer: Answer, sentence: Sentence) -> list[tuple[CitedSource, list[Citation]]]:
    """The sources that a sentence cites, each once, with the citations of it."""
    known = {source.key: source for source in answer.sources}
    grouped: dict[str, list[Citation]] = {}
    for citation in sentence.citations:
        if citation.source in known:
            grouped.setdefault(citation.source, []).append(citation)
    return [(known[key], citations) for key, citations in grouped.items()]


def side(citations: Sequence[Citation]) -> str:
    """What the quotes of one source in a sentence do to the claim asked about; empty where unclear."""
    taken = {citation.stance for citation in citations if citation.stance}
    return _SIDES[taken.pop()] if len(taken) == 1 else ""


_SIDES: Mapping[Stance, str] = {"supports": "supports", "contests": "contradicts"}


def counted(sources: Sequence[CitedSource]) -> str:
    """How many sources of each kind, such as "5 notes and 1 paper"."""
    parts = []
    for kind, (one, many) in KINDS.items():
        count = sum(source.kind == kind for source in sources)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return _listed(parts) or "none"


def sort_of(source: CitedSource, sources: Sequence[CitedSource]) -> str:
    """What a source is, and of which others of the list it is no second voice: "note on [2]".

    Nothing of it comes from a document.
    """
    kind = KINDS[source.kind][0]
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
    """Why the experiments are offered: what holds for all of them, said once, and what is left of each.

    A reason is "it tests ...; what earlier runs found".
    """
    whys = [experiment.why.rpartition("; ") for experiment in experiments]
    shared = {why for why, _, _ in whys}
    if len(whys) < 2 or len(shared) > 1 or not (why := shared.pop()):
        return "", [f"Why: {experiment.why}." for experiment in experiments]
    return f"Why: each {why.removeprefix('it ')}.", [
        f"{rest[:1].upper()}{rest[1:]}." for _, _, rest in whys
    ]


def duration(seconds: float) -> str:
    """Seconds as one says them: "about 2 minutes"."""
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


def named(source: CitedSource) -> str:
    """A source by its title and the first sentence of its claim; the source says the rest."""
    return " — ".join(filter(None, (folded(source.title), _first_sentence(source.claim))))


def dropped_line(answer: Answer) -> str:
    """How many sentences were not shown; empty where none was."""
    count = len(answer.dropped)
    if not count:
        return ""
    subject = "One sentence was" if count == 1 else f"{count} sentences were"
    return f"{subject} not shown as written: a claim needs a quote that bears it."


def folded(text: str) -> str:
    """A text on one line, without what does not print."""
    return visible(" ".join(text.split()))


def visible(text: str) -> str:
    """The text with a mark in place of every control character other than newline and tab."""
    return text.translate(_VISIBLE)


def _first_sentence(claim: str) -> str:
    line = folded(claim)
    span = next(iter(sentences(line, 0, len(line))), None)
    return span.of(line).strip() if span else line


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
