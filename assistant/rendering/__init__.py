"""Render answers and hits as JSON, Markdown and HTML; the same answer gives the same bytes."""

from typing import TYPE_CHECKING

from probes import on_demand

if TYPE_CHECKING:
    from assistant.rendering import data, docx, html, markdown, pdf, unfolding, wording
else:
    __getattr__ = on_demand.files(__name__)
