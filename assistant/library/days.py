"""Days as a library writes them: 2026-11-30, in universal time."""

import datetime


def today() -> str:
    """Return the day that it is."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def is_day(value: object) -> bool:
    """Return whether a value is a day written so."""
    try:
        # Weeks, and days without hyphens, are dates of the same standard.
        return isinstance(value, str) and datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
