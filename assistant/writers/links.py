"""Tell a sentence that only links or advises from one that states a fact, which needs a quote to be shown."""

import re

from assistant.question.names import names_in, numbers_in


def states_fact(text: str, question: str) -> str:
    """Return why a sentence without a quote states a fact, or "" if it only links, asks or advises.

    Numbers and names may be those of the question. A link addresses the reader, asks, or comments
    on the question and the answer; a sentence about the world itself is a claim.

    Args:
        text: The sentence.
        question: The question of its answer.
    """
    if found := _new(numbers_in(text), numbers_in(question)):
        return f"it states a number, {found}, and names no quote"
    if found := _new(_proper(text), names_in(question)):
        return f"it names {found} and no quote"
    if compared := _COMPARED.search(text):
        return f"it compares (“{compared.group()}”) and names no quote"
    if reported := _REPORTED.search(text):
        return f"it reports what was found (“{reported.group()}”) and names no quote"
    if not (text.rstrip().endswith("?") or _ADVISES.match(text) or _SPEAKS.search(text)):
        return "it states something and names no quote"
    return ""


def announces(text: str, question: str) -> bool:
    """Return whether a deck only says what is asked: "This asks whether ...", with no number or name of its own."""
    return (
        _ANNOUNCES.match(text) is not None
        and not _new(numbers_in(text), numbers_in(question))
        and not _new(_proper(text), names_in(question))
    )


def _proper(text: str) -> tuple[str, ...]:
    """Return the names of a text without words that are only in quotation marks."""
    return tuple(name for name in names_in(text) if not name.islower())


def _new(found: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """Return the first item that the question lacks."""
    known = " ".join(asked).lower()
    return next((each for each in found if each.lower() not in known), "")


_ANNOUNCES = re.compile(
    r"This (?:question )?(?:asks|checks|sorts out|gathers|takes|explores|weighs|compares)\b"
)
# Spelled-out numbers from three on count something; "one" and "two" also order an argument.
_COMPARED = re.compile(
    r"\b(?:than|as \w+ as|more|less|fewer|most|least|best|worst|better|worse|higher|lower|larger|smaller|greater|"
    r"faster|slower|stronger|weaker|twice|half|double|equal(?:ly)?|always|never|every|all|none|three|four|five|six|"
    r"seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|per ?cent|percent)\b",
    re.IGNORECASE,
)
# These words report findings, or what the library holds or lacks; only the program may say the
# latter.
_REPORTED = re.compile(
    r"\b(?:shows?|showed|shown|found|proves?|proved|proven|demonstrates?|demonstrated|reveals?|confirms?|suggests?|"
    r"indicates?|establish(?:es|ed)|means|implies|caused|leads? to|cannot|no (?:note|source|paper|study|evidence))\b"
    r"|\b(?:list|collection|notes?|sources?|papers?|stud(?:y|ies))\b (?:\w+ )?"
    r"(?:holds?|gives?|lacks?|contains?|remarks?|says?|reports?|leaves?|does|do|propose)\b",
    re.IGNORECASE,
)
# These verbs open advice to the reader.
_ADVISES = re.compile(
    r"(?:(?:So|Then|Until \w+(?: \w+)* it|For now|Either way|In practice|If you \w+[\w\s]*|Before \w+[\w\s]*)"
    r"(?:, then)?,? )?"
    r"(?:do not |don't )?(?:add|ask|check|choose|compare|count|decide|distrust|give|hold|keep|look|measure|name|note|"
    r"prefer|quote|read|repeat|report|rerun|sample|say|separate|start|state|take|test|time|treat|trust|try|use|wait|"
    r"weigh|write)\b",
    re.IGNORECASE,
)
# These are words for the question, for statements about it, and for the course of the argument.
_SPEAKS = re.compile(
    r"\b(?:question|answer|claim|word|wording|reading|picture|headline|story|summary|verdict|evidence|list|notes?|"
    r"contrast|distinction|difference|objection|caveat|caution|condition|limit|reservation|sense|point|side|choice|"
    r"tension|puzzle|reason|idea|exception|comparison|you|your)s?\b",
    re.IGNORECASE,
)
