"""Questions to ask next, each checked against the index before it is shown."""

from collections.abc import Iterator, Mapping, Sequence

from assistant.aspects import aspects
from assistant.coverage import assess
from assistant.desk import Desk
from assistant.retrieval import search
from assistant.selection import Witness, witnesses
from assistant.text import stems
from assistant.types import CitedSource, Experiment, Gap, LineCoverage, NextLine


def next_lines(
    desk: Desk, question: str, sources: Sequence[CitedSource], speaking: Sequence[Witness],
    gaps: Sequence[Gap], experiments: Sequence[Experiment],
) -> tuple[NextLine, ...]:  # fmt: skip
    """Questions of neighbouring notes, uncovered aspects and open experiments, each checked."""
    shown = {source.key for source in sources}
    candidates: list[tuple[str, str | None, LineCoverage | None]] = []
    neighbours = [
        (str(relation.get("to")), source.key)
        for cited in sources[:3]
        if (source := desk.library.get(cited.key))
        for relation in source.metadata.get("relations") or ()
        if isinstance(relation, Mapping)
    ]
    keys = dict.fromkeys([w.source.key for w in speaking[:16]])
    related = [key for key, _ in neighbours if key in keys and key not in shown]
    others = [key for key in keys if key not in shown and key not in related]
    for key in [*dict.fromkeys(related), *others][: desk.next_lines - 1]:
        note = desk.library.get(key)
        if note and note.kind == "note" and note.title.endswith("?"):
            candidates.append((note.title, key, None))
    candidates.extend((line, None, None) for line in _open_lines(gaps[:1], question))
    for experiment in experiments[:1]:
        if not experiment.evidence:
            line = f"What does the experiment {experiment.probe} find on this machine?"
            candidates.append((line, None, "needs an experiment"))
    asked = set(stems(question))
    lines = []
    for text, origin, coverage in candidates:
        if set(stems(text)) != asked:
            lines.append(
                NextLine(question=text, coverage=coverage or check(desk, text), source=origin)
            )
    return tuple(lines[: desk.next_lines])


def _open_lines(gaps: Sequence[Gap], question: str) -> Iterator[str]:
    """What to ask about an uncovered aspect: a topic in its own right, a single word in context."""
    others = [a.text for a in aspects(question) if a.kind == "topic"]
    for gap in gaps:
        company = max((o for o in others if o != gap.aspect), key=len, default="")
        if " " in gap.aspect:
            yield f"What is known about {gap.aspect}?"
        elif gap.aspect != "why" and company:
            yield f"What does “{gap.aspect}” mean for {company}?"


def check(desk: Desk, question: str) -> LineCoverage:
    """Whether the collection could answer a question, without writing the answer."""
    asked = aspects(question)
    found = search(desk.library, desk.index, desk.encoder, question, 20)
    speaking = witnesses(desk.library, desk.index, found, asked)
    return _LINES[assess(desk.index, desk.encoder, found, speaking, asked).coverage]


_LINES: Mapping[str, LineCoverage] = {
    "answered": "answerable", "partial": "partly", "absent": "needs a paper",
}  # fmt: skip
