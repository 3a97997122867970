"""The window's pages: nouns in, escaped HTML out; its style and its script beside them."""

from pathlib import Path


def style() -> str:
    """Return the style sheet of the window."""
    return (Path(__file__).parent / "style.css").read_text("utf-8")


def script() -> str:
    """Return what every page runs once: clicks become events, Escape closes, a new passage gets focus."""
    return (Path(__file__).parent / "window.js").read_text("utf-8")
