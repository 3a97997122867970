"""Each row of the tables that tell names from places and heads is needed: without it a phrase would be a name."""

import re

import pytest

from assistant.readers import pdf_names
from assistant.readers.pdf_names import is_name, is_place, may_be_surname, tells_place

PLACES = [
    "North Sea University", "Whale Institute", "Sea Department", "Ecology Dept", "Whale Laboratory", "Whale Research",
    "Whale Center", "Sea Centre", "Norwegian Academy", "Sea Faculty", "Whale Ministry", "Whale Agency",
    "Whale Council", "Sea Observatory", "Bergen Polytechnic", "Whale Inc", "Whale Ltd", "Whale Corp",
    "Whale Corporation", "Whale Company", "Whale Technologies", "Marine Sciences", "Whale Group", "Whale Team",
    "Whale Foundation", "Whale Society", "Whale Association", "Whale Bureau", "Google Brain", "Microsoft Asia",
    "Facebook Paris", "Amazon Berlin", "Nvidia Toronto", "IBM Zurich", "DeepMind London", "OpenAI London",
    "Anthropic London", "Adobe Paris",
]  # fmt: skip
SURNAMES = [
    "Paul Lab", "Old Labs", "Jane College", "Ann School", "Rose Hospital", "Ida Clinic", "Jo Museum", "Tyra Bank",
    "Sam Church", "Lin Ai", "Ana Meta", "Fiona Apple", "Leo Intel",
]  # fmt: skip
NO_NAMES = [
    "Your Heads", "The Heads", "Heads And Tails", "Heads Of Whales", "Heads For Whales", "Heads At Sea",
    "Heads With Tails", "Heads From Norway", "Whale Proceedings", "Whale Conference", "Whale Preprint",
    "Anonymous Whale", "Whale Authors", "Whale Submission", "Equal Contribution", "Corresponding Whale",
    "Whale Correspondence", "Whale Highlights", "Whale Article",
]  # fmt: skip
HEADS = [
    "Working Paper", "Discussion Papers", "White Paper", "Technical Report", "Research Memo", "Policy Note",
    "Conference Version", "Position Paper", "Short Paper", "Full Paper", "First Draft", "This Version",
    "Current Version", "Latest Version", "Final Version", "Preliminary Draft", "Revised Version", "Internal Report",
    "Annual Report", "Draft Paper",
]  # fmt: skip


@pytest.mark.parametrize("phrase", PLACES)
def test_a_place_of_work_is_no_name(phrase):
    assert not is_name(phrase)
    assert is_place(phrase)


@pytest.mark.parametrize("phrase", SURNAMES)
def test_a_surname_that_is_a_place_word_is_a_name_and_tells_a_place(phrase):
    assert is_name(phrase)
    assert may_be_surname(phrase)
    assert tells_place(phrase)
    assert not is_name(" ".join(phrase.split()[1:] * 2)), "the place word alone is none"


@pytest.mark.parametrize("phrase", NO_NAMES + HEADS + ["Whale Journal"])
def test_a_head_or_a_note_is_no_name(phrase):
    assert not is_name(phrase)


@pytest.mark.parametrize(
    "name", ["Hanna White", "Ivo Short", "Jo Policy", "White Nine", "Ann Draft"]
)
def test_a_word_of_a_head_alone_may_be_a_surname(name):
    assert is_name(name)


@pytest.mark.parametrize(
    ("table", "phrases"),
    [
        (pdf_names.PLACES, PLACES), (pdf_names.PLACES_OR_SURNAMES, SURNAMES), (pdf_names.NO_NAMES, NO_NAMES),
        (pdf_names.STATES + pdf_names.DOCUMENTS, HEADS),
    ],
    ids=["places", "surnames", "no names", "heads"],
)  # fmt: skip
def test_every_row_has_its_phrase(table, phrases):
    for row in table:
        alone = [p for p in phrases if re.search(rf"\b(?:{row})\b", p, re.IGNORECASE)]
        assert alone, f"no phrase tests the row {row}"
