"""Fetch a paper by arXiv id (as PDF from arXiv) or DOI (as a record from doi.org)."""

import re
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from pathlib import Path

from assistant.errors import Mendable, UsageError
from assistant.types import Progress
from probes.files import durable

ARXIV = "https://export.arxiv.org"
DOI = "https://doi.org"
_AGENT = "inquiring-lines (https://pypi.org/project/inquiring-lines/)"
_LARGEST = 200 * 2**20
_PATIENCE = 30.0
_REMOTE = re.compile(r"(?P<kind>arxiv|doi):\s*(?P<name>\S+)", re.IGNORECASE)
_ARXIV_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_DOI_NAME = re.compile(r"10\.\d{4,9}/\S+")


def is_remote(name: str) -> bool:
    """Return whether a name has the form arXiv:ID or doi:NAME."""
    return _REMOTE.fullmatch(name) is not None


def fetch(
    name: str,
    folder: Path,
    progress: Progress,
    *,
    arxiv: str = ARXIV,
    doi: str = DOI,
) -> list[Path]:
    """Download the paper or record that `name` names, and return the files to add.

    Args:
        name: arXiv:ID for the PDF, or doi:NAME for the CSL-JSON record.
        folder: Where the file is kept; a file that is already there is not fetched again.
        progress: Called with what is fetched.
        arxiv: Address of arXiv's export mirror.
        doi: Address of the DOI resolver.

    Raises:
        UsageError: the id has the wrong form.
        Mendable: the id is unknown there, or the machine is offline.
    """
    match = _REMOTE.fullmatch(name)
    if match is None:
        raise UsageError(f"{name!r} is neither arXiv:ID nor doi:NAME.")
    kind, identity = match["kind"].lower(), match["name"]
    form = _ARXIV_ID if kind == "arxiv" else _DOI_NAME
    if not form.fullmatch(identity):
        example = "arXiv:2502.02013" if kind == "arxiv" else "doi:10.48550/arXiv.2502.02013"
        raise UsageError(f"{name!r} has not the form of {kind} ids, such as {example}.")
    stem = f"{kind}-{re.sub(r'[^A-Za-z0-9.]+', '-', identity)}"
    progress(f"fetching {name}", 0.0)
    if kind == "arxiv":
        target = folder / f"{stem}.pdf"
        address, accept, start = f"{arxiv}/pdf/{identity}", "application/pdf", b"%PDF-"
    else:
        target = folder / f"{stem}.json"
        address = f"{doi}/{urllib.parse.quote(identity, safe='/')}"
        accept, start = "application/vnd.citationstyles.csl+json", b"{"
    if not target.is_file():
        headers = {"Accept": accept, "User-Agent": _AGENT}
        request = urllib.request.Request(address, headers=headers)  # noqa: S310  ours, both of them
        _download(name, request, target, start)
    return [target]


def _download(name: str, request: urllib.request.Request, target: Path, start: bytes) -> None:
    """Download a file completely or not at all; keep it only if it begins like a file of its kind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  as above
            content = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        said = "does not know it" if error.code in (400, 404) else f"refused it ({error.code})"
        raise Mendable(f"{name}: {request.host} {said}; check the id or try later.") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise Mendable(f"{name}: {request.host} is out of reach ({reason}); go online.") from error
    if len(content) > _LARGEST or not content.lstrip().startswith(start):
        raise Mendable(f"{name}: {request.host} sent no usable file; download it and add the file.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetching-") as draft:
        path = Path(draft) / target.name
        path.write_bytes(content)
        durable.publish(path, target)
