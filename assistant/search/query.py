"""Read the filters in a question, such as `source:KEY`, `year:2020`, `kind:note`, `tag:x`, "a phrase", -word."""

import re
from dataclasses import dataclass

from assistant.text.prose import Span

FIELDS = ("source", "year", "kind", "tag", "collection")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The conditions on a passage; several values of one field are alternatives.

    Values are kept as typed, because only a library can tell whether there is such a source, year,
    kind, tag or collection (`assistant.search.filtering`). `excluded` are keys of sources that are
    left out, typed as `-source:KEY`. A passage must contain all `phrases` and none of the words in
    `without`. A `word` stood alone in quotation marks, as the subject of a question often does:
    passages must contain it only if at least one does.
    """

    source: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def within(self) -> bool:
        """Return whether a filter concerns the text of a passage, and not only its source."""
        return bool(self.phrases or self.words or self.without)


@dataclass(frozen=True, kw_only=True)
class Query:
    """The words of a question, and the filters that were taken out of it.

    `quoted` are the spans of `text` that stood in quotation marks or after a plus: a phrase is both
    a filter and part of the question, so its words stay.
    """

    text: str
    filters: Filters = Filters()
    quoted: tuple[Span, ...] = ()

    def render(self) -> str:
        """Return the query as one would type it; parsing the result gives this query again."""
        parts, at = [], 0
        for span in self.quoted:
            phrase = span.of(self.text)
            plus = "+" if _alone(phrase) and phrase in self.filters.phrases else ""
            parts += [self.text[at : span.start], f'{plus}"{phrase}"']
            at = span.end
        words = "".join([*parts, self.text[at:]])
        named = {**{name: name for name in FIELDS}, "-source": "excluded"}
        fields = [
            f"{typed}:{_value(value)}"
            for typed, name in named.items()
            for value in getattr(self.filters, name)
        ]
        return " ".join(filter(None, [words, *fields, *(f"-{w}" for w in self.filters.without)]))


def parse(question: str) -> Query:
    """Take the filters out of a question. This never fails: text that is no filter stays as it is.

    A filter stands between spaces. These are no filters: other names before a colon ("ratio:3"), a
    hyphen or a plus inside a word, before a number or alone, and a quotation mark without its
    partner. A question without filters is returned unchanged, character by character.
    """
    names = (*FIELDS, "excluded", "phrases", "words", "without")
    found: dict[str, list[str]] = {name: [] for name in names}
    text, quoted, at = "", [], 0
    for match in _FILTER.finditer(question):
        text += question[at : match.start()]
        at = match.end()
        if phrase := match["phrase"] or match["must"]:
            quoted.append(Span(len(text), len(text) + len(phrase)))
            text += phrase
            asked_for = match["must"] or match["plus"] or not _alone(phrase)
            found["phrases" if asked_for else "words"].append(phrase)
            continue
        name = match["name"].lower() if match["name"] else "without"
        name = "excluded" if name == "-source" else name
        found[name].append(match["inner"] or match["value"] or match["word"])
        # A removed filter takes one of the two spaces around it along.
        if text[-1:].isspace() and not question[at : at + 1].isspace():
            text = text[:-1]
        elif not text[-1:].strip() and question[at : at + 1].isspace():
            at += 1
    found["words"] = [word for word in found["words"] if word not in found["phrases"]]
    filters = Filters(**{name: tuple(dict.fromkeys(values)) for name, values in found.items()})
    return Query(text=text + question[at:], filters=filters, quoted=tuple(quoted))


def scoped(question: str, scope: Filters) -> str:
    """Return the question with filters in parsed form typed after it."""
    return f"{question} {Query(text='', filters=scope).render()}" if scope else question


def _alone(phrase: str) -> bool:
    """Return whether a phrase is a single word."""
    return len(phrase.split()) == 1


def _value(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


_OPEN = r"(?<![^\s(\[])"
_CLOSE = r"(?=[?!.,;:)\]]*(?:\s|$))"
_FILTER = re.compile(
    rf"""{_OPEN}(?:
      (?P<name>(?i:-?source|year|kind|tag|collection)):
        (?:"(?P<inner>[^"\s](?:[^"]*[^"\s])?)"|(?P<value>[^\s"]*[^\s"?!.,;:)\]]))
    | -(?P<word>[^\W\d_]{{2,}}(?:[-'’][^\W_]+)*)
    | \+(?P<must>[^\W\d_]{{2,}}(?:[-'’][^\W_]+)*)
    | (?P<plus>\+)?["“](?=[^"“”]*\w)(?P<phrase>[^"“”\s](?:[^"“”]*[^"“”\s])?)["”]
    ){_CLOSE}""",
    re.VERBOSE,
)
