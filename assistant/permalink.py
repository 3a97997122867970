"""An answer has a name that depends only on the question, the library and the settings."""

import hashlib
import json
from typing import Any


def permalink(**said: Any) -> str:
    """Return the first 12 hexadecimal digits of SHA-256 over canonical JSON of what an answer depends on.

    Canonical means: sorted keys, compact separators, UTF-8. Twelve digits are 48 bits: among a
    million answers, two have the same name with probability 0.2 %.

    Args:
        **said: Index hash, question, writer, seed and the settings that change an answer's words.
    """
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
