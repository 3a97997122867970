"""An item of Zotero, from its database or an export of Better BibTeX, as a work of a bibliography."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant.readers.references import Highlight, Reference, fold, reference
from assistant.readers.rich_text import plain

Key = TypeVar("Key", int, str)
"""What a collection is known by: a number in a database, a text in an export."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item as Zotero has it.

    `people` are (role, first name, last name), `notes` HTML, `collections` paths such as "Parent/Child". `key` is the
    cite key where something beside the item's own fields says it, `id` Zotero's own for the item.
    """

    type: str
    fields: Mapping[str, str]
    people: Sequence[tuple[str, str, str]] = ()
    tags: Sequence[str] = ()
    collections: Sequence[str] = ()
    key: str = ""
    id: str = ""
    attachments: Sequence[str] = ()
    notes: Sequence[str] = ()
    highlights: Sequence[Highlight] = ()


def as_reference(item: Item) -> Reference:
    """Return the work that an item is, under the cite key that Zotero has for it."""
    said = item.fields
    extra = _extra(said.get("extra", ""))
    names = [name for role, *name in item.people if role in _AUTHORS]
    names = names or [name for role, *name in item.people if role == "editor"]
    archive = said.get("archiveID", "") or extra.get("arxiv", "")
    title = _first(said, _TITLES) or f"Untitled {item.type} {item.id}".strip()
    work = reference(
        key=said.get("citationKey", "") or extra.get("citation key", "") or item.key,
        title=plain(title),
        authors=[" ".join(name) for name in names],
        year=_first(said, _DATES),
        venue=_first(said, _VENUES),
        doi=said.get("DOI", "") or extra.get("doi", ""),
        arxiv=re.sub(r"\s*\[.*", "", archive),
        url=said.get("url", ""),
        abstract=plain(said.get("abstractNote", "")),
        type=_TYPES.get(item.type, "misc"),
    )
    notes = tuple("\n\n".join(told) for note in item.notes if (told := paragraphs(note)))
    return replace(
        work,
        tags=tuple(dict.fromkeys(filter(None, map(_name, item.tags)))),
        collections=tuple(dict.fromkeys(item.collections)),
        attachments=tuple(item.attachments),
        notes=notes,
        highlights=tuple(item.highlights),
    )


_TYPES = {
    "journalArticle": "article", "magazineArticle": "article", "conferencePaper": "inproceedings",
    "book": "book", "bookSection": "incollection", "thesis": "phdthesis", "report": "techreport",
    "manuscript": "unpublished",
}  # fmt: skip
_AUTHORS = (
    "author", "inventor", "programmer", "director", "presenter", "podcaster", "artist", "performer",
    "interviewee", "cartographer", "sponsor", "contributor",
)  # fmt: skip
# Zotero names some fields of some types otherwise.
_TITLES = ("title", "caseName", "nameOfAct", "subject")
_DATES = ("date", "dateDecided", "dateEnacted", "issueDate", "filingDate")
_VENUES = (
    "publicationTitle", "proceedingsTitle", "conferenceName", "bookTitle", "websiteTitle", "blogTitle",
    "repository", "university", "institution", "publisher",
)  # fmt: skip


def _first(said: Mapping[str, str], names: Sequence[str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _extra(text: str) -> dict[str, str]:
    """Return the lines "Name: value" of the field that holds what has no field of its own."""
    lines = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def highlight(text: str, comment: str, page: str) -> Highlight | None:
    """Return what was marked, or None where nothing was marked or written; both may hold italics and the like."""
    said = Highlight(text=fold(plain(text)), comment=fold(plain(comment)), page=page)
    return said if said.text or said.comment else None


def folder_path(one: Key, known: Mapping[Key, tuple[str, Key | None]]) -> str:
    """Return the path of a collection, "Parent/Child", from the name and the parent of each.

    A damaged file may lead in a circle, or on for ever: of folders that lie deeper than any reader puts them the
    innermost are named.
    """
    parts: list[str] = []
    seen: set[Key] = set()
    at: Key | None = one
    while at is not None and at in known and at not in seen and len(parts) < _DEEPEST:
        seen.add(at)
        name, at = known[at]
        parts.append(folder_name(name))
    return "/".join(reversed(parts))


# Folders within folders.
_DEEPEST = 32


def folder_name(name: str) -> str:
    """Return the name of a collection as a part of a path, which a filter can hold."""
    return _name(name.replace("/", "-")) or "-"


def _name(text: str) -> str:
    return fold(text.replace('"', "'"))[:_LONGEST]


# As in `assistant.labels`.
_LONGEST = 100


def paragraphs(markup: str) -> list[str]:
    """Return the paragraphs of a note of Zotero, which is HTML, without its markup."""
    return list(_paragraphs(markup))


def _paragraphs(markup: str) -> Iterator[str]:
    for block in "".join(_said(markup)).split("\0"):
        if line := fold(_REFERENCE.sub(lambda found: html.unescape(found.group()), block)):
            yield line


def _said(markup: str) -> Iterator[str]:
    """Yield the text of HTML, a NUL at the ends of blocks; comments, scripts and styles are no text.

    Every sign is looked at a fixed number of times, however the markup is broken.
    """
    at = 0
    markup = markup.replace("\0", " ")
    for tag in _TAG.finditer(markup):
        if tag.start() < at:  # within what was passed over
            continue
        yield markup[at : tag.start()]
        at, name = tag.end(), (tag["name"] or "").lower()
        if name in _BLOCKS:
            yield "\0"
        elif tag["comment"]:
            at = _after(markup, _COMMENT_END, at)
        elif name in _SILENT and tag["opened"] == "<":
            at = _after(markup, _SILENT[name], at)
    yield markup[at:]


def _after(markup: str, end: re.Pattern[str], at: int) -> int:
    """Return where what is no text ends; what is never closed runs to the end."""
    found = end.search(markup, at)
    return found.end() if found else len(markup)


# A quoted value may hold ">"; a "<" ends what looked like a tag, so that none is looked for behind it.
_TAG = re.compile(
    r"""(?P<comment><!--)
    | (?P<opened></?)(?P<name>[a-z][a-z0-9]*+)(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+>
    | <[!?][^<>]*+>""",
    re.VERBOSE | re.IGNORECASE,
)
_BLOCKS = frozenset("p div li ul ol h1 h2 h3 h4 h5 h6 blockquote pre br tr table hr".split())
_SILENT = {
    name: re.compile(rf"</{name}[^<>]*>", re.IGNORECASE) for name in ("script", "style", "template")
}
_COMMENT_END = re.compile("-->")
_REFERENCE = re.compile(r"&(?:[a-z][a-z0-9]{1,31}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
