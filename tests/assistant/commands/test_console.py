"""Names and values stand in two columns, and nothing in them moves the cursor."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.commands.console import aligned, progress

WORDS = st.text("abc ", min_size=1, max_size=9).filter(lambda word: word == word.strip())


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1))
def test_every_value_begins_at_the_same_column(rows):
    width = max(len(name) for name, _ in rows)
    assert [line[width + 2 :] for line in aligned(rows).split("\n")] == [v for _, v in rows]


def test_no_rows_are_no_text_and_an_escape_is_shown():
    assert aligned([]) == ""
    assert "\x1b" not in aligned([("name", "\x1b[31mred")])


def test_progress_is_silent_where_stderr_is_no_terminal(capsys):
    with progress() as report:
        report("half", 0.5)
    assert capsys.readouterr() == ("", "")
