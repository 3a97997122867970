"""The nouns of an evaluation: questions with what is known of their answers, and documents to ask."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.library.sync import slug
from assistant.types import Stance

# "found": the documents hold the answer, so `answered` and `partial` are right; "lacking": they
# are near and do not hold it, so `answered` is wrong; "absent": nothing there bears on it, and
# only `absent` is right.
Expected = Literal["found", "lacking", "absent"]


@dataclass(frozen=True, kw_only=True)
class SetDocument:
    """A document that a labelled set brings along."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A sentence that an expert wrote, with the passages that it cites."""

    text: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question and what is known of its answer; what is not known is empty and not measured.

    `relevant` are the sources a search ought to find, `wanted` those an answer ought to cite, and
    `welcome` those it may cite besides. `apart` is the source that the question was taken from,
    left out of the ranking. `rationales` gives, for a source, the sentences that decide, and
    `stances` whether they support the question, a claim, or contest it. The points of `must_say`,
    `must_admit` and `must_not_say` are in free words; `lack` says in free words what the documents
    do not hold; `reference` is an expert's own answer.
    """

    id: str
    question: str
    group: str = "questions"
    expected: Expected | None = None
    relevant: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    welcome: frozenset[str] = frozenset()
    apart: str = ""
    rationales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stances: Mapping[str, Stance] = field(default_factory=dict)
    must_say: tuple[str, ...] = ()
    must_admit: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    lack: str = ""
    reference: tuple[Cited, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseSet:
    """Questions to be asked of one library: of `documents` where the set brings some, else the reader's.

    `main` is the group of cases whose figures speak for the set; empty where all of them do.
    """

    name: str
    about: str
    cases: tuple[Case, ...]
    documents: tuple[SetDocument, ...] = ()
    main: str = ""


def library_key(name: str) -> str:
    """Return the key under which a library keeps a document of this name: the name where it can be one.

    Else its words, cut short, with six hexadecimal digits of its hash, so that no two names share one.
    """
    short = slug(name)
    if short == name and name:
        return name
    return f"{short[:48].strip('-') or 'document'}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
