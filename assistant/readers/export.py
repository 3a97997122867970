"""Write references as BibTeX, RIS and CSL-JSON, so that reading them gives the same references."""

import json
import re
from collections.abc import Iterable
from typing import Any

from assistant.readers import csl, ris
from assistant.readers.references import Reference
from assistant.readers.rich_text import rich
from assistant.text.people import parts


def to_bibtex(references: Iterable[Reference]) -> str:
    """Return BibTeX entries, in order; special signs become LaTeX, everything else stays Unicode."""
    return "\n".join(_bibtex_entry(reference) for reference in references)


def to_ris(references: Iterable[Reference]) -> str:
    """Return RIS records, in order."""
    return "\n".join(_ris_record(reference) for reference in references)


def to_csl(references: Iterable[Reference]) -> str:
    """Return a CSL-JSON list, in order."""
    items = [_csl_item(reference) for reference in references]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


_LATEX = {
    "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "$": "\\$",
    "%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_", "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}", "`": "{`}", "'": "{'}",
}  # fmt: skip
_VENUE_FIELD = {
    "article": "journal", "inproceedings": "booktitle", "incollection": "booktitle",
    "phdthesis": "school", "techreport": "institution", "book": "publisher",
}  # fmt: skip


def _latex(text: str) -> str:
    """Return text as LaTeX; signs that LaTeX joins into dashes and quotation marks are kept apart."""
    escaped = "".join(_LATEX.get(character, character) for character in text)
    escaped = escaped.replace("{'}", "'") if "''" not in text else escaped
    return escaped.replace("--", "-{}-").replace("--", "-{}-")


def _bibtex_entry(reference: Reference) -> str:
    fields = {
        "title": _latex(reference.title),
        "author": " and ".join(_bibtex_name(name) for name in reference.authors),
        "year": "" if reference.year is None else f"{reference.year:04d}",
        _VENUE_FIELD.get(reference.type, "journal"): _latex(reference.venue),
        "doi": _address(reference.doi),
        "eprint": _address(reference.arxiv),
        "archiveprefix": "arXiv" if reference.arxiv else "",
        "url": _address(reference.url),
        "abstract": _latex(reference.abstract),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = reference.type if _KIND.fullmatch(reference.type) else "misc"
    key = _NO_KEY.sub("-", reference.key) or "untitled"
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


# An entry may have any type except those that BibTeX reads as a command.
_KIND = re.compile(r"(?!(?:comment|preamble|string)$)[a-z]+", re.IGNORECASE)
# These characters end a key, or LaTeX gives them a meaning where the key is cited.
_NO_KEY = re.compile(r"[\s{}()\[\],=\"'#%~\\^$&]+")


def _address(text: str) -> str:
    """Return an identifier or address for BibTeX, unchanged except for characters that would end the field."""
    return _BRACES.sub(lambda sign: f"%{ord(sign.group()):02X}", text)


_BRACES = re.compile(r"[{}\\]")


def _bibtex_name(name: str) -> str:
    """Return a name; a name that BibTeX would split wrongly is protected by braces."""
    whole = "," in name or re.search(r"\band\b|^others$", name, re.IGNORECASE) is not None
    return f"{{{_latex(name)}}}" if whole else _latex(name)


def _family_first(name: str) -> str:
    if "," in name:
        return name
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else name


def _ris_record(reference: Reference) -> str:
    kinds = {kind: tag for tag, kind in reversed(ris.TYPES.items())}
    fields = [
        ("TY", kinds.get(reference.type, "GEN")),
        ("ID", reference.key),
        ("TI", reference.title),
        *(("AU", _family_first(name)) for name in reference.authors),
        ("PY", "" if reference.year is None else f"{reference.year:04d}"),
        ("T2", reference.venue),
        ("DO", reference.doi),
        ("AN", f"arXiv:{reference.arxiv}" if reference.arxiv else ""),
        ("UR", reference.url),
        ("AB", reference.abstract),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\n".join([*lines, "ER  - ", ""])


def _csl_item(reference: Reference) -> dict[str, Any]:
    kinds = {kind: name for name, kind in csl.TYPES.items()}
    item = {
        "id": reference.key,
        "type": kinds.get(reference.type, "document"),
        "title": rich(reference.title),
        "author": [_csl_name(name) for name in reference.authors],
        "issued": {"date-parts": [[reference.year]]} if reference.year is not None else None,
        "container-title": rich(reference.venue),
        "DOI": reference.doi,
        "archive": "arXiv" if reference.arxiv else "",
        "archive_location": reference.arxiv,
        "URL": reference.url,
        "abstract": rich(reference.abstract),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    given, family = parts(name) if "," in name else name.rpartition(" ")[::2]
    return {"family": family, "given": given} if given else {"literal": name}
