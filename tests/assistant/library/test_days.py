"""A day has one form, and only that form is a day."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.days import is_day, today


@given(st.dates())
def test_every_date_has_a_form_that_is_a_day(date):
    assert is_day(date.isoformat())


@pytest.mark.parametrize(
    "value", ["20261130", "2026-W48-1", "2026-11-31", "2026-11-30T00:00", "", None, 2026]
)
def test_other_forms_and_days_that_are_none_are_no_day(value):
    assert not is_day(value)


def test_today_is_the_day_in_universal_time():
    assert abs(datetime.date.fromisoformat(today()) - datetime.date.today()).days <= 1
