"""Check sentences: a sentence and its quotes come in; whether they support it, how likely, and why not go out."""

from assistant.verify.decision import Ruling, decide, decide_all
from assistant.verify.evidence import Claim, Judges, Opinion
from assistant.verify.quoting import misquoted

__all__ = ["Claim", "Judges", "Opinion", "Ruling", "decide", "decide_all", "misquoted"]
