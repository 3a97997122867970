"""Make the window's pages: data comes in, escaped HTML goes out; its style and script lie beside them."""

from pathlib import Path


def style() -> str:
    """Return the style sheet of the window."""
    return (Path(__file__).parent / "style.css").read_text("utf-8")


def script() -> str:
    """Return the script that every page runs once: clicks become events, Escape closes, a new passage gets focus."""
    return (Path(__file__).parent / "window.js").read_text("utf-8")
