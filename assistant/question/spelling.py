"""Correct slips of the keyboard in a question to the words of the library that were meant."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

from assistant.question.terms import is_function
from assistant.text.prose import stem


class Vocabulary(Protocol):
    """The words of a library as stems, for example those of an index."""

    def vocabulary(self) -> Collection[str]:
        """Return every stem that a passage contains."""

    def frequency(self, term: str) -> int:
        """Return the number of passages that contain a stem."""


def _no_word(_: str) -> bool:
    return False


def corrected(
    question: str, index: Vocabulary, is_word: Callable[[str], bool] = _no_word
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a question with its slips corrected to words of the library, and the corrections.

    A word is a slip if no passage contains it and it is one edit from a function word of English or
    from the one word that clearly most passages contain. An edit swaps two letters, or doubles,
    drops, adds or replaces one. From eight letters on, two edits are allowed. The first letter
    never changes. Names (a capital or a digit), words in quotation marks, parts of compounds, words
    in other scripts, and words below three letters are left alone. A question always keeps a word
    of its own.

    Args:
        question: The question as typed; it is returned unchanged if it contains no slip.
        index: Tells which words passages contain.
        is_word: Tells whether a lower-case word is known outside the library, such as a word that
            the embedding model's tokenizer has as one token. A known word is no slip, however near
                another is
            ("yeast", "least"); without this a word that the library merely lacks may be taken for
                one.
    """
    found: list[tuple[str, str]] = []
    at, kept = 0, []
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    content = any(
        index.frequency(stem(m.group()))
        for m in _WORD.finditer(question)
        if not is_function(m.group())
    )
    tried = 0
    for match in _WORD.finditer(question):
        word = match.group()
        if tried == _MOST or not _open(word, match.span(), quoted, index, is_word):
            continue
        tried += 1
        meant = _meant(word, index, is_word)
        if meant and (content or not is_function(meant)):
            kept += [question[at : match.start()], meant]
            at = match.end()
            found.append((word, meant))
    return "".join([*kept, question[at:]]), tuple(dict.fromkeys(found))


# This many unknown words of one question are examined; a text with more of them is no typed
# question.
_MOST = 24
# A word is examined from this many letters on; two edits are allowed from the second number on.
_SHORTEST, _LONG = 3, 8
# Nobody types longer words, and the time for a word grows with the square of its length.
_LONGEST = 24
_QUOTED = re.compile(r"[\"“][^\"“”]{1,200}[\"”]")
# A word in small letters that is not part of a compound, an address or a contraction.
_WORD = re.compile(r"(?<![\w'’./@-])[a-z]+(?![\w'’/@-]|\.\w)")


def _open(
    word: str, span: tuple[int, int], quoted: Sequence[tuple[int, int]], index: Vocabulary,
    is_word: Callable[[str], bool],
) -> bool:  # fmt: skip
    """Return whether a word may be a slip at all."""
    return (
        _SHORTEST <= len(word) <= _LONGEST
        and not is_function(word)
        and not (index.frequency(stem(word)) and stem(word) == word)
        and not (is_word(word) and word not in _MISTAKEN)
        and not any(start < span[0] and span[1] < end for start, end in quoted)
    )


# "Wether" is a word of shepherds.
_MISTAKEN = frozenset({"wether"})


def _meant(word: str, index: Vocabulary, is_word: Callable[[str], bool]) -> str:
    """Return the word that a slip stands for, or "" if there is none or several are equally likely."""
    if index.frequency(stem(word)):
        return _doubled(word, index, is_word)
    for near in _edits(word):
        if function := sorted({other for other in near if is_function(other)}):
            return function[0] if len(function) == 1 else ""
        if len(word) > _SHORTEST:
            held = {other: count for other in near if (count := index.frequency(stem(other)))}
            if held:  # if several are equally likely, a rarer kind of slip is not likelier
                return _likeliest(word, held, is_word)
    return _far(word, index, is_word) if len(word) >= _LONG else ""


def _doubled(word: str, index: Vocabulary, is_word: Callable[[str], bool]) -> str:
    """Return the known word of which this word doubles a letter, even if passages contain its stem.

    "Loosing" has the stem of "loose".
    """
    single = {
        word[:i] + word[i + 1 :] for i in range(1, len(word)) if word[i] == word[i - 1]
    } if len(word) >= _REPLACED else set()  # fmt: skip
    held = {other for other in single if is_word(other) and index.frequency(stem(other))}
    held = {other for other in held if stem(other) != stem(word)}
    return held.pop() if len(held) == 1 else ""


def _likeliest(word: str, held: Mapping[str, int], is_word: Callable[[str], bool]) -> str:
    """Return, of words with the passages that contain them, the one that is clearly the most frequent."""
    counts: dict[str, int] = {}
    spelt: dict[str, str] = {}
    # Of two spellings with one stem a known word comes first, then the shorter.
    for other in sorted(held, key=lambda other: (not is_word(other), len(other), other)):
        root = stem(other)
        if (is_word(other) or held[other] >= _FREQUENT) and not _forms(word, other, root):
            counts[root] = held[other]
            spelt.setdefault(root, other)
    ranked = sorted(counts, key=lambda root: (-counts[root], root))
    if not ranked or (len(ranked) > 1 and counts[ranked[0]] < _CLEARLY * counts[ranked[1]]):
        return ""
    return spelt[ranked[0]]


def _forms(one: str, other: str, root: str) -> bool:
    """Return whether two words are only forms of one stem ("rater", "rates"), so that neither is a slip.

    They first differ after the stem, and not by its last letter, doubled ("reasonning"); or one base
    has another ending ("sparsify", "sparsity").
    """
    if (base := _ENDING.sub("", one)) == _ENDING.sub("", other) and one != base != other:
        return True
    pairs = zip(one, other, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    doubled = (
        one[at : at + 1] == one[at - 1] and one[at + 1 :] == other[at:] and other[at:] == "ing"
    )
    return at >= len(root) and not doubled


# Endings that make another word of a base; a stem keeps some of them.
_ENDING = re.compile(
    r"(?<=\w{4})(?:if(?:y|ies|ied)|it(?:y|ies)|i[sz](?:e|es|ed|m|t)|ion|ive|able)$"
)

# A meant word known only from the library must occur in this many passages, and in this many times
# as many as the next likely word: a word of one passage may be a slip itself, and between two
# common words nothing decides.
_FREQUENT, _CLEARLY = 2, 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _edits(word: str) -> Iterator[Collection[str]]:
    """Yield the strings one edit from a word that keep its first letter, the likeliest kinds of slip first.

    First letters are swapped and doubled; then one is left out or added; then, in words of six
    letters, replaced. Short words have so many others one letter away that a replaced letter tells
    nothing.
    """
    splits = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    swaps = {word[1] + word[0] + word[2:]} if word[:2] == "ht" else set()  # "hte"
    swaps |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    doubled = {a + b[1:] for a, b in splits if b and a[-1] == b[0]}
    doubled |= {a + a[-1] + b for a, b in splits}
    yield (swaps | doubled) - {word} if len(word) > _SHORTEST else swaps - {word}
    if len(word) > _SHORTEST:
        yield {a + c + b for a, b in splits for c in _LETTERS} | _without(word, splits)
    if len(word) >= _REPLACED:
        yield {a + c + b[1:] for a, b in splits if b for c in _LETTERS} - {word}


def _without(word: str, splits: Sequence[tuple[str, str]]) -> set[str]:
    return {a + b[1:] for a, b in splits if b} if len(word) >= _REPLACED else set()


# Letters are taken out or replaced only in words of at least this length.
_REPLACED = 6


def _far(word: str, index: Vocabulary, is_word: Callable[[str], bool]) -> str:
    """Return the word two edits away, found by its stem."""
    root = stem(word)
    held = {
        other + ending: index.frequency(other)
        for other in index.vocabulary()
        if other[:1] == root[:1]
        and abs(len(other) - len(root)) <= 2
        and len(other) >= _REPLACED
        and other.isalpha()
        and _within_two(root, other)
        for ending in _ENDINGS
        if _within_two(word, other + ending) and stem(other + ending) == other
    }
    return _likeliest(word, held, is_word)


# These endings are added to a stem, because the library's words are kept as stems.
_ENDINGS = (
    "",
    "s",
    "es",
    "e",
    "ed",
    "ing",
    "ings",
    "er",
    "ers",
    "or",
    "ors",
    "y",
    "ion",
    "ions",
    "al",
    "ly",
)


def _within_two(one: str, other: str) -> bool:
    """Return whether two words are at most two edits apart; a swap of neighbours counts as one edit."""
    if len(set(one) ^ set(other)) > 4:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
        before, last = last, row
    return last[-1] <= 2
