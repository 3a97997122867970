"""Hooks of mkdocs: they add the cards and the changelog to the site, which loads nothing from elsewhere."""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# Pages that live outside docs/, by their place in the repository and in the site.
BESIDE = ("CHANGELOG.md", "training/README.md", "training/judge.md", "training/selector.md")

_LINK = re.compile(r"(\]\()([^)#\s:]+\.md)(?=[#)])")
# Tags that make a browser fetch something on its own; a link that a reader may click is not one of them.
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:https?:)?//"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload))[^>]*\bhref=[\"']?(?:https?:)?//",
    re.IGNORECASE,
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that live outside docs/."""
    root = Path(config.config_file_path).parent
    for place in BESIDE:
        files.append(File.generated(config, place, abs_src_path=str(root / place)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links between docs/ and the pages beside it to where they stand in the site."""
    del config, files
    here = page.file.src_uri
    folder = posixpath.dirname(here if here in BESIDE else f"docs/{here}")

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        if target not in BESIDE and not target.startswith("docs/"):
            return link[0]
        place = target.removeprefix("docs/")
        return link[1] + posixpath.relpath(place, posixpath.dirname(here) or ".")

    return _LINK.sub(moved, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Refuse a page that would fetch anything from another host.

    Raises:
        PluginError: the page would fetch something; the message shows the tag.
    """
    del config
    found = _FETCHED.search(output)
    if found:
        raise PluginError(f"{page.file.src_uri} would load from elsewhere: {found[0]}")
    return output
