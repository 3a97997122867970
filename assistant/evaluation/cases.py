"""An evaluation has cases (questions with known properties of their answers) and documents."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.library.sync import slug
from assistant.types import Stance

# "found": the documents contain the answer, so `answered` and `partial` are right. "lacking": they
# are on the topic but do not contain it, so `answered` is wrong. "absent": nothing in them bears on
# the question, and only `absent` is right.
Expected = Literal["found", "lacking", "absent"]


@dataclass(frozen=True, kw_only=True)
class SetDocument:
    """A document that belongs to a labelled set."""

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
    """A question with the known properties of its answer; unknown fields are empty and not measured.

    `relevant` are the sources that a search should find, `wanted` those that an answer should cite,
    and `welcome` those it may cite as well. `apart` is the source that the question was taken from;
    it is left out of the ranking. `rationales` gives the deciding sentences of each source, and
    `stances` whether they support or contest the question, if it is a claim. The points of
    `must_say`, `must_admit` and `must_not_say` are in free words; `lack` says in free words what
    the documents do not contain; `reference` is an expert's own answer.
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
    """The questions for one library: of `documents` if the set has any, else of the reader's library.

    `main` is the group of cases whose figures stand for the set; it is empty if all cases do.
    """

    name: str
    about: str
    cases: tuple[Case, ...]
    documents: tuple[SetDocument, ...] = ()
    main: str = ""


def library_key(name: str) -> str:
    """Return the key of a document with this name: the name itself if it is a valid key.

    Otherwise the key is made of its words, cut short, and six hexadecimal digits of its hash, so
    that no two names share one.
    """
    short = slug(name)
    if short == name and name:
        return name
    return f"{short[:48].strip('-') or 'document'}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
