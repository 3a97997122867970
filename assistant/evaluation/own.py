"""Make questions from the reader's own library; the right source is the one a question was taken from."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from assistant.errors import Mendable
from assistant.evaluation import elsewhere
from assistant.evaluation.cases import Case, CaseSet
from assistant.library.bibliography import work_title
from assistant.library.store import Library
from assistant.pages.statements import Statement, statements
from assistant.text.prose import words
from assistant.types import Source

# This many sentences come from one source, so that a long paper does not outweigh ten notes.
_PER_SOURCE = 2
_SAYS = ("claim", "fact", "results", "conclusion", "abstract")


def own(library: Library) -> CaseSet:
    """Return the questions for the reader's library, in four groups, the easiest first.

    "titles": the title of a source asks for the source; the title is part of the searched text.
    "statements": a sentence that states a finding, without the names of its work and without its
    figures, asks for its source. "references": a sentence of one source that names another asks for
    that other; its own source is left out of the ranking. "elsewhere": bundled questions of other
    fields.

    Raises:
        Mendable: there is nothing to ask about.
    """
    sources = [source for source in library.sources() if source.kind != "evidence"]
    if not sources:
        raise Mendable(
            "The library has no sources to ask about; add some, or name a file with questions."
        )
    said = {source.key: statements(source) for source in sources}
    return CaseSet(
        name="own", main="titles", about="questions made from your own library",
        cases=(
            *(_asks("titles", source, source.title, 0, [source.key]) for source in sources),
            *(case for source in sources for case in _statements(source, said[source.key])),
            *_references(sources, said),
            *elsewhere.cases(),
        ),
    )  # fmt: skip


def _asks(
    group: str, taken: Source, question: str, number: int, wanted: Collection[str], apart: str = ""
) -> Case:
    sources = frozenset(wanted)
    return Case(
        id=f"{group}:{taken.key}:{number}", question=question, group=group, expected="found",
        relevant=sources, wanted=sources, apart=apart,
    )  # fmt: skip


def _statements(source: Source, said: Sequence[Statement]) -> Iterator[Case]:
    found = 0
    for number, statement in enumerate(said):
        question = _unnamed(statement.plain(), _names(source))
        if statement.part in _SAYS and len(words(question)) >= 8 and found < _PER_SOURCE:
            found += 1
            yield _asks("statements", source, question, number, [source.key])


def _references(sources: Sequence[Source], said: dict[str, list[Statement]]) -> Iterator[Case]:
    """Yield, for every source that another source names, the first sentence that names it.

    All sources that the sentence names are wanted.
    """
    names = {source.key: [n for n in _names(source) if len(n) >= 6] for source in sources}
    for origin in sources:
        others = {
            source.key: named
            for source in sources
            if source.key != origin.key
            and (named := _pattern(n for n in names[source.key] if n not in names[origin.key]))
        }
        seen: set[str] = set()
        for number, statement in enumerate(said[origin.key]):
            plain = statement.plain()
            targets = {key for key, pattern in others.items() if pattern.search(plain)}
            if targets - seen and len(words(plain)) >= 8:
                seen |= targets
                yield _asks("references", origin, plain, number, targets, apart=origin.key)


def _names(source: Source) -> list[str]:
    """Return the names of a source and its work: key, title, and the title before its colon."""
    title = work_title(source)
    called = [source.key, source.key.replace("-", " "), title, title.partition(":")[0]]
    return sorted({name for name in called if name}, key=lambda name: (-len(name), name))


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    found = [re.escape(name) for name in names]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE) if found else None


def _unnamed(sentence: str, names: Sequence[str]) -> str:
    """Return the sentence without the names of its work and without figures."""
    named = _pattern(names)
    bare = named.sub(" ", sentence) if named else sentence
    return " ".join(re.sub(r"\S*\d\S*", " ", bare).split()).rstrip(" .")
