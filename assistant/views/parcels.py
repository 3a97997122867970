"""Receive files that a reader drops into the window, and send files for the browser to save."""

import base64
import json
import secrets
import shutil
from pathlib import Path


def keep(file: Path, folder: Path) -> Path:
    """Copy an uploaded file into `folder` and return where it is; another file of that name gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    content = file.read_bytes()
    target, number = folder / file.name, 1
    while target.exists() and target.read_bytes() != content:
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    if not target.exists():
        shutil.copyfile(file, target)
    return target


def parcel(name: str, kind: str, data: bytes) -> str:
    """Return a file as one line of JSON, for the browser to save under its name."""
    content = base64.b64encode(data).decode("ascii")
    return json.dumps({"name": name, "kind": kind, "data": content, "nonce": _nonce()})


def copy(text: str) -> str:
    """Return text as one line of JSON, for the browser to put on the clipboard."""
    return json.dumps({"copy": text, "nonce": _nonce()})


def _nonce() -> str:
    """Return a random part that makes each parcel differ, because a browser ignores an unchanged value."""
    return secrets.token_hex(8)
