"""Find the names, authors and venues of works for use in a sentence, from their metadata and own words."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from assistant.compose.repairs import short_name
from assistant.library.bibliography import complete, work_title
from assistant.text.people import authors
from assistant.types import Source

# Up to this many authors are all named; of more, the first and "others".
_NAMED = 3
# A title of up to this many words is given whole; a title of the second number of words can serve
# as a name.
_TITLE, _SHORT = 20, 8
# Words of a title with fewer letters than this may stand together by chance.
_SHORT_TITLE = 8
# A note must use one name for its work this often for it to count as the name.
_OFTEN = 2


# ── what it is called ────────────────────────────────────────────────────────────────────────────


def name(source: Source) -> str:
    """Return the name of a work: the name in its note, else its short title, else its authors and year."""
    if source.kind == "note" and (called := _own_name(source.key, source.text)):
        return called
    short = short_name(source)
    if not complete(source) and short.endswith(")") and " and " not in short:
        return short.replace(" (", " and others (")
    return f"“{cut(short, _SHORT)}”" if short in (source.title, work_title(source)) else short


def dated(source: Source) -> str:
    """Return the name of a work, with its year if it is known."""
    called, year = name(source), str(source.metadata.get("year") or "")
    return f"{called} ({year})" if year and year not in called else called


def is_plural(called: str) -> bool:
    """Return whether a verb after a name is in the plural: "Wei and others (2022) extend it"."""
    return re.search(r" and [^()“”]+ \(\d{4}\)$", called) is not None


def names_itself(text: str, source: Source) -> bool:
    """Return whether a sentence of a source names its work."""
    bare = re.sub(rf"^the |{_WORK}$|[“”]", "", name(source))
    return bare.lower() in text.lower()


@lru_cache(maxsize=512)
def _own_name(key: str, text: str) -> str:
    """Return the note's name for its work by the words of its key: "DEER", "the mirage paper"; "" if none."""
    called = re.compile(rf"(?<!\w){_in_words(key)}(?:{_WORK})?(?!\w)", re.IGNORECASE)
    found = Counter(" ".join(match.split()) for match in called.findall(text))
    usual = [word for word, often in found.most_common() if often >= _OFTEN]
    works = [word for word, _ in found.most_common() if re.search(_WORK, word)]
    for word in usual:
        # "RL subnetworks" are a thing, "the RL subnetworks paper" is a work, and so is "DEER".
        if word not in works and " " not in word and _is_proper(word, text):
            return word
    if works:
        return f"the {works[0]}"
    best = next((word for word in usual if _is_name(word) and word[:1].isupper()), "")
    return f"The {best}" if best and re.search(rf"[a-z,] The {re.escape(best)}", text) else best


_WORK = r" (?:paper|study|work|preprint)"


def _is_proper(word: str, text: str) -> bool:
    """Return whether a word of a text is a name: "DEER", or "Dynasor" with its capital within a sentence."""
    within = re.search(rf"[a-z,] {re.escape(word)}\b", text) is not None
    return within and (
        sum(letter.isupper() for letter in word) >= _CAPITALS
        or any(map(str.isdigit, word))
        or (word[:1].isupper() and re.search(rf"\b{re.escape(word.lower())}\b", text) is None)
    )


# A word with this many capitals is a name wherever it stands.
_CAPITALS = 2


def _in_words(key: str) -> str:
    """Return a pattern for a key as it is written in a sentence: with spaces, in the singular or plural."""
    return re.escape(key.removesuffix("s")).replace(r"\-", "[ -]") + "s?"


def mentioned(text: str, other: Source) -> int:
    """Return where a text first names a work, by its title or by its note's name for it; -1 if it does not."""
    pattern = _calling(other.key if other.kind == "note" else "", work_title(other))
    found = pattern.finditer(text) if pattern else ()
    return next((match.start() for match in found if _is_name(match[0])), -1)


@lru_cache(maxsize=512)
def _calling(key: str, title: str) -> re.Pattern[str] | None:
    head = title.split(":", maxsplit=1)[0].split("(", maxsplit=1)[0].strip()
    names = [re.escape(head)] if " " in head and len(head) > _SHORT_TITLE else []
    if key:
        called = _in_words(key)
        names += [rf"{called} (?:paper|study|work|note|authors|preprint|method)", called]
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)


def _is_name(word: str) -> bool:
    """Return whether a word is written like a name: several words, or "DEER", but not "deer"."""
    if " " in word or "-" in word:
        return True
    return sum(letter.isupper() for letter in word) >= _CAPITALS or any(map(str.isdigit, word))


# ── who made it ──────────────────────────────────────────────────────────────────────────────────


def who(source: Source) -> str:
    """Return one sentence: the title, the authors, venue and year, and which of these are not verified."""
    said = source.metadata
    if source.kind == "evidence":
        where = "another machine" if said.get("brought_from") else "this machine"
        return (
            f"It is a run of the probe {said.get('probe')} on {said.get('model')}, made on {where}."
        )
    title, names, out = cut(work_title(source)), _names(source), _came_out(source)
    if names:
        return f"The work is “{title}” by {names}{out}."
    what = "note" if source.kind == "note" else "paper"
    return f"The source is the {what} “{title}”{out}, which names no authors that could be read."


def made_by(sources: Sequence[Source]) -> str:
    """Return one sentence on who made several works: "A is by B (2024) and C by D"; "" if no author is known."""
    clauses: list[str] = []
    for source in sources:
        if source.kind != "evidence" and (names := _names(source)):
            called = name(source)
            # "Wei (2022) is by Jason Wei" says nothing.
            called = f"“{cut(work_title(source))}”" if called.endswith(")") else called
            verb = "by" if clauses else "is by"
            clauses.append(f"{called} {verb} {names}{_came_out(source)}")
    return begun(f"{listed(clauses)}.") if clauses else ""


def _came_out(source: Source) -> str:
    """Return the known venue and year in brackets: " (NAACL 2024, venue not verified)"."""
    said = source.metadata
    venue = " ".join(re.sub(r"\s*\([^)]*\)", "", str(said.get("venue") or "")).split())
    year = str(said.get("year") or "")
    has_year = re.search(r"(?:19|20)\d\d", venue) is not None
    doubt = "venue not verified" if venue and said.get("venue_verified") is False else ""
    told = ", ".join(filter(None, (cut(venue, _SHORT), "" if has_year else year, doubt)))
    return f" ({told})" if told else ""


def _names(source: Source) -> str:
    names = authors(source.metadata)
    if len(names) > _NAMED or (names and not complete(source)):
        return f"{names[0]} and others"
    return listed(names)


def cut(title: str, most: int = _TITLE) -> str:
    """Return a title; one of more than `most` words is cut after its first part or after some words."""
    words = title.split()
    if len(words) <= most:
        return title
    head = re.match(r"[^:?]+(?:\?|(?=:))", title)
    if head and 1 < len(head[0].split()) <= most:
        return head[0]
    return " ".join(words[:most]) + " ..."


def listed(parts: Sequence[str]) -> str:
    """Return parts as a person lists them: "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def begun(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
