"""A setting shows its value even where it is none of the choices, and one that is fixed says why."""

import re

from assistant.views.preferences import Choice, page

CHOICE = Choice(
    name="length",
    label="How much",
    value="brief",
    options=(("brief", "Brief"), ("full", "Full")),
    cost="Nothing.",
)


def test_the_present_value_is_chosen():
    shown = page([CHOICE], {"library": "/a"})
    assert re.search(r"<option[^>]*value=\"brief\"[^>]*selected", shown)
    assert "Nothing." in shown
    assert "/a" in shown


def test_a_value_that_is_no_choice_is_shown_and_a_fixed_one_cannot_be_changed():
    other = Choice(**{**vars(CHOICE), "value": "<b>", "fixed": "Set in the environment."})
    shown = page([other], {})
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert re.search(r"<select[^>]*disabled", shown)
    assert "Set in the environment." in shown
    assert "Nothing." not in shown
