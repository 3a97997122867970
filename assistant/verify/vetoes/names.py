"""This veto refuses names of models, data sets, papers and people that neither evidence nor titles contain."""

import re
import unicodedata

from assistant.question.terms import is_function, says
from assistant.text.prose import stem
from assistant.verify.wording import plain


def veto(sentence: str, evidence: str) -> str:
    """Return a name that the evidence lacks, as one line for the reader, or "" if it has all.

    An abbreviation may be written out, and the reverse; case, plural and hyphens do not
    count.
    """
    lacking = unnamed(sentence, evidence)
    return f"its evidence does not name {', '.join(lacking)}" if lacking else ""


def unnamed(sentence: str, evidence: str) -> list[str]:
    """Return the names of a sentence that its evidence lacks, in order."""
    there = _bare(evidence)
    forms = _forms(there)
    words = [word.lower() for word in _WORD.findall(there)]
    letters = "".join(word[0] for word in words)
    weighty = "".join(word[0] for word in words if not is_function(word))
    spelt = _spelt_out(sentence, forms)
    return [
        name
        for name in dict.fromkeys(names(sentence))
        if name not in spelt
        and not _named(name, there, forms)
        and not (_abbreviates(name, letters) or _abbreviates(name, weighty))
    ]


def names(text: str) -> list[str]:
    """Return words written like a name: a capital, digit or @ inside, or a capital not at a beginning."""
    found = []
    for match in _NAME.finditer(_bare(text)):
        word = match.group().rstrip(".'-@").removesuffix("'s")
        inside = any(letter.isupper() or letter.isdigit() or letter == "@" for letter in word[1:])
        opens = _OPENS.search(match.string[: match.start()]) is not None
        written = inside or (word[:1].isupper() and not opens)
        # "US" and "IT" are names, "Is" after a quotation mark is not.
        if word in _PARTS and match.string[match.end() :][:2].strip()[:1].isdigit():
            continue
        if len(word) > 1 and written and (word.isupper() or not is_function(word.lower())):
            found.append(word)
    return found


# These parts of a paper have numbers, with any mark ("§7").
_PARTS = frozenset(
    "Section Sections Table Tables Figure Figures Fig Equation Appendix Chapter Page Pages Volume".split()
)
_NAME = re.compile(r"(?<!\w)[^\W\d_][\w'-]*(?:\.\d\w*)?(?:@\w+)?")
_WORD = re.compile(r"[^\W\d_]+")
# After these a capital only opens a sentence, a verdict's text or a quotation.
_OPENS = re.compile(r"(?:^|[.!?:;(\[\"“]|\s[-–—])\s*[\"'“(]*$")


def _bare(text: str) -> str:
    """Return a text without accents, because a printed "Färber" is often stored in pieces."""
    folded = unicodedata.normalize("NFKD", plain(text))
    return _ACCENTED.sub("", "".join(c for c in folded if not unicodedata.combining(c)))


# pdfium puts a free accent beside its letter: "Farber ¨".
_ACCENTED = re.compile(r" ?[¨´`ˆ˜¸]")


def _spelt_out(sentence: str, forms: frozenset[str]) -> frozenset[str]:
    """Return the words of a sentence that write out an abbreviation of the evidence, with or without small words."""
    every = _WORD.findall(_bare(sentence))
    found: set[str] = set()
    for words in (every, [word for word in every if not is_function(word.lower())]):
        for at in range(len(words)):
            for size in range(2, _LETTERS + 1):
                run = words[at : at + size]
                if len(run) == size and "".join(word[0] for word in run).lower() in forms:
                    found.update(run)
    return frozenset(found)


# The longest abbreviation that is written out.
_LETTERS = 8


def _forms(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, whole, in their parts, and as stems."""
    whole = {word.lower().removesuffix("'s") for word in re.findall(r"[\w'.@-]+", text)}
    parts = {part for word in whole for part in re.split(r"[^\w]+|_", word) if part}
    parts |= {letters for part in parts for letters in re.findall(r"[^\W\d_]+", part)}
    joined = {re.sub(r"[\W_]", "", word) for word in whole}
    return frozenset(parts | joined | {stem(part) for part in parts})


def _named(name: str, text: str, forms: frozenset[str]) -> bool:
    # "Non-English" and "T5-based" name English and T5; a part in small letters is an ordinary word.
    parts = [part for part in re.split(r"[\W_]+", name) if part[1:] and not part.islower()]
    known = bool(parts) and all(
        part.isdigit() or not forms.isdisjoint(_variants(part.lower())) for part in parts
    )
    return known or re.sub(r"[\W_]", "", name.lower()) in forms or says(name, text)


def _variants(word: str) -> tuple[str, ...]:
    """Return a word, its stem, and its form without the plural s ("PDFs")."""
    return word, stem(word), word.removesuffix("s")


def _abbreviates(name: str, letters: str) -> bool:
    """Return whether a name consists of the first letters of successive words of the evidence."""
    return name.isupper() and len(name) > 1 and name.lower() in letters
