"""Render answers and hits as JSON, Markdown and HTML; the same answer gives the same bytes."""

from assistant.rendering.data import answer_json, search_json
from assistant.rendering.html import to_html
from assistant.rendering.markdown import to_markdown
from assistant.rendering.unfolding import at_length, unfolded

__all__ = ["answer_json", "search_json", "to_html", "to_markdown", "at_length", "unfolded"]
