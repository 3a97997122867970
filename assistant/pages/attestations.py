"""Readers attest or dispute a claim, with the day, the reason, and the record it came from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from assistant import pages
from assistant.errors import Mendable, UsageError
from assistant.library.days import is_day, today
from assistant.library.rows import dump
from assistant.library.store import Library
from assistant.printable import printable

Stand = Literal["attested", "disputed"]

# A reason has at most this many characters: a paragraph, not a paper.
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True)
class Word:
    """A reader's attestation or dispute of a claim.

    `digest` is the hash of the claim's text at that time: the attestation does not apply to a
    changed text. `on` is the day, as 2026-11-30. `record` is the hash of the record that it was
    imported from; it is empty for the reader's own.
    """

    stand: Stand
    digest: str
    on: str
    reason: str = ""
    record: str = ""


def said_of(remarks: Mapping[str, str], claim_id: str, text: str) -> dict[str, Any]:
    """Return the fields `attestation` and `said` of a claim, from the remarks on its source."""
    found = _word(remarks.get(_kind(claim_id), ""))
    if found is None or not text or found.digest != digest(text):
        return {"attestation": "unclaimed", "said": None}
    said = {"on": found.on, "reason": found.reason, "record": found.record or None}
    return {"attestation": found.stand, "said": said}


def attest(library: Library, record: Mapping[str, Any], claim_id: str) -> None:
    """Note that the reader attests a claim in its present words.

    Raises:
        UsageError: the record has no such claim, or the claim is empty.
    """
    _keep(
        library,
        record,
        claim_id,
        Word(stand="attested", digest=_digest(record, claim_id), on=today()),
    )


def dispute(library: Library, record: Mapping[str, Any], claim_id: str, reason: str) -> None:
    """Note that the reader disputes a claim in its present words, and why.

    Raises:
        UsageError: the record has no such claim, or no reason is given.
    """
    why = " ".join(reason.split())
    if not why:
        raise UsageError("Say why the claim is disputed: a dispute needs a reason.")
    if len(why) > _LONGEST:
        raise UsageError(f"The reason has {len(why):,} characters; it may have {_LONGEST:,}.")
    made = Word(stand="disputed", digest=_digest(record, claim_id), on=today(), reason=why)
    _keep(library, record, claim_id, made)


def withdraw(library: Library, record: Mapping[str, Any], claim_id: str) -> None:
    """Take back an attestation or a dispute of a claim.

    Raises:
        UsageError: the record has no such claim.
    """
    _digest(record, claim_id)
    library.remark(str(record["key"]), _kind(claim_id), "")


def bring(
    library: Library, record: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Import what another record of the same source says of claims with the same words here.

    Args:
        library: The library that stores the result.
        record: The record of the source here.
        other: The imported record, with a correct hash.

    Returns:
        The ids of claims `brought`, those `kept` because the reader has already judged them, and
            the ids in the
        other record of claims with different words here (`other_words`).
    """
    here = [(digest(item["text"]), item) for item in record["items"] if item["text"]]
    done: dict[str, list[str]] = {"brought": [], "kept": [], "other_words": []}
    for item in other["items"]:
        if item["attestation"] not in get_args(Stand):
            continue
        # Two claims may have the same words; then the claim with the same id is meant.
        same = [own for words, own in here if words == digest(item["text"])]
        same.sort(key=lambda own: own["claim_id"] != item["claim_id"])
        mine = same[0] if same else None
        if mine is None:
            done["other_words"].append(item["claim_id"])
        elif mine["attestation"] != "unclaimed":
            done["kept"].append(mine["claim_id"])
        else:
            said = item["said"]
            word = Word(
                stand=item["attestation"], digest=digest(item["text"]), on=said["on"],
                reason=" ".join(said["reason"].split()), record=str(other["sha256"]),
            )  # fmt: skip
            _keep(library, record, mine["claim_id"], word)
            done["brought"].append(mine["claim_id"])
    return done


def checked(text: str) -> dict[str, Any]:
    """Return a claims record from its JSON text.

    Raises:
        Mendable: the text is no record, its hash does not match its content, or an entry has no day
            or an invalid reason; one line says which.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Mendable(f"This is no JSON, so no claims record: {error}.") from error
    if not is_record(found):
        raise Mendable(
            "This JSON is no claims record: it needs `key`, `title`, `items` and `sha256`."
        )
    try:
        right = pages.claims.content_hash(found)
    except (ValueError, TypeError) as error:
        raise Mendable(f"This claims record cannot be hashed: {error}.") from error
    if right != found["sha256"]:
        raise Mendable(
            f"This claims record was altered: it says {found['sha256'][:12]}…, and its content gives {right[:12]}…."
        )
    for item in found["items"]:
        if item["attestation"] in get_args(Stand) and (wrong := _wrong(item)):
            raise Mendable(
                f"This claims record cannot be used: of {item['claim_id']!r:.20} {wrong}."
            )
    return dict(found)


def _wrong(item: Mapping[str, Any]) -> str:
    """Return what is missing in an attestation or dispute, or "" if it is complete."""
    said = item["said"] or {}
    day, reason = said.get("on"), said.get("reason")
    if not is_day(day):
        return f"it says no day such as 2026-11-30, but {day!r:.40}"
    if not isinstance(reason, str):
        return f"the reason is no text, but {reason!r:.40}"
    if len(reason) > _LONGEST:
        return f"the reason has {len(reason):,} characters; it may have {_LONGEST:,}"
    if item["attestation"] == "disputed" and not reason.strip():
        return "it says that it is disputed, and not why"
    return ""


def is_record(found: object) -> bool:
    """Return whether a JSON value has the form of a claims record."""
    if not isinstance(found, dict):
        return False
    items = found.get("items")
    named = all(isinstance(found.get(name), str) for name in ("key", "title", "sha256"))
    return named and isinstance(items, list) and all(map(_is_item, items))


def _is_item(item: object) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("said"), dict | None):
        return False
    return all(isinstance(item.get(name), str) for name in ("claim_id", "text", "attestation"))


def brought(done: Mapping[str, Any]) -> str:
    """Return one line that says what an import did."""
    parts = [f"{printable(done['key'])}: {_listed(done['brought'])} brought"]
    if done["kept"]:
        parts.append(f"{_listed(done['kept'])} kept as you said it")
    if done["other_words"]:
        parts.append(f"{_listed(done['other_words'])} worded otherwise here, not brought")
    return "; ".join(parts) + "."


def _listed(ids: list[str]) -> str:
    return ", ".join(map(printable, ids)) or "nothing"


def digest(text: str) -> str:
    """Return the hash of a claim's words, ignoring white space."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def _digest(record: Mapping[str, Any], claim_id: str) -> str:
    known = {str(item["claim_id"]): str(item["text"]) for item in record["items"] if item["text"]}
    if claim_id not in known:
        raise UsageError(
            f"{record['key']} has no claim {claim_id!r}; it has: {', '.join(known) or 'none'}."
        )
    return digest(known[claim_id])


def _kind(claim_id: str) -> str:
    return f"attest:{claim_id}"


def _keep(library: Library, record: Mapping[str, Any], claim_id: str, word: Word) -> None:
    library.remark(str(record["key"]), _kind(claim_id), dump(asdict(word)))


def _word(kept: str) -> Word | None:
    try:
        return Word(**json.loads(kept)) if kept else None
    except (ValueError, TypeError):
        return None  # of another version: nothing can be read
