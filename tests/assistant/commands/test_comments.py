"""Comments are dated, removed by number, and cited once they are notes; a refused comment gives one line."""

import pytest

from assistant.library.days import is_day

SAID = "The otters of the middle layers juggle pebbles when nobody measures them."


@pytest.fixture
def run(inquire, own_library):
    return lambda *arguments: inquire("comment", *arguments, "--data-dir", str(own_library))


def test_comments_are_dated_listed_and_taken_back(run):
    assert run("middle-layers", "--json").document["comments"] == []
    run("middle-layers", "First.")
    both = run("middle-layers", "Second,\nin two lines.", "--json").document["comments"]
    assert [each["text"] for each in both] == ["First.", "Second,\nin two lines."]
    assert all(is_day(each["day"]) for each in both)
    assert [line.split("  ")[2] for line in run("middle-layers").out.splitlines()] == [
        "First.",
        "Second, in two lines.",
    ]
    left = run("middle-layers", "--remove", "1", "--json").document["comments"]
    assert left == both[1:]


def test_a_comment_that_is_made_a_note_is_cited_by_an_answer(run, inquire, own_library):
    run("middle-layers", SAID)
    made = run("middle-layers", "--note", "1", "--json").document["note"]
    assert made.startswith("comment-middle-layers-")
    assert run("middle-layers", "--note", "1", "--json").document["note"] == made
    asked = inquire(
        "ask", "What do otters juggle?", "--json", "--data-dir", str(own_library)
    ).document
    cited = [citation for sentence in asked["sentences"] for citation in sentence["citations"]]
    assert {"source": made, "quote": SAID}.items() <= cited[0].items()
    page = inquire("paper", made, "--json", "--data-dir", str(own_library)).document
    assert page["title"].startswith("Comment on “")
    assert {"to": "middle-layers", "kind": "note-on"} in page["metadata"]["relations"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [(("middle-layers", "  "), 2, "Type the comment"), (("middle-layers", "x" * 20_001), 2, "20,001 characters"),
     (("middle-layers", "--remove", "1"), 2, "no comment 1"), (("middle-layers", "--note", "0"), 2, "no comment 0"),
     (("middle-layers", "Yes.", "--note", "1"), 2, "one of them"), (("nothing-such", "Yes."), 2, "nothing-such")],
)  # fmt: skip
def test_wrong_use_is_one_line(run, arguments, code, says):
    ran = run(*arguments)
    assert ran.code == code
    assert says in ran.err
    assert len(ran.err.strip().splitlines()) == 1
