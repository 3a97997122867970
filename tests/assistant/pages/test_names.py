"""Works have the names that their notes give them, and doubts about their authors are stated."""

import pytest

from assistant.pages.names import cut, dated, listed, made_by, name, names_itself, who
from assistant.types import Kind, Source


def source(text: str = "", key: str = "bees", kind: Kind = "note", **metadata: object) -> Source:
    return Source(
        key=key,
        kind=kind,
        title="Where do bees fly?",
        claim="",
        text=text,
        content_hash="",
        metadata=metadata,
    )


@pytest.mark.parametrize(
    ("key", "text", "called"),
    [
        ("deer", "DEER stops early. The savings of DEER are large.", "DEER"),
        ("dynasor", "Dynasor stops. The answers of Dynasor settle.", "Dynasor"),
        ("mirage", "The mirage paper finds it. In the mirage paper it is so.", "the mirage paper"),
        ("not-taken", "It is so in The Not Taken. Not so in The Not Taken.", "The Not Taken"),
        ("rl-nets", "In the RL nets study RL nets differ. The RL nets study says so.", "the RL nets study"),
    ],
)  # fmt: skip
def test_a_note_calls_its_work_by_the_words_of_its_key(key: str, text: str, called: str) -> None:
    assert name(source(text, key)) == called
    assert names_itself(text, source(text, key))


def test_a_work_that_its_note_does_not_name_has_its_short_title_or_its_authors() -> None:
    assert name(source(paper="Dances: How bees talk")) == "Dances"
    assert (
        name(source(paper="How bees talk to bees", authors=["Ada Lee", "Bo Li"], year=2020))
        == "Lee and Li (2020)"
    )
    assert (
        name(source(paper="How bees talk", authors=["Ada Lee"], authors_complete=False, year=2020))
        == "Lee and others (2020)"
    )
    assert dated(source(paper="Dances: How bees talk", year=2020)) == "Dances (2020)"


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"authors": ["A B", "C D"], "venue": "ICML 2020 (oral)", "year": 2020}, "by A B and C D (ICML 2020)."),
        ({"authors": ["A B"], "authors_complete": False, "year": 2020}, "by A B and others (2020)."),
        ({"authors": ["A", "B", "C", "D"]}, "by A and others."),
        ({"authors": ["A B"], "venue": "ACL", "year": 2020, "venue_verified": False},
         "by A B (ACL, 2020, venue not verified)."),
    ],
)  # fmt: skip
def test_who_made_it_is_told_with_its_doubts(metadata: dict, said: str) -> None:
    assert who(source(paper="How bees talk", **metadata)) == f"The work is “How bees talk” {said}"


def test_a_source_without_authors_is_said_to_name_none() -> None:
    assert "names no authors" in who(source())
    assert made_by([source()]) == ""


def test_those_who_made_several_stand_in_one_sentence() -> None:
    both = [
        source(paper="Dances: How", authors=["A B"], year=2020),
        source(paper="Hives: Why", authors=["C D"]),
    ]
    assert made_by(both) == "Dances is by A B (2020) and Hives by C D."


def test_a_long_title_loses_what_follows_its_colon_or_its_end() -> None:
    assert cut("Bees: " + "a b c d " * 9, 8) == "Bees: a b c d a b c ..."
    assert cut("How do bees fly? " + "a b c d " * 9, 8) == "How do bees fly?"
    assert cut("How bees fly", 8) == "How bees fly"


def test_parts_are_listed_as_a_person_does() -> None:
    assert [listed(["A", "B", "C"][:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]
