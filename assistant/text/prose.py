"""Read plain text: blocks, sentences, content words, numbers, negation."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import Stemmer

from assistant.text.fragments import is_fragment
from assistant.text.orders import gives_orders
from assistant.text.unspaced import apart, is_unspaced, pairs, reading_length

BlockKind = Literal["heading", "item", "prose"]


@dataclass(frozen=True)
class Span:
    """A half-open stretch of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of the span."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class Block:
    """A heading, list item or paragraph, without its markup.

    `section` is the heading above it, and `under` is where that heading starts, or -1 for none.
    """

    span: Span
    kind: BlockKind
    section: str
    under: int = -1


def blocks(text: str) -> Iterator[Block]:
    """Split Markdown or plain text into its blocks, in order.

    A block ends at a blank line, at a heading, and at the next list item. Fenced code and tables
    are skipped, because their lines are not sentences. An unclosed fence opens nothing.
    """
    section, under = "", -1
    current: Block | None = None
    for kind, span in _lines(text):
        if kind == "prose" and current is not None:
            current = replace(current, span=Span(current.span.start, span.end))
            continue
        if current is not None:
            yield current
        current = None
        if kind == "heading":
            section, under = span.of(text), span.start
            yield Block(span, "heading", section, under)
        elif kind != "gap":
            current = Block(span, kind, section, under)
    if current is not None:
        yield current


def _lines(text: str) -> Iterator[tuple[BlockKind | Literal["gap"], Span]]:
    """Yield the kind of each line, and its words without markup; tables and code are gaps."""
    lines = text.splitlines(keepends=True)
    fences = sum(line.strip().startswith(_FENCES) for line in lines)
    opened, offset = 0, 0
    for line in lines:
        bare = line.strip()
        start = offset + len(line) - len(line.lstrip())
        offset += len(line)
        fence = bare.startswith(_FENCES)
        opened += fence
        # The last of an odd number of fences is unclosed, so it opens nothing.
        fenced = opened % 2 == 1 and opened < fences
        marker = _MARKER.match(bare)
        span = Span(start + (marker.end() if marker else 0), start + len(bare))
        if not bare or fence or fenced or _TABLE.match(bare) or span.start >= span.end:
            yield "gap", span
        elif marker and marker["hash"]:
            title = span.of(text).rstrip("# ")
            yield "heading" if title else "gap", Span(span.start, span.start + len(title))
        else:
            yield "item" if marker else "prose", span


_FENCES = ("```", "~~~")
_MARKER = re.compile(r"(?P<hash>#{1,6}\s+)|(?:[-*+•]|\d{1,3}[.)])\s+|>\s*")
_TABLE = re.compile(r"^\|.*\|$|^[-:| ]{3,}$|^={3,}$")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split prose into sentences; every span is trimmed of white space.

    A full stop ends a sentence if the text after it can open one, and the text before it is neither
    an abbreviation, an initial nor a number in the middle. A reference number directly after the
    stop ("algorithm.107 The") belongs to the sentence that it closes. A blank line also ends one,
    as after a heading or a list of authors, unless the sentence continues in small letters.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _STOP.finditer(text, start, end):
        if match["blank"]:
            over = text[match.end() : match.end() + 1].islower() and not _FINISHED.search(
                text[max(begin, match.start() - 8) : match.start()]
            )
            if not over:
                spans.append(Span(begin, match.start()))
                begin = match.end()
        elif _ends_sentence(text, begin, match, end):
            spans.append(Span(begin, match.end("close")))
            begin = match.end()
    spans.append(Span(begin, end))
    return [trimmed for span in spans if (trimmed := _trim(text, span)) is not None]


# The pattern matches only at the start of a run of stops; otherwise a long run would be read again
# from each sign.
_STOP = re.compile(
    r"(?P<close>(?<![.!?…。؟！？｡．।])[.!?…。؟！？｡．।]+(?:[\"'”’)\]」』）】》]+)?(?:\d{1,3}(?:[,–-]\d{1,3})*(?=\s+[A-Z\"“(]))?)"
    r"(?P<gap>\s+|(?<=[。！？｡．])|(?<=[。！？｡．][\"'”’)\]」』）】》])|$)"
    r"|(?P<blank>\n[^\S\n]*\n\s*)"
)
_BLANK = re.compile(r"\n[^\S\n]*\n")
_ABBREVIATIONS = frozenset(
    "e.g i.e cf etc al fig figs eq eqs sec secs tab ref refs no nos vol pp p vs approx resp ca dr mr "
    "mrs ms prof st jr sr inc ltd dept est eds ed ch app thm lem def cor prop w.r.t i.i.d a.k.a u.s".split()
)


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    if match.end() >= end or _BLANK.search(match["gap"]):
        return True
    following = text[match.end() : match.end() + 2]
    if match.group("close")[-1].isdigit() and text[match.start() - 1 : match.start()].isdigit():
        return False  # "Claude 4.6 Opus": a version, not a reference number after a full stop
    if match["close"][-1] in "」』" and following[:1] in _AFTER_SPEECH:
        return False  # 「…。」と: the quoted words are part of the sentence
    if text[match.start()] == "．":
        return not following[:1].isdigit()
    if text[match.start()] in "!?…。؟！？｡।":
        return not following[:1].islower()
    word = re.search(r"[\w.]*$", text[max(begin, match.start() - 24) : match.start()])
    last = (word.group() if word else "").lower().strip(".")
    if last in _ABBREVIATIONS and last not in ("etc", "al"):
        return False
    if last in ("etc", "al") and not following[:1].isupper():
        return False
    if (
        len(last) == 1
        and last.isalpha()
        and not text[match.start() - 2 : match.start() - 1].isdigit()
    ):
        return False  # an initial, as in "J. Smith"
    return not following[:1].islower()


_AFTER_SPEECH = frozenset("とっ、，")


def _trim(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end > start else None


# Function words and asking words carry no topic.
STOPWORDS = frozenset(
    """a about above after again against all almost also although always am among an and another any are as at
    be became because become been before being below between both but by can cannot could did do does doing done
    down during each either else even ever every few find finds for found from further had has have having he her
    here hers him his how however i if in instead into is it its itself just kind know let like list made make makes
    many may me might more most much must my near neither never no nor not note notes now of off often on once one
    only or other others our out over own paper papers per quite rather really same say says shall she should show
    shown shows since so some still study such tell than that the their them then there these they thing things
    this those through thus to together too toward towards two under until up upon us use used uses using very via
    was way we well were what whatever when where whether which while who whole whom whose why will with within
    without would yes yet you your called different differ kinds exactly actually mean means get gets give gives
    given ones come comes go goes happen happens happening work works want people someone anything something""".split()
)

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*", re.UNICODE)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, compounds whole and also in their parts.

    In a script without spaces, pairs of characters stand for words.
    """
    found: list[str] = []
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    unspaced = is_unspaced(plain)
    for word in _WORD.findall(apart(plain.lower()) if unspaced else plain.lower()):
        if unspaced and is_unspaced(word):
            continue
        found.append(word)
        if not word.isalnum():
            found.extend(part for part in re.split(r"[-'’.]", word) if part)
    return found + pairs(plain) if unspaced else found


def stems(text: str) -> list[str]:
    """Return the stems of the content words of a text, in order, with repetitions."""
    return [stem(word) for word in words(text) if word not in STOPWORDS and _tells(word)]


def _tells(word: str) -> bool:
    return len(word) > 1 or is_unspaced(word)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Snowball English stem of a lower-case word without its possessive."""
    return str(_stemmer().stemWord(re.sub(r"['’]s$", "", word)))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


_NUMBER = re.compile(
    r"(?<![\w.])[-−–]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\{?[-−+]?\d+\}?)?"
    r"\s?(%|percent|per cent|points?|bits?|nats?|[KMBT]\b|x\b)?",
    re.IGNORECASE,
)
_ON_LINE = str.maketrans("⁺⁻−⁰¹²³⁴⁵⁶⁷⁸⁹", "+--0123456789")
_UNITS = {"percent": "%", "per cent": "%", "point": "points", "bit": "bits", "nat": "nats"}


def numbers(text: str) -> set[tuple[str, str]]:
    """Return the numbers of a text with the unit that follows, in a canonical form.

    "44 %", "44%" and "44 percent" are all ("44", "%"); "1,000" is ("1000", ""), "10⁻⁵" ("10^-5",
    "").
    """
    found = set()
    for match in _NUMBER.finditer(apart(text)):
        whole, fraction, power, unit = match.groups()
        unit = (unit or "").lower()
        digits = whole.replace(",", "") + (fraction or "").rstrip("0").rstrip(".")
        digits += "^" + power.translate(_ON_LINE).strip("^{}") if power else ""
        found.add((digits, _UNITS.get(unit, unit)))
    return found


REFUSAL = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|cannot|nothing|nobody|fails?|failed|lacks?|absent|wrong)\b"
    r"|n['’]t\b|\b(?:hardly|barely|rarely|seldom)\b|\bagainst the\b",
    re.IGNORECASE,
)
ABSENCE = re.compile(
    r"\bno (?:[\w-]+ ){1,5}(?:is|are|was|were) (?:measured|tested|studied|recorded|given|reported|included)\b"
    r"|\bno (?:note|source|paper|study|result|figure|measurement)s?\b"
    r"|\bnot (?:a |been )?(?:defined|measured|tested|recorded|studied|reported|known|settled|seen|covered|answered)\b"
    r"|\bnot in this (?:collection|corpus|list)\b|\bnot the\b|\bnot explained\b|\bagainst the reading\b"
    r"|\b(?:open question|unknown|unsettled|unresolved|unclear|untested|undefined|not yet)\b"
    r"|\b(?:left|leaves?|stays|remains|is|are)(?: itself)? open\b|\bleaves? open\b",
    re.IGNORECASE,
)


def negated(text: str) -> bool:
    """Return whether the text has an odd number of negations, so that its sense is reversed."""
    return len(REFUSAL.findall(text)) % 2 == 1


def orders(text: str) -> list[Span]:
    """Return the sentences of a text that are orders to the machine that reads it."""
    spoken = (
        span for block in blocks(text) for span in sentences(text, block.span.start, block.span.end)
    )
    return [span for span in spoken if gives_orders(span.of(text))]


def without_orders(text: str) -> str:
    """Return the text without its orders to machines."""
    at, kept = 0, []
    for span in orders(text):
        kept.append(text[at : span.start].rstrip())
        at = span.end
    return "".join([*kept, text[at:]]).strip() if kept else text


def stands_alone(text: str, *, finished: bool = True, ordering: bool = False) -> bool:
    """Return whether a sentence can be quoted alone: long enough, finished, not depending on the one before.

    A sentence that opens with "It" or "However" needs its neighbour; a line of a table, a reference
    or a formula is not a sentence; an order to a machine states nothing, and is quoted only if
    `ordering` is true. If `finished` is false, as for a reader's own notes, a line without a full
    stop is accepted, and so are the fragments that are refused in a paper.
    """
    tokens = text.split()
    return (
        5 <= reading_length(text) <= 90
        and (not finished or _FINISHED.search(text) is not None)
        and _BEGINS.match(text) is not None
        and not _LEANING.match(text)
        and not (finished and is_fragment(text))
        and not _CAPTION.match(text)
        and (ordering or not gives_orders(text))
        and len(_REFERENCE.findall(text)) < 3
        and _letters(text) >= 0.6 * sum(map(len, tokens))
    )


# A full stop with the marks that close after it, and a reference number directly after it; not that
# of 61.2.
_FINISHED = re.compile(
    r"[.!?:…。！？｡．؟।][\"'”’)\]」』）】》]*(?:(?<!\d\.)\d{1,3}(?:[,–-]\d{1,3})*)?\s*$"
)


def leans(text: str) -> bool:
    """Return whether a sentence depends on the one before: "It needs 12 GB", "However, ..."."""
    return _LEANING.match(text) is not None


def _letters(text: str) -> int:
    """Return how many letters a text has."""
    if text.isascii():
        return len(text.encode("ascii").translate(None, _NO_ASCII_LETTER))
    return len(_NO_LETTER.sub("", text))


# A caption describes what stands beside it, which is not quoted with it.
_CAPTION = re.compile(r"(?:Table|Figure|Fig\.|Algorithm|Listing)\s*\d+\s*[:.|]")
# A capital, a digit, a quotation; or a name in lower case ("o1-like", "mRNA", "alpha-ReQ",
# "k-means").
_BEGINS = re.compile(r"[\"“'(]|[^a-z\W_]|[^\x00-\x7f]|[a-z]+-?[A-Z\d]|[a-z]-[a-z]")
_NO_LETTER = re.compile(r"[\W\d_]+")
_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalpha())
# "It would be wrong to say that ..." depends on no other sentence.
_LEANING = re.compile(
    r"(?!It (?:is|was|would be|remains) \w+ (?:to|that|whether)\b)"
    r"(?:It|They|He|She|These|Those|This|That|Such|However|Moreover|Furthermore|Additionally|Therefore|Thus|Hence|"
    r"Besides|But|And|So|Then|Instead|Similarly|Likewise|Conversely|Specifically|For example|For instance|"
    r"In addition|In contrast|As a result|On the other hand|Both of these|The former|The latter|Also|Here)\b"
    r"(?!\s+(?:paper|work|study|article|survey|note)\b)"
    r"|(?:它|他们|她们|这些?|那些?|該|该|然而|但是?|因此|所以|此外|而且|例如|これら?|それら?|その|しかし|また|さらに|そのため|"
    r"例えば|つまり|이는|이것|그것|그러나|하지만|따라서|또한|그리고|예를 들어)(?!项研究|篇论文|篇文章|研究)"
)
_REFERENCE = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
