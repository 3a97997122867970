"""What a bibliography says of a work, whichever format it was written in."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One work of a bibliography; what its file does not say is empty.

    `authors` are names in reading order ("Ada Lovelace"); `type` is a BibTeX entry type in lower
    case ("article", "inproceedings", "misc"), to which the other formats are translated.
    """

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    abstract: str = ""
    type: str = "misc"


@dataclass(frozen=True, kw_only=True)
class Bibliography:
    """The works a file lists, and one line for each entry that could not be read."""

    references: tuple[Reference, ...]
    warnings: tuple[str, ...] = ()
