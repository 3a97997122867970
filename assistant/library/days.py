"""A library writes days as 2026-11-30, in universal time."""

import datetime


def today() -> str:
    """Return the present day."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def is_day(value: object) -> bool:
    """Return whether a value is a day in this form."""
    try:
        # Weeks, and days without hyphens, are valid dates of the same standard.
        return isinstance(value, str) and datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
