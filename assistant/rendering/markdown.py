"""Render an answer as Markdown, also for a terminal."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.printable import folded
from assistant.rendering.parts import (
    NO_TITLES,
    Cited,
    Closing,
    Folded,
    Gaps,
    Listed,
    Missing,
    Near,
    NextLines,
    Offer,
    Offers,
    Opening,
    Paragraph,
    Part,
    Sources,
    Told,
    parts,
)
from assistant.types import Answer


def to_markdown(answer: Answer, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the answer as Markdown; all text from documents is escaped.

    Markdown has no folds, so one line describes what is folded and how to see it.

    Args:
        answer: The answer.
        titles: Titles of sources by key, for the nearest sources of gaps that the answer does not
            cite.
    """
    told = list(parts(answer, titles))
    folds = [part for part in told if isinstance(part, Folded)]
    blocks = [_block(part) for part in told if not isinstance(part, (Folded, Closing))]
    if folds:
        summaries = " · ".join(escaped(fold.summary) for fold in folds)
        blocks.append(f"*Folded: {summaries}. `--length full` shows it.*")
    blocks += [_block(part) for part in told if isinstance(part, Closing)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Return the text on one line that Markdown shows unchanged: without markup, links or tags of its own."""
    line = _MARKUP.sub(r"\\\g<0>", folded(text))
    return _NUMBER.sub(r"\1\\\2", line)


# An underscore inside a word is not markup, and `layer_valley` reads better without a backslash.
_MARKUP = re.compile(r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|&(?=#?\w+;)|^[#+=-]")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def _code(text: str) -> str:
    """Return the text as inline code, whatever backticks it contains."""
    line = folded(text)
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    return f"{fence} {line} {fence}" if "`" in line else f"`{line}`"


def _block(part: Part) -> str:
    match part:
        case Opening():
            return _opening(part)
        case Paragraph():
            heading = f"**{escaped(part.heading)}** " if part.heading else ""
            return heading + " ".join(map(_told, part.told))
        case Gaps():
            return _list(part.heading, map(_missing, part.missing))
        case Sources():
            return _list(part.heading, map(_listed, part.listed))
        case NextLines():
            lines = (f"{escaped(line.question)} *{line.coverage}*" for line in part.lines)
            return _list(part.heading, lines)
        case Offers():
            return _list(part.heading, map(_offer, part.offers), escaped(part.why))
        case Folded():
            return escaped(part.summary)
        case Closing():
            return f"*{escaped(part.line)}*"


def _list(heading: str, items: Iterable[str], said: str = "") -> str:
    head = f"**{escaped(heading)}**" + (f" {said}" if said else "")
    return "\n".join([head, "", *(f"- {item}" for item in items)])


def _opening(part: Opening) -> str:
    lines = [
        f"**{escaped(part.kicker.upper())}**",
        f"## {escaped(part.question)}",
        *([f"Read as: {escaped(part.read_as)}"] if part.read_as else []),
        *([f"*{escaped(part.deck)}*"] if part.deck else []),
        *(f"*{escaped(line)}*" for line in (part.byline, *part.notices)),
    ]
    return "\n\n".join(lines)


def _told(told: Told) -> str:
    mark = "**" if told.verdict else "*"
    lead = f"{mark}{escaped(told.lead_in)}{mark} " if told.lead_in.strip() else ""
    return lead + escaped(told.text) + "".join(map(_label, told.cited))


def _label(cited: Cited) -> str:
    return f" [{cited.source.label}]" + (f" ({cited.side})" if cited.side else "")


def _missing(missing: Missing) -> str:
    said = [f"*{escaped(missing.aspect)}*: {escaped(missing.statement)}"]
    if missing.nearest:
        said.append(f"Nearest: {_near(missing.nearest)}.")
    if missing.remedy:
        said.append(f"Would fill it: {escaped(missing.remedy)}")
    return " ".join(said)


def _near(nearest: Sequence[Near]) -> str:
    labels = (f" [{near.source.label}]" if near.source else "" for near in nearest)
    pairs = zip(nearest, labels, strict=True)
    return "; ".join(f"“{escaped(near.title)}”{label}" for near, label in pairs)


def _listed(listed: Listed) -> str:
    source = listed.source
    said = " — ".join(filter(None, (escaped(source.title), escaped(listed.claim))))
    return f"[{source.label}] {said} ({listed.sort} {_code(source.key)})"


def _offer(offer: Offer) -> str:
    experiment = offer.experiment
    stored = ", ".join(map(_code, experiment.evidence))
    said = [
        f"**{escaped(offer.title)}** Tests: {escaped(experiment.claim)}", escaped(offer.why), offer.takes,
        f"Earlier runs: {stored}." if stored else "", f"Run: {_code(offer.command)}",
    ]  # fmt: skip
    return " ".join(filter(None, said))
