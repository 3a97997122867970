"""Find the names, quoted phrases and numbers of a question: words that nothing else can replace."""

import re

from assistant.question.terms import is_function

# A longer text between quotation marks is not read as a phrase; this is about the length of a
# title.
_LONGEST = 120
_QUOTED = re.compile(
    rf"[\"“”](?P<double>[^\"“”]{{1,{_LONGEST}}})[\"“”]|(?<![\w])['‘](?P<single>[^'‘’]{{1,{_LONGEST}}})['’](?!\w)"
)
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]")
_ENDS = frozenset(".?!:")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:[-–]\d[\d.]*)?(?:[kmbtx])?", re.IGNORECASE)


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a text and its quoted phrases, each once, in reading order.

    A name is written with a capital that does not merely open a sentence, or with a digit beside
    its letters ("o1", "Llama-2-13B"). Successive capitalised words are one name ("Deja Vu"), and so
    is a name with its version ("GPT 5.4"). A hyphen before a word in small letters ends a name:
    "GRPO-style" gives GRPO. Numbers alone, with a scale ("70B"), are not names, nor is a quotation
    of more than `_PHRASE` words.
    """
    found: list[tuple[int, str]] = []
    quoted = [
        match.span()
        for match in _QUOTED.finditer(text)
        if len((match["double"] or match["single"]).split()) <= _PHRASE
    ]
    found += [(start, phrase) for start, end in quoted if (phrase := text[start:end].strip(_MARKS))]
    plain = list(text)
    for start, end in quoted:
        plain[start:end] = "." * (end - start)
    run = _Run(found)
    opens = True
    for match in _TOKEN.finditer("".join(plain)):
        word = match.group()
        run.take(match.start(), word, _own(word, opens=opens), opens=opens)
        opens = word in _ENDS
    run.close()
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


# A quoted phrase has at most this many words; a longer quotation is a statement, which others may
# say in other words.
_PHRASE = 4
_MARKS = " .,;:\"'“”‘’"


class _Run:
    """Successive words that form one name; a complete name goes to `found`."""

    def __init__(self, found: list[tuple[int, str]]) -> None:
        self._found = found
        self._words: list[str] = []
        self._start = self._end = 0
        self._opening = ""

    def take(self, start: int, word: str, own: str, *, opens: bool) -> None:
        """Take the next word of the text, with the name that it is or begins with."""
        adjoins = start == self._end + 1
        if self._opening and adjoins and _SURNAME.fullmatch(own):
            self._words, self._start = [self._opening], self._end - len(self._opening)
        self._opening = ""
        if self._words and adjoins and (own or _VERSION.fullmatch(word)):
            self._words.append(own or word)
        else:
            self.close()
            if own:
                self._words, self._start = [own], start
            elif opens and _SURNAME.fullmatch(word) and not is_function(word.lower()):
                self._opening = word
        self._end = start + len(word)
        if own and own != word:
            self.close()  # nothing joins after "GRPO-style"

    def close(self) -> None:
        """End the present name."""
        if self._words:
            self._found.append((self._start, " ".join(self._words)))
        self._words = []


_SURNAME = re.compile(r"[^\W\d_a-z][a-zà-ÿ]+")
# A short number after a name is its version; one with two digits before the point counts something.
_VERSION = re.compile(r"\d(?:\.\d+)?")


def _own(token: str, *, opens: bool) -> str:
    """Return the name that a word is or begins with, or nothing."""
    plain = re.sub(r"['’]s?$", "", token)
    if _NUMBER.fullmatch(plain) or is_function(plain.lower()) or not plain[:1].isalnum():
        return ""
    if "-" in plain and not re.search(r"-[^a-z]", plain):
        plain = plain.split("-", 1)[0]  # "GRPO-style", "mid-layer"
    elif match := re.fullmatch(r"[a-z]+-([A-Z]{2,})", plain):
        plain = match[1]  # "pure-RL"
    if len(plain) < 2 or _NUMBER.fullmatch(plain):
        return ""
    marked = any(c.isupper() for c in plain[1:]) or (
        any(c.isdigit() for c in plain) and any(c.isalpha() for c in plain)
    )
    capital = plain[0].isupper() and not opens
    if re.fullmatch(r"[A-Z]{2,}s", plain):
        return plain[:-1]
    return plain if marked or capital else ""


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the numbers of a text that belong to no name, as they were typed, each once.

    A unit written without a space is kept ("70B", "99.5%"); the number before a hyphen counts
    ("5-digit" contains 5).
    """
    named = {word for name in names_in(text) for word in name.split()}
    found = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in named:
            continue
        number = _NUMBER.match(token)
        if number and (number.end() == len(token) or token[number.end()] == "-"):
            percent = "%" if text[match.end() : match.end() + 1] == "%" else ""
            found.append(number.group() + (percent if number.end() == len(token) else ""))
    return tuple(dict.fromkeys(found))
