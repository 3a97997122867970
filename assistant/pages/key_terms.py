"""The key terms of a source: the phrases it keeps using."""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.pages.statements import Statement
from assistant.text.prose import STOPWORDS, stem


def key_terms(said: Sequence[Statement], most: int = 12) -> list[str]:
    """Return the phrases a source keeps using, most used first: runs of two or three content words.

    Names in capitals count as phrases. A phrase that occurs only inside a longer one is left out
    (after the C-value of Frantzi and Ananiadou, 1996).
    """
    counts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for statement in said:
        for run in _runs(statement.plain()):
            for phrase in _phrases(run):
                root = " ".join(stem(word.lower()) for word in phrase)
                counts[root] += 1
                shown.setdefault(root, Counter())[" ".join(phrase)] += 1
    longer = _longer(counts)
    value = {
        root: count * (1.0 + 0.5 * root.count(" ")) - _mean(longer.get(root, ()))
        for root, count in counts.items()
        if count >= 2
    }
    ranked = sorted((r for r in value if value[r] > 1), key=lambda r: (-value[r], r))
    chosen: list[str] = []
    for root in ranked:
        if len(chosen) == most:
            break
        if not any(f" {root} " in f" {other} " or f" {other} " in f" {root} " for other in chosen):
            chosen.append(root)
    return [min(shown[r], key=lambda p: (-shown[r][p], p)) for r in chosen]


def _runs(text: str) -> list[list[str]]:
    """Yield runs of content words between function words and punctuation."""
    runs: list[list[str]] = [[]]
    for token in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]", text):
        if token[0].isalpha() and len(token) > 1 and token.lower() not in _NO_TERM:
            runs[-1].append(token)
        else:
            runs.append([])
    return [run for run in runs if run]


def _phrases(run: Sequence[str]) -> list[tuple[str, ...]]:
    wide = [tuple(run[i : i + n]) for n in (2, 3) for i in range(len(run) - n + 1)]
    names = [(word,) for word in run if sum(letter.isupper() for letter in word) >= 2]
    return [phrase for phrase in wide if phrase[-1].lower() not in _NO_END] + names


def _longer(counts: Counter[str]) -> dict[str, list[int]]:
    """Return for every phrase how often longer phrases that contain it are used."""
    found: dict[str, list[int]] = {}
    for root, count in counts.items():
        words = root.split(" ")
        within = {
            " ".join(words[at : at + n])
            for n in range(1, len(words))
            for at in range(len(words) - n + 1)
        }
        for part in within if count > 1 else ():
            found.setdefault(part, []).append(count)
    return found


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts) if counts else 0.0


_NO_END = frozenset("more less than based given using across".split())
_NO_TERM = STOPWORDS | frozenset(
    """according secondary source remark wrong question work works result results method methods figure table section
    one two three four five six seven eight nine ten first last open left paper papers study recorded reported reports
    show shows shown use used uses using based et al see following different several various respectively significantly
    better worse higher lower best well many much also however moreover without whether like e.g i.e new given number
    become becomes collection""".split()
)
