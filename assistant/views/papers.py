"""The paper page: what a source says, quote by quote, where it stands, the reader's comment."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.types import Answer
from assistant.views.answers import summed_up
from assistant.views.markup import Html, button, folded, join, link, panel, table, tag, told

_SIDES = {"citing": "cites this", "cited": "cited by this", "related": "related"}


def page(paper: Mapping[str, Any], titles: Mapping[str, str], summary: Answer) -> Html:
    """The page of one source.

    Args:
        paper: The data of `Assistant.paper`.
        titles: The titles of the other sources by key.
        summary: The cited summary of this source.
    """
    key, notes = str(paper["key"]), paper["notes"]
    quick = _quotes(key, paper["quick_summary"])
    findings = [
        _part(name.replace("_", " "), _quotes(key, said), notes.get(f"findings.{name}", ""), "h4")
        for name, said in paper["findings"].items()
    ]
    return panel(
        str(paper["title"]),
        _about(paper),
        _part("Left out or doubtful", _warned(str(paper["warning"]))),
        _part("Quick summary", quick, notes.get("quick_summary", "")),
        folded("Summary in full: claim, method, numbers, limits, before and after", summed_up(summary)),
        _abstract(paper),
        tag("h3", "Key findings"),
        *findings,
        _part("Key terms", _terms(paper["key_terms"]), notes.get("key_terms", "")),
        _part("Details", _details(paper["details"])),
        _part(
            "Citation network", _network(paper["citation_network"], titles),
            notes.get("citation_network", ""),
        ),
        _part("Similar in this list", _similar(paper["similar"])),
        _part("Claims record", _claims(key, paper["claims"])),
        _part("How to cite", _cite(paper["cite"])),
        _comment(key, str(paper["comment"])),
        kicker=f"{paper['kind']} · {key}",
    )  # fmt: skip


def _about(paper: Mapping[str, Any]) -> Html:
    key = paper["key"]
    shown = [button("Read it here", "cite", data_key=key, data_start=0, data_end=0)]
    if paper["download"]:
        shown.append(button("Download", "fetch", data_key=key))
    return tag("p", *shown, class_="actions")


def _warned(warning: str) -> Html:
    """What a reader should know before trusting the text: what was left out of it, and why."""
    return tag("p", warning) if warning else Html()


def _abstract(paper: Mapping[str, Any]) -> Html:
    """The abstract; folded in a note, whose summary has just said the same."""
    quotes = _quotes(paper["key"], [paper["abstract"]])
    if paper["kind"] == "note" and quotes:
        return folded("Abstract", quotes)
    return _part("Abstract", quotes, paper["notes"].get("abstract", ""))


def _part(heading: str, body: Html, empty: str = "", level: str = "h3") -> Html:
    shown = body or (tag("p", empty, class_="muted") if empty else Html())
    return join(tag(level, heading[:1].upper() + heading[1:]), shown) if shown else Html()


def _quotes(key: str, quotes: Sequence[Mapping[str, Any]]) -> Html:
    items = []
    for quote in quotes:
        if not quote["text"]:
            continue
        place = f"p. {quote['page']}" if quote["page"] else "¶"
        chip = button(
            f"[{place}]", "cite", class_="cite", data_key=key, data_start=quote["start"],
            data_end=quote["end"], aria_label=f"Open the passage, {place}",
        )  # fmt: skip
        items.append(tag("li", told(" ".join(str(quote["text"]).split())), " ", chip))
    return tag("ul", *items, class_="quotes") if items else Html()


def _terms(terms: Sequence[Any]) -> Html:
    words = [str(term["term"]) if isinstance(term, Mapping) else str(term) for term in terms]
    return tag("p", ", ".join(words)) if words else Html()


def _details(details: Mapping[str, Any]) -> Html:
    rows: dict[str, str] = {}
    for name, value in details.items():
        label = name.replace("_", " ")
        if isinstance(value, (list, tuple)):
            rows[label] = ", ".join(map(str, value))
        elif isinstance(value, Mapping):
            rows[label] = ", ".join(
                f"{count} {part.replace('_', ' ')}" for part, count in value.items()
            )
        elif isinstance(value, bool):
            rows[label] = "yes" if value else "no"
        elif name in ("url", "code"):
            rows[label] = link(str(value), str(value))
        else:
            rows[label] = str(value)
    return table(rows)


def _network(network: Mapping[str, Any], titles: Mapping[str, str]) -> Html:
    """This source grey, those that name it green, those it names blue; each opens on a click."""
    nodes = [
        button(key, "paper", class_=f"node {side}", data_key=key, title=label, aria_label=label)
        for side, says in _SIDES.items()
        for key in network.get(side, ())
        for label in [f"{titles.get(key, key)} ({says})"]
    ]
    outside = [tag("li", _outside(other)) for other in network.get("outside", ())]
    if not nodes and not outside:
        return Html()
    here = tag("span", str(network["this"]), class_="node this", title="this source")
    legend = "Grey: this source. Green: cites it. Blue: cited by it. Outlined: related otherwise."
    more = folded(f"{len(outside)} works that are not in the library", tag("ul", *outside))
    return join(
        tag("div", here, *nodes, class_="network"),
        tag("p", legend, class_="muted"),
        more if outside else None,
    )


def _outside(other: Any) -> str:
    if not isinstance(other, Mapping):
        return str(other)
    return str(other.get("title") or other.get("printed") or other.get("key") or "")


def _similar(similar: Sequence[Mapping[str, Any]]) -> Html:
    items = [
        tag(
            "li",
            button(
                str(other.get("title") or other["key"]),
                "paper",
                class_="title",
                data_key=other["key"],
            ),
        )
        for other in similar
    ]
    return tag("ul", *items) if items else Html()


def _claims(key: str, claims: Mapping[str, Any]) -> Html:
    items = []
    for claim in claims["items"]:
        if not claim["text"]:
            continue
        said = _quotes(key, [claim])
        bearing = [_experiment(run) for run in claim["experiments"]]
        state = f"{claim['status'].replace('_', ' ')}, {claim['attestation']}"
        items.append(
            tag("div", tag("b", claim["kind"].replace("_", " ").capitalize()), " ",
                tag("span", state, class_="muted"), said, *bearing)
        )  # fmt: skip
    seal = tag("p", "SHA-256 ", tag("code", str(claims["sha256"])), class_="muted")
    return folded(f"{len(items)} claims with their status and experiments", *items, seal)


def _experiment(run: Mapping[str, Any]) -> Html:
    opens = button(
        f"[{run['evidence']}]", "evidence", class_="cite local", data_id=run["evidence"],
        aria_label=f"Open the run {run['evidence']}",
    )  # fmt: skip
    where = ", another machine" if run["another_machine"] else ""
    return tag("p", f"{run['probe']} on {run['model']}{where}: {run['verdict']} ", opens)


def _cite(forms: Mapping[str, str]) -> Html:
    apa = forms.get("apa", "")
    rest = [
        folded(name, tag("pre", said)) for name, said in forms.items() if name != "apa" and said
    ]
    return join(tag("p", apa) if apa else None, *rest)


def _comment(key: str, comment: str) -> Html:
    identity = f"comment-{key}"
    return tag(
        "section",
        tag("h3", tag("label", "Your comment", for_=identity)),
        tag("textarea", comment, id=identity, name="comment", rows="4"),
        tag("p", button("Save the comment", "comment", data_key=key), class_="actions"),
        data_form=True,
    )
