"""Turn an item of Zotero, from its database or a Better BibTeX export, into a work of a bibliography."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant.readers.references import Highlight, Reference, fold, reference
from assistant.readers.rich_text import plain

Key = TypeVar("Key", int, str)
"""A collection's identifier: a number in a database, a text in an export."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item as in Zotero.

    `people` are (role, first name, last name), `notes` HTML, `collections` paths such as
    "Parent/Child". `key` is the cite key if it stands outside the item's own fields, `id` Zotero's
    own id of the item.
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
    """Return the work of an item, under Zotero's cite key."""
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
# Zotero has other names for the title of some types.
_TITLES = ("title", "caseName", "nameOfAct", "subject")
_DATES = ("date", "dateDecided", "dateEnacted", "issueDate", "filingDate")
_VENUES = (
    "publicationTitle", "proceedingsTitle", "conferenceName", "bookTitle", "websiteTitle", "blogTitle",
    "repository", "university", "institution", "publisher",
)  # fmt: skip


def _first(said: Mapping[str, str], names: Sequence[str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _extra(text: str) -> dict[str, str]:
    """Return the lines "Name: value" of the field for values without a field of their own."""
    lines = (line.partition(":") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def highlight(text: str, comment: str, page: str) -> Highlight | None:
    """Return a highlight, or None if it has neither text nor comment; both may contain italics and the like."""
    said = Highlight(text=fold(plain(text)), comment=fold(plain(comment)), page=page)
    return said if said.text or said.comment else None


def folder_path(one: Key, known: Mapping[Key, tuple[str, Key | None]]) -> str:
    """Return the path of a collection, "Parent/Child", from the name and the parent of each.

    A damaged file may contain a circle or an endless chain; of folders nested too deeply, only the
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


# Folders are followed to this depth.
_DEEPEST = 32


def folder_name(name: str) -> str:
    """Return the name of a collection in a form that a path and a filter can contain."""
    return _name(name.replace("/", "-")) or "-"


def _name(text: str) -> str:
    return fold(text.replace('"', "'"))[:_LONGEST]


# This is the limit of `assistant.library.labels`.
_LONGEST = 100


def paragraphs(markup: str) -> list[str]:
    """Return the paragraphs of a Zotero note, which is HTML, without its markup."""
    return list(_paragraphs(markup))


def _paragraphs(markup: str) -> Iterator[str]:
    for block in "".join(_said(markup)).split("\0"):
        if line := fold(_REFERENCE.sub(lambda found: html.unescape(found.group()), block)):
            yield line


def _said(markup: str) -> Iterator[str]:
    """Yield the text of HTML, with a NUL at the ends of blocks; comments, scripts and styles are not text.

    Every character is examined a fixed number of times, even in broken markup.
    """
    at = 0
    markup = markup.replace("\0", " ")
    for tag in _TAG.finditer(markup):
        if tag.start() < at:  # inside a skipped part
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
    """Return the end of a part that is not text; an unclosed part extends to the end."""
    found = end.search(markup, at)
    return found.end() if found else len(markup)


# A quoted value may contain ">"; a "<" ends what looked like a tag, so that nothing is sought after
# it.
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
