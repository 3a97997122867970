"""The claims records of a library can be read, attested, disputed, saved as a file and imported."""

import json
from collections.abc import Mapping
from typing import Any

from assistant.errors import Mendable
from assistant.library.shelf import folded_title
from assistant.library.store import Library
from assistant.pages import attestations
from assistant.pages.claims import record
from assistant.pages.findings import findings, lead
from assistant.pages.statements import statements
from assistant.types import Source


class ClaimRecords:
    """The records of one library, by the key of their source."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def get(self, source: Source) -> dict[str, Any]:
        """Return the record of a source; see `assistant.pages.claims.record`."""
        said = statements(source)
        return record(self._library, source, findings(said), lead(said))

    def text(self, source: Source) -> str:
        """Return the record of a source as the JSON file that `bring` reads."""
        return json.dumps(self.get(source), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def attest(self, source: Source, claim_id: str) -> dict[str, Any]:
        """Attest a claim in its present words, and return the record.

        Raises:
            UsageError: the source has no such claim.
        """
        attestations.attest(self._library, self.get(source), claim_id)
        return self.get(source)

    def dispute(self, source: Source, claim_id: str, reason: str) -> dict[str, Any]:
        """Dispute a claim in its present words, and return the record.

        Raises:
            UsageError: the source has no such claim, or there is no reason.
        """
        attestations.dispute(self._library, self.get(source), claim_id, reason)
        return self.get(source)

    def withdraw(self, source: Source, claim_id: str) -> dict[str, Any]:
        """Take back an attestation or a dispute, and return the record.

        Raises:
            UsageError: the source has no such claim.
        """
        attestations.withdraw(self._library, self.get(source), claim_id)
        return self.get(source)

    def bring(self, text: str) -> dict[str, Any]:
        """Import what a record from elsewhere says of the claims of a source in this library.

        Returns:
            The `key` here, and the ids of claims `brought`, `kept` and in `other_words`; see
                `attestations.bring`.

        Raises:
            Mendable: the text is no record, was altered, or is of a source that is not in the
                library.
        """
        other = attestations.checked(text)
        source = self._same(other)
        return {"key": source.key, **attestations.bring(self._library, self.get(source), other)}

    def _same(self, other: Mapping[str, Any]) -> Source:
        """Return the source of a record, under the same key or another; its title must be the same."""
        title = folded_title(other["title"])
        found = self._library.get(other["key"])
        if found and (folded_title(found.title) == title or found.title == other["title"]):
            return found
        for known in self._library.records():
            if (
                title
                and folded_title(known.title) == title
                and (same := self._library.get(known.key))
            ):
                return same
        raise Mendable(
            f"The record is of {other['title']!r:.120}, which this library does not hold; add it first."
        )
