"""What a text commits itself to: its words, numbers, names, and the words that say how far it holds."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.question.terms import canonical
from assistant.text import STOPWORDS
from assistant.verification import lexicon
from assistant.verification.wording import Tokens, is_number, plain, tokens


@dataclass(frozen=True)
class Figure:
    """A number with its unit and the content words around it, at most two on each side."""

    value: str
    unit: str
    near: frozenset[str]

    def shown(self) -> str:
        """As a reader would write it."""
        value = self.value
        for zeros, scale in ((9, "B"), (6, "M")):
            if value.endswith("0" * zeros):
                value = value[:-zeros] + scale
                break
        return f"{value} {self.unit}".strip()


@dataclass(frozen=True)
class Facts:
    """A text taken apart once; what is looked at is worked out when first asked for."""

    text: str
    tokens: Tokens

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each token occurs."""
        return Counter(self.tokens)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stem of every content word, "" for function words, numbers and signs."""
        return tuple(
            canonical(token)
            if token.isalnum() and token not in lexicon.FUNCTION and not is_number(token)
            else ""
            for token in self.tokens
        )

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems of the content words."""
        return frozenset(filter(None, self.stems))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers, in their order."""
        return tuple(
            Figure(token, self._unit(at), self.around(at, 2))
            for at, token in enumerate(self.tokens)
            if is_number(token)
        )

    def _unit(self, at: int) -> str:
        """The unit after a number; in "5 to 30 %" of both numbers."""
        following = self.tokens[at + 1 : at + 4]
        if following and following[0] in _UNITS:
            return following[0]
        ranged = len(following) == 3 and following[0] == "to" and is_number(following[1])
        return following[2] if ranged and following[2] in _UNITS else ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Words written like a name; an ordinary word that opens the sentence counts as well."""
        found: set[str] = set()
        for match in lexicon.NAME.finditer(plain(self.text)):
            word = match.group().rstrip(".-@")
            marked = word[:1].isupper() or any(c.isupper() or c.isdigit() for c in word)
            if marked and len(word) > 1 and word.lower() not in STOPWORDS:
                found.update(
                    token for token in tokens(word) if len(token) > 1 and not is_number(token)
                )
        return frozenset(found & self.counts.keys())

    def of(self, words: frozenset[str]) -> Counter[str]:
        """The tokens among `words`, with how often they occur."""
        return Counter({token: self.counts[token] for token in words & self.counts.keys()})

    def around(self, at: int, size: int) -> frozenset[str]:
        """Stems of the `size` nearest content words on each side of a place."""
        before = [stem for stem in reversed(self.stems[:at]) if stem][:size]
        after = [stem for stem in self.stems[at + 1 :] if stem][:size]
        return frozenset((*before, *after))

    def after(self, at: int, size: int) -> tuple[str, ...]:
        """Stems of the next `size` content words."""
        return tuple(stem for stem in self.stems[at + 1 :] if stem)[:size]


_UNITS = frozenset("% points percentage times bits nats".split())


@lru_cache(maxsize=4096)
def facts(text: str) -> Facts:
    """The facts of a text; a quote is judged more than once, so they are kept."""
    return Facts(text, tokens(text))
