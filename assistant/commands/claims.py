"""`inquire claims` shows what a source claims and who attests or disputes it, and imports and exports records."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import pages
from assistant.commands.console import AsJson, DataDir, Reply, open_assistant
from assistant.errors import Mendable
from assistant.printable import folded, printable
from probes.files import given

claims = typer.Typer(help="Show what a source claims, and confirm or dispute it.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a source.")]
Claim = Annotated[
    str, typer.Argument(metavar="CLAIM", help="Id of a claim, as `claims show` prints it: C1.")
]


@claims.command("show")
def show_claims(key: Key, as_json: AsJson = False, data_dir: DataDir = None) -> Reply:
    """Show a source's four claims, what readers said about them, the runs that tested them, and their hash."""
    del as_json
    library = open_assistant(data_dir)
    return _told(library.claims.get(library.source(key)))


@claims.command("attest")
def attest_claim(
    key: Key, claim: Claim, as_json: AsJson = False, data_dir: DataDir = None
) -> Reply:
    """Confirm a claim in its present wording."""
    del as_json
    library = open_assistant(data_dir)
    return _told(library.claims.attest(library.source(key), claim))


@claims.command("dispute")
def dispute_claim(
    key: Key,
    claim: Claim,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="The reason.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Dispute a claim in its present wording; the reason and the day are kept."""
    del as_json
    library = open_assistant(data_dir)
    return _told(library.claims.dispute(library.source(key), claim, reason))


@claims.command("withdraw")
def withdraw_word(
    key: Key, claim: Claim, as_json: AsJson = False, data_dir: DataDir = None
) -> Reply:
    """Take back a confirmation or a dispute."""
    del as_json
    library = open_assistant(data_dir)
    return _told(library.claims.withdraw(library.source(key), claim))


@claims.command("export")
def export_claims(
    key: Key,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Export the claims record as a JSON file that another library can import."""
    del as_json
    library = open_assistant(data_dir)
    source = library.source(key)
    text, document = library.claims.text(source), library.claims.get(source)
    if output is None:
        return Reply(document=document, text=text.rstrip("\n"))
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise Mendable(f"{output} cannot be written: {error.strerror}.") from error
    return Reply(document=document, text=f"Written: {printable(str(output))}")


@claims.command("import")
def import_claims(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A claims record in JSON.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> Reply:
    """Import what another reader said about claims of the same wording; your own confirmations and disputes stay.

    Exit code 1 means that nothing was imported.
    """
    del as_json
    try:
        text = given.text(file)
    except OSError as error:
        raise Mendable(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Mendable(f"{file} cannot be read: {error}.") from error

    done = open_assistant(data_dir).claims.bring(text)
    return Reply(
        document=done, text=pages.attestations.brought(done), exit_code=0 if done["brought"] else 1
    )


def _told(record: Mapping[str, Any]) -> Reply:
    lines = [folded(record["title"])]
    for item in record["items"]:
        if not item["text"]:
            continue
        lines.append(
            f"\n{item['claim_id']}  {item['kind'].replace('_', ' ')}, {item['status'].replace('_', ' ')}"
        )
        lines.append(f"    {folded(item['text'])}")
        if said := item["said"]:
            why = f": {folded(said['reason'])}" if said["reason"] else ""
            other = " (from another record)" if said["record"] else ""
            lines.append(f"    {item['attestation']} on {printable(said['on'])}{other}{why}")
        lines += [
            f"    tested on {printable(run['model'])}: {run['verdict']} ({printable(run['evidence'])})"
            for run in item["experiments"]
        ]
    refs = record["references"]
    lines += [
        "",
        f"{refs['count']} reference{'' if refs['count'] == 1 else 's'}, {refs['resolved']} of them in the library",
        f"SHA-256 {record['sha256']}",
    ]
    return Reply(document=record, text="\n".join(lines))
