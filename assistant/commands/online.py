"""Fetch what a reader names by arXiv id or DOI: the PDF from arXiv, the record from doi.org."""

import re
import shutil
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from assistant.errors import Mendable, UsageError

ARXIV = "https://export.arxiv.org"
DOI = "https://doi.org"
_AGENT = "inquiring-lines (https://pypi.org/project/inquiring-lines/)"
_LARGEST = 200 * 2**20
_PATIENCE = 30.0
_REMOTE = re.compile(r"(?P<kind>arxiv|doi):\s*(?P<name>\S+)", re.IGNORECASE)
_ARXIV_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_DOI_NAME = re.compile(r"10\.\d{4,9}/\S+")


def is_remote(name: str) -> bool:
    """Whether a name is of the form arXiv:ID or doi:NAME."""
    return _REMOTE.fullmatch(name) is not None


def fetch(
    name: str,
    folder: Path,
    progress: Callable[[str, float], None],
    *,
    arxiv: str = ARXIV,
    doi: str = DOI,
) -> list[Path]:
    """Download the paper or record that `name` names, and return the files to add.

    Args:
        name: arXiv:ID, which brings the PDF, or doi:NAME, which brings the CSL-JSON record.
        folder: Where the file is kept; one that is there already is not fetched again.
        progress: Hears what is fetched.
        arxiv: Address of arXiv's export mirror.
        doi: Address of the DOI resolver.

    Raises:
        UsageError: the id has not the form of one.
        Mendable: it is unknown there, or the machine is offline.
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
        _download(name, urllib.request.Request(address, headers={"Accept": accept, "User-Agent": _AGENT}),  # noqa: S310  both addresses are ours
                  target, start)  # fmt: skip
    return [target]


def _download(name: str, request: urllib.request.Request, target: Path, start: bytes) -> None:
    """Bring a file whole or not at all, and only if it begins as files of its kind do."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetching-") as draft:
        path = Path(draft) / target.name
        try:
            with (
                urllib.request.urlopen(request, timeout=_PATIENCE) as answer,
                path.open("wb") as file,
            ):  # noqa: S310  as above
                if int(answer.headers.get("Content-Length") or 0) > _LARGEST:
                    raise Mendable(
                        f"{name} is larger than {_LARGEST >> 20} MiB; download it yourself and add the file."
                    )
                shutil.copyfileobj(answer, file)
        except urllib.error.HTTPError as error:
            known = (
                "is not known at" if error.code in (400, 404) else f"was refused ({error.code}) by"
            )
            raise Mendable(
                f"{name} {known} {request.host}; check the id, or try again later."
            ) from error
        except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise Mendable(
                f"{name} could not be fetched from {request.host} ({reason}); is this machine online?"
            ) from error
        with path.open("rb") as file:
            head = file.read(1024).lstrip()
        if not head.startswith(start):
            raise Mendable(
                f"{request.host} sent something else than {name}; download it yourself and add the file."
            )
        path.replace(target)
