"""A sentence and the quotes it rests on come in; out comes whether they bear it, how likely, and why not."""

from assistant.verify.decision import Ruling, decide, decide_all
from assistant.verify.evidence import Claim, Judges, Opinion
from assistant.verify.quoting import misquoted

__all__ = ["Claim", "Judges", "Opinion", "Ruling", "decide", "decide_all", "misquoted"]
