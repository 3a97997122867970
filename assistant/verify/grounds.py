"""Look up a draft's quotes in their sources, and let the gate check the draft against them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.compose.repairs import repaired
from assistant.errors import Mendable
from assistant.library.store import Library
from assistant.select.quotes import Quote
from assistant.types import Citation, Source
from assistant.verify.decision import Ruling, decide
from assistant.verify.evidence import Claim, Judges
from assistant.verify.quoting import misquoted


@dataclass
class Grounds:
    """The sources that drafts rest on, each read once, and the judge.

    `judge` decides on sentences in other words than their quotes; if there is none, `unjudged` says
    why. `note` is called with messages for the reader: that line, or that the judge failed.
    """

    library: Library
    judge: Judges | None = None
    unjudged: str = ""
    note: Callable[[str], None] = lambda _: None
    _stored: dict[str, Source | None] = field(default_factory=dict)

    def judged(self, text: str, quotes: Sequence[Quote]) -> tuple[tuple[Citation, ...], str]:
        """Return the citations of a sentence from its quotes, or why it may not be shown.

        It is judged against all quotes together. A sentence in the words of a single quote cites
        only that quote.
        """
        if reason := next(filter(None, map(self._missing, quotes)), ""):
            return (), reason
        for quote in quotes:
            if self._repairs(text, quote):
                return (quote.citation(),), ""
        ruling = self._ruling(text, quotes, self.judge)
        if ruling.unjudged:
            self.note(self.unjudged)
        if ruling.support is None:
            return (), ruling.reason
        resting = quotes if ruling.rests_on is None else [quotes[ruling.rests_on]]
        return tuple(replace(quote.citation(), support=ruling.support) for quote in resting), ""

    def echoed(self, text: str, quote: Quote) -> Citation | None:
        """Return the citation of another place that says the same, or None if no place plainly does.

        The judge is not asked: a second place is not necessary, and a brief must not need a
        network.
        """
        if self._missing(quote):
            return None
        if self._repairs(text, quote):
            return quote.citation()
        support = self._ruling(text, [quote], None).support
        return replace(quote.citation(), support=support) if support else None

    def exists(self, quote: Quote) -> bool:
        """Return whether the whole quote stands in its source at the given place."""
        return not self._missing(quote)

    def _repairs(self, text: str, quote: Quote) -> bool:
        """Return whether a text is the quote, or the program's own repair of it in square brackets.

        Anybody else's brackets could add or remove something that changes the sense.
        """
        source = self._source(quote.source)
        if source is None:
            return text == quote.plain()
        made = [
            repaired(quote, source, named=named, told=told)
            for named in (True, False)
            for told in (True, False)
        ]
        return text in (quote.plain(), *made)

    def _missing(self, quote: Quote) -> str:
        source = self._source(quote.source)
        return misquoted(quote.text, source.text if source else "", quote.start, quote.end)

    def _ruling(self, text: str, quotes: Sequence[Quote], judge: Judges | None) -> Ruling:
        sources = [source for quote in quotes if (source := self._source(quote.source))]
        claim = Claim(
            sentence=text,
            texts=tuple(quote.shown() for quote in quotes),
            titles=tuple(source.title for source in sources),
            names=tuple(name for source in sources for name in called(source.key, source.metadata)),
        )
        try:
            return decide(claim, judge)
        except Mendable as error:
            # Without its judge a sentence in other words is not shown; quotes are.
            self.note(str(error))
            return Ruling(probability=0.0, reason="it could not be judged")

    def _source(self, key: str) -> Source | None:
        if key not in self._stored:
            self._stored[key] = self.library.get(key)
        return self._stored[key]


def called(key: str, metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a source beside its title: its key, its paper, its authors, year and venue."""
    yield key.replace("-", " ")
    for name in ("paper", "authors", "year", "venue"):
        said = metadata.get(name)
        if isinstance(said, (list, tuple)):
            yield from map(str, said)
        elif said:
            yield str(said)
