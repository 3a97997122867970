"""A terminal shows Markdown without its marks."""

from assistant.commands.terminal import bar, formatted


def test_marks_become_formatting_and_every_word_stays():
    shown = formatted("# Head\n\nSome *stressed* words.\n\n- one\n- two")
    assert "*" not in shown
    assert "#" not in shown
    assert all(word in shown for word in ("Head", "stressed", "one", "two"))


def test_a_bar_takes_any_message(capsys):
    with bar() as report:
        report("reading [red]a[/nothing] \x1b[31m" + "x" * 200, 0.5)
    assert "\x1b[31m" not in capsys.readouterr().err
