"""Show the claims record on the paper page: each claim with its attestations and the runs that tested it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.views.markup import Html, button, folded, tag
from probes import registry

Quoted = Callable[[str, Sequence[Mapping[str, Any]]], Html]


def claims(key: str, record: Mapping[str, Any], quoted: Quoted) -> Html:
    """Return the claims of a source, with buttons to attest or dispute them, and the record's hash.

    Args:
        key: The source.
        record: Its claims record.
        quoted: Returns quotes of a source with links to their places.
    """
    items = [_claim(key, item, quoted) for item in record["items"] if item["text"]]
    save = button(
        "Save the record", "keep", data_key=key, title="As a file that another library can take in"
    )
    seal = tag("p", "SHA-256 ", tag("code", str(record["sha256"])), class_="muted")
    where = record["source"]
    version = f", version {where['version']}" if where["version"] else ""
    of = f"Of {_REGISTRIES[where['kind']]} {where['id']}{version}" if where["id"] else ""
    subject = f"subject {record['category']}" if record["category"] else ""
    told = ", ".join(filter(None, (of, subject)))
    about = "Drop the record of another reader into the library to import what was said there."
    return folded(f"{len(items)} claims with their experiments",
                  tag("p", f"{told}.", class_="muted") if told else None, *items, tag("p", save, class_="actions"),
                  tag("p", about, class_="muted"), seal, name="claims")  # fmt: skip


_REGISTRIES = {"arxiv": "arXiv", "doi": "DOI"}


def _claim(key: str, item: Mapping[str, Any], quoted: Quoted) -> Html:
    where = {"data_key": key, "data_claim": item["claim_id"]}
    said = item["said"]
    if said:
        acts = [button("Take it back", "withdraw", **where)]
    else:
        why = tag("input", type="text", name="reason", maxlength=2000, placeholder="Why",
                  aria_label=f"Why {item['claim_id']} is disputed")  # fmt: skip
        form = tag("span", why, button("Dispute it", "dispute", **where), data_form=True)
        acts = [
            button("Vouch for it", "attest", **where),
            tag("details", tag("summary", "Dispute"), form, class_="menu rename"),
        ]
    return tag(
        "div",
        tag("b", f"{item['claim_id']} {item['kind'].replace('_', ' ').capitalize()}"), " ",
        tag("span", item["status"].replace("_", " "), class_="muted"),
        quoted(key, [item]),
        tag("p", _said(item["attestation"], said), class_="notice calm") if said else None,
        *map(run, item["experiments"]),
        tag("div", *acts, class_="actions"),
        class_="of-record",
    )  # fmt: skip


def _said(stand: str, said: Mapping[str, Any]) -> str:
    word = "Attested" if stand == "attested" else "Disputed"
    other = ", in another reader's record" if said["record"] else ""
    return f"{word} on {said['on']}{other}" + (f": {said['reason']}" if said["reason"] else ".")


def run(told: Mapping[str, Any]) -> Html:
    """Return a run with its verdict and a link to it."""
    opens = button(
        "Open the run", "evidence", class_="cite local", data_id=told["evidence"], title=told["evidence"],
    )  # fmt: skip
    where = ", another machine" if told["another_machine"] else ""
    title = tag(
        "span", registry.titled(told["probe"]), title=f"On the command line: {told['probe']}"
    )
    return tag(
        "p", title, f" On {told['model']}{where}: {told['verdict']} ", opens, class_="tested"
    )
