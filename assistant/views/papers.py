"""Show the paper page: quotes of a source with their places, and the reader's comments."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.pages.against import Checked
from assistant.rendering.wording import ruled
from assistant.views.claims import claims, run
from assistant.views.markup import Html, button, folded, join, link, panel, table, tag, told
from assistant.views.network import network
from assistant.views.sources import FORMS


def page(paper: Mapping[str, Any], checked: Html | None = None) -> Html:
    """Return the page of one source.

    Args:
        paper: The data of `Assistant.paper`.
        checked: The result for the sentence that was checked against it.
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
        _abstract(paper),
        tag("h3", "Key findings"),
        *findings,
        _part("Questions it answers", _questions(paper["questions"])),
        _part("Key terms", _terms(paper["key_terms"]), notes.get("key_terms", "")),
        _part("Details", _details(paper["details"])),
        _part(
            "Citation network", network(key, paper["citation_network"]["works"]),
            notes.get("citation_network", ""),
        ),
        _part("Similar in this list", _similar(paper["similar"])),
        _part("Claims record", claims(key, paper["claims"], _quotes)),
        _part("Experiments on this work", join(*map(run, paper["experiments"]))),
        _check(key, checked),
        _part("How to cite", _cite(paper["cite"])),
        _correct(key, paper) if paper["kind"] == "paper" else None,
        _comments(key, paper["comments"]),
        kicker=f"{paper['kind']} · {key}",
    )  # fmt: skip


def _about(paper: Mapping[str, Any]) -> Html:
    key = paper["key"]
    shown = [button("Read it here", "cite", data_key=key, data_start=0, data_end=0)]
    if paper["download"]:
        shown.append(button("Download", "fetch", data_key=key))
    shown.append(button("Summary in full", "summary", data_keys=key))
    return tag("p", *shown, class_="actions")


def _warned(warning: str) -> Html:
    """Return a warning about the text: what was left out of it, and why."""
    return tag("p", warning) if warning else Html()


def _abstract(paper: Mapping[str, Any]) -> Html:
    """Return the abstract, folded for a note, whose summary has just said the same."""
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


def _questions(questions: Sequence[Mapping[str, Any]]) -> Html:
    """Return the questions: an asked one links to its answer, another can be asked."""
    items = [
        button(each["question"], "visit", class_="line", data_path=f"/a/{each['answer']}")
        if each["answer"]
        else button(each["question"], "line", class_="line", data_question=each["question"])
        for each in questions
    ]
    return tag("ul", *(tag("li", item) for item in items), class_="lines") if items else Html()


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


def _cite(forms: Mapping[str, str]) -> Html:
    apa = forms.get("apa", "")
    rest = [
        folded(FORMS[name][0], tag("pre", said))
        for name, said in forms.items()
        if name != "apa" and said
    ]
    return join(tag("p", apa) if apa else None, *rest)


def _check(key: str, checked: Html | None) -> Html:
    """Return the field for a sentence to check against this source."""
    identity = f"check-{key}"
    return tag(
        "section",
        tag("h3", tag("label", "Check a sentence against this source", for_=identity)),
        tag("textarea", id=identity, name="sentence", rows="2", placeholder="A sentence of yours or of anybody's"),
        tag("p", button("Check it", "check", data_key=key), class_="actions"),
        checked,
        data_form=True, class_="check",
    )  # fmt: skip


def checked(key: str, sentence: str, found: Checked) -> Html:
    """Return the ruling of a source on a sentence, with the sentences it was checked against."""
    ruling = found.ruling
    line = ruled(ruling.supported, ruling.reason)
    return tag(
        "div",
        tag("blockquote", sentence),
        tag("p", line, class_="notice calm" if ruling.supported else "notice", role="status"),
        tag("p", "It was held against:", class_="muted") if found.quotes else None,
        _quotes(key, [quote.quote() for quote in found.quotes]),
        class_="checked",
    )


def _correct(key: str, paper: Mapping[str, Any]) -> Html:
    """Return the fields in which a reader corrects the record of a paper."""
    said = {"title": paper["title"], **paper.get("metadata", {})}
    fields = []
    for name, label in _CORRECTED.items():
        value = said.get(name) or ""
        shown = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        fields += [
            tag("label", label, for_=f"correct-{name}"),
            tag("input", id=f"correct-{name}", name=name, value=shown, autocomplete="off"),
        ]
    save = button("Save the record", "correct", data_key=key)
    form = tag("div", tag("div", *fields, class_="parameters"), tag("p", save), data_form=True)
    return folded("Correct title, authors, year or venue", form, name="correct")


_CORRECTED = {
    "title": "Title",
    "authors": "Authors, with semicolons between",
    "year": "Year",
    "venue": "Venue",
}


def _comments(key: str, comments: Sequence[Mapping[str, str]]) -> Html:
    identity = f"comment-{key}"
    said = [
        tag(
            "li", tag("p", tag("time", each["day"], datetime=each["day"], class_="muted")),
            *(tag("p", line) for line in each["text"].splitlines() if line.strip()),
            tag("p", button("Make it a note", "cited", data_key=key, data_number=number, class_="quiet"),
                button("Delete", "uncomment", data_key=key, data_number=number, class_="quiet",
                       data_confirm="Really delete?"), class_="actions"),
        )
        for number, each in enumerate(comments, 1)
    ]  # fmt: skip
    return tag(
        "section",
        tag("h3", f"Your comments ({len(said)})"),
        tag("ol", *said, class_="comments") if said else None,
        tag("label", "Another comment" if said else "Your first comment", for_=identity),
        tag("textarea", "", id=identity, name="comment", rows="3"),
        tag("p", button("Keep the comment", "comment", data_key=key), class_="actions"),
        data_form=True,
    )
