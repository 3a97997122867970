"""Perturb a text: split words, random characters, keyboard typos."""

import re
import string
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from probes.errors import ProbeError

Kind = Literal["split", "random", "keyboard"]
SHARE = 0.3
"""This share of the long words is changed, and of the characters of a chosen word."""
MOST = 10
"""So many words of a text, and characters of a word, are changed at most."""
SHORTEST = 4
"""A word must have so many characters to be changed."""
# So many draws are made for each copy before a text counts as too short for different ones.
_TRIES = 50


def views(
    text: str,
    count: int,
    *,
    seed: int = 0,
    kinds: Sequence[Kind] = ("split", "random", "keyboard"),
) -> tuple[str, ...]:
    """Return perturbed copies of `text`, each through all `kinds` in turn, every one different.

    This follows "Layer by Layer" (arXiv:2502.02013), where 2 views serve InfoNCE and DiME and 16 serve LiDAR. The same
    arguments give the same views, and a larger count begins with the same ones.

    Raises:
        ProbeError: the text has too little to change for that many different copies.
    """
    found: dict[str, None] = {}
    rng = np.random.default_rng(seed)
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        copy = text
        for kind in kinds:
            copy = perturb(copy, kind, rng)
        if copy != text:
            found.setdefault(copy)
    if len(found) < count:
        raise ProbeError(
            f"{text[:40]!r} gives {len(found)} different perturbed copies, not {count}; it needs "
            f"more words of at least {SHORTEST} letters"
        )
    return tuple(found)


def perturb(text: str, kind: Kind, rng: np.random.Generator) -> str:
    """Return `text` with one kind of perturbation in 30 % of its longer words, at least one, at most 10.

    `split` puts a space inside a word; `random` replaces 30 % of its letters and digits, at least
    one, at most 10, by random others; `keyboard` by neighbours on an English keyboard. White
    space, and a text without a word of four characters, stay as they are.
    """
    pieces = re.split(r"(\s+)", text)
    long = [at for at, piece in enumerate(pieces) if len(piece) >= SHORTEST and piece.strip()]
    for at in _some(long, rng):
        pieces[at] = _CHANGES[kind](pieces[at], rng)
    return "".join(pieces)


def _some(places: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Return a random share of the places, at least one where there is one, in order."""
    if not places:
        return []
    count = min(max(round(SHARE * len(places)), 1), MOST)
    return sorted(int(at) for at in rng.choice(places, count, replace=False))


def _split(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(word)))
    return f"{word[:at]} {word[at:]}"


def _random(word: str, rng: np.random.Generator) -> str:
    def other(character: str) -> str:
        choices = [c for c in string.ascii_letters + string.digits if c != character]
        return choices[int(rng.integers(len(choices)))]

    return _replace(word, [at for at, c in enumerate(word) if c.isalnum()], other, rng)


def _keyboard(word: str, rng: np.random.Generator) -> str:
    def beside(character: str) -> str:
        keys = _NEIGHBOURS[character.lower()]
        key = keys[int(rng.integers(len(keys)))]
        return key.upper() if character.isupper() else key

    return _replace(
        word, [at for at, c in enumerate(word) if c.lower() in _NEIGHBOURS], beside, rng
    )


def _replace(
    word: str, places: Sequence[int], change: Callable[[str], str], rng: np.random.Generator
) -> str:
    letters = list(word)
    for at in _some(places, rng):
        letters[at] = change(letters[at])
    return "".join(letters)


def _neighbours() -> dict[str, str]:
    """Return the keys around each key of an English keyboard, whose rows are shifted by half a key."""
    rows = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    places = {
        key: (at + 0.5 * row, row) for row, keys in enumerate(rows) for at, key in enumerate(keys)
    }
    return {
        key: "".join(
            other
            for other, (u, v) in places.items()
            if other != key and abs(u - x) <= 1 and abs(v - y) <= 1
        )
        for key, (x, y) in places.items()
    }


_NEIGHBOURS = _neighbours()
_CHANGES: dict[Kind, Callable[[str, np.random.Generator], str]] = {
    "split": _split,
    "random": _random,
    "keyboard": _keyboard,
}
