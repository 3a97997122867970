"""This veto refuses a remark of a note's author that is told as a finding of the paper."""

import re

from assistant.verify.vetoes.negation import denials
from assistant.verify.wording import plain

# A note marks a sentence as its author's own in the first way; a sentence attributes a finding to a
# paper or its authors in the second.
OWN = re.compile(r"\bown (?:remark|calculation|reading|note)\b", re.IGNORECASE)
_SOURCE = r"(?:papers?|study|studies|authors?|work|article|critique|survey|report|researchers|experiments?|results?)"
_FINDING = (
    r"(?:finds?|found|shows?|showed|shown|demonstrates?|demonstrated|reports?|reported|concludes?|concluded|proves?|"
    r"proved|establish(?:es|ed)?|measures?|measured|observes?|observed|warns?|warned|argues?|argued|states?|stated|"
    r"says?|said|suggests?|suggested|infers?|inferred|claims?|claimed|insists?|holds?|notes?)"
)
FOUND = re.compile(
    rf"\b{_SOURCE}\b(?: [\w-]+){{0,4}}? (?:itself |themselves |have |has |also )*{_FINDING}\b"
    rf"|\bfindings? of\b|\bas the (?:[\w-]+ ){{0,4}}{_SOURCE} {_FINDING}|\bthey {_FINDING}\b",
    re.IGNORECASE,
)
_REMARKS = re.compile(
    r"\b(?:notes?|collection|list|remarks?|calculations?|readings?|comment\w*)\b", re.IGNORECASE
)


def veto(sentence: str, evidence: str) -> str:
    """Return one line for the reader that a remark was told as a finding, or "" if it was not."""
    parts = [part for part in re.split(r"\n+", evidence) if part.strip()]
    own = [part for part in parts if OWN.search(part)]
    if not own or len(own) < len(parts) or _REMARKS.search(plain(sentence)):
        return ""
    found = FOUND.search(plain(sentence))
    if not found or denials(found.group()) or FOUND.search(plain(" ".join(parts))):
        return ""
    return f"it presents a remark of the note as a finding ({found.group()!r})"
