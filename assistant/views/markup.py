"""Build escaped HTML: everything not made by `tag` is text, and text never becomes a tag."""

import base64
import html
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from assistant.printable import visible
from assistant.text.prose import orders


class Html(str):
    """HTML that is safe to show. Only `tag` and `join` make it; a plain string is text."""

    __slots__ = ()


_VOID = frozenset({"br", "hr", "img", "input"})


def tag(name: str, /, *children: str | None, **attributes: Any) -> Html:
    """Return an element; children that are not `Html` are escaped, None is left out.

    Attribute names are written with underscores (`data_do`, `class_`); None and False leave an
    attribute out, True writes its bare name.
    """
    opened = f"<{name}{_attributes(attributes)}>"
    return Html(opened if name in _VOID else f"{opened}{join(*children)}</{name}>")


def join(*parts: str | None, between: str = "") -> Html:
    """Return parts one after the other; those that are not `Html` are escaped."""
    shown = (part if isinstance(part, Html) else text(part) for part in parts if part is not None)
    return Html(text(between).join(shown))


def text(value: Any) -> Html:
    """Return plain text as HTML; control characters and reversed reading are made visible."""
    return Html(html.escape(visible(str(value)), quote=True))


def told(said: str) -> Html:
    """Return words of a document, with orders to machines marked."""
    return marked(said, (0, 0), [(span.start, span.end) for span in orders(said)])


def marked(said: str, quote: tuple[int, int], ordered: Sequence[tuple[int, int]]) -> Html:
    """Return words of a document with a stretch in `mark`, and with orders to machines marked.

    A stretch may begin before the words or end after them.
    """
    spans = [(max(low, 0), min(high, len(said))) for low, high in (quote, *ordered)]
    cuts = sorted(
        {0, len(said), *(place for low, high in spans if low < high for place in (low, high))}
    )
    pieces = []
    for low, high in pairwise(cuts):
        inside = [first <= low and high <= last for first, last in spans]
        piece = tag("mark", said[low:high]) if inside[0] else text(said[low:high])
        pieces.append(tag("span", piece, class_="order") if any(inside[1:]) else piece)
    return join(*pieces)


def button(label: str, do: str, /, **attributes: Any) -> Html:
    """Return a button that reports `do` with its data-* values to the window."""
    attributes = {"type": "button", "class_": "quiet", "data_do": do} | attributes
    return tag("button", label, **attributes)


def link(url: str, label: str) -> Html:
    """Return an outside link that opens in its own tab, or bare text if the address is not a web page."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:  # such as http://[
        scheme = ""
    if scheme not in ("http", "https"):
        return text(label)
    return tag("a", label, href=url, target="_blank", rel="noopener noreferrer")


def picture(kind: str, data: bytes, alt: str) -> Html:
    """Return a picture inside the page; in an `img` not even an SVG can run scripts."""
    source = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return tag("img", src=source, alt=alt)


def folded(summary: str, *children: str | None, name: str = "", **attributes: Any) -> Html:
    """Return a part that opens on request; `name` lets the window keep it open through an update."""
    identity = {"data_fold": name} if name else {}
    return tag("details", tag("summary", summary), *children, **identity, **attributes)


def table(rows: Mapping[str, str]) -> Html:
    """Return names and values, one pair on each line; empty values are left out."""
    pairs = [join(tag("dt", name), tag("dd", value)) for name, value in rows.items() if value]
    return tag("dl", *pairs, class_="record") if pairs else Html()


def panel(label: str, *children: str | None, kicker: str = "", staying: Html | None = None) -> Html:
    """Return the panel beside the answer: it takes the focus, and Escape or its button closes it.

    `staying` is in its head, which stays in view however far the panel is scrolled.
    """
    head = tag(
        "header",
        tag("span", kicker, class_="kicker"),
        button("Close", "close", aria_label="Close this panel (Escape)"),
        staying,
    )
    return tag(
        "section", head, tag("h2", label), *children,
        class_="panel", tabindex="-1", aria_label=label,
    )  # fmt: skip


def notice(line: str, kind: str = "trouble") -> Html:
    """Return one line for the reader, announced to screen readers."""
    return tag("p", line, class_=f"notice {kind}", role="status")


def password(path: str, name: str) -> Html:
    """Return the field for the password of a locked file."""
    field = tag("input", type="password", name="password", autocomplete="off", aria_label=f"Password of {name}",
                placeholder="Password")  # fmt: skip
    return tag("span", "locked ", field, button("Open", "unlock", data_file=path, aria_label=f"Open {name}"),
               data_form=True, class_="locked")  # fmt: skip


def _attributes(attributes: Mapping[str, Any]) -> str:
    written = []
    for name, value in attributes.items():
        label = name.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {label}")
        elif value is not None and value is not False:
            written.append(f' {label}="{text(value)}"')
    return "".join(written)
