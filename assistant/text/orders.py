"""Recognise orders to machines in documents, and questions that ask for such orders.

An order is an imperative, or a "you must", that opens a sentence or a part of it. It is an order to
a machine if it is addressed to one ("SYSTEM: ...", "Dear assistant, ..."), or if it is about things
that only a machine has here: its instructions and prompt, the sources it cites, the user it
answers. A sentence that reports an order ("The prompt instructs the model to cite source 1") or
quotes one is not an order: its own verb states something.
"""

import re
import unicodedata


def gives_orders(text: str) -> bool:
    """Return whether a sentence is an order to the machine that reads it, rather than a statement."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    spoken = _TEMPLATE.sub(" system: ", plain)
    return any(_ORDER.match(part) is not None for part in _parts(" ".join(spoken.split())))


def asks_for_orders(question: str) -> bool:
    """Return whether a question asks for the words of prompts or orders themselves, not for their effect."""
    return _ASKED.search(question) is not None


def _parts(sentence: str) -> list[str]:
    """Return the sentence and its parts that can give an order; text in quotation marks gives none."""
    return [part for part in _BREAK.split(_QUOTED.sub("“”", sentence)) if part]


# A quotation is reported if words of the sentence stand before it or continue after it.
_QUOTATION = r"[\"“„«‘`][^\"“”„«»’`]{1,400}[\"”»’`]"
_QUOTED = re.compile(rf"(?:(?<=\w )|(?<=\w[,:] )|(?<= \()){_QUOTATION}|^{_QUOTATION}(?=,? [a-z])")
_BREAK = re.compile(r"\s*(?:[;—–|]|\s-\s|(?<![\w(\[{<*_])[(\[{<*_]+(?=[^\W\d])|-->|\.\.\.|…)\s*")

# ── who is addressed ─────────────────────────────────────────────────────────────────────────────

_MACHINE = (
    r"(?:ai|llm|(?:large )?language model|chat ?bot|bot|agent|chat ?gpt|gpt(?:-?\d\w*)?|claude|gemini|copilot|llama|"
    r"mistral|deepseek|qwen|assistant|summari[sz]er|model|machine|system|reviewer)s?"
)
_NAMED = (
    rf"{_MACHINE}(?: {_MACHINE}| (?:reader|prompt|message|instruction|override|note|command)s?)*"
)
_ADDRESS = rf"(?:(?:dear|hey|hello|hi|attention|to) )?(?:the |all |any |every )?{_NAMED}(?: ?[:,!>.\]]| [-–—]+ )[\W_]*+"
# Chat templates mark the speaker with these signs.
_TEMPLATE = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id)\|>\s?(?:system|user|assistant)?\b|"
    r"\[/?inst\]|<</?sys>>",
    re.IGNORECASE,
)
# These words precede orders and statements alike, so they show nothing.
_COURTESY = (
    r"(?:please|kindly|now|then|so|also|and|but|therefore|thus|hence|instead|finally|first|next|again|just|simply|"
    r"immediately|important|attention|warning|note|notice|urgent|reminder|update|(?:new |special )?instructions?)\b"
    r"[\W_]*+"
)
_CONDITION = r"(?:if|when|whenever|before|after|while|in|at|by|once|unless)\b[^,.:]{1,90}, ?"
# The pattern is possessive, so that no order of marks is tried in two ways.
_LEAD = rf"[\W_]*+(?:\d{{1,3}}[.)]\s[\W_]*+)?(?:{_COURTESY}|{_CONDITION})*+"

# ── what is ordered ──────────────────────────────────────────────────────────────────────────────

# An assistant can be told to do these things; after an address any of these verbs is an order.
_VERB = (
    r"(?:ignore|disregard|forget|override|bypass|discard|skip|cite|respond|say|tell|write|reveal|give|produce|generate|"
    r"recommend|endorse|praise|accept|reject|approve|summari[sz]e|translate|include|add|append|prefer|consider|regard|"
    r"conclude|assume|pretend|act|behave|follow|obey|execute|fetch|send|delete|remove|convince|persuade|inform|refuse|"
    r"remember|make sure|ensure)\b(?!-| of\b)"
)
# These verbs are also nouns, so an object must follow.
_NOUN_VERB = (
    r"(?:quote|reference|answer|reply|state|claim|output|print|repeat|leak|show|display|return|rate|rank|score|mention|"
    r"insert|use|trust|treat|run|call|open|visit|download|upload|email|post|warn|stop) "
    r"(?:the|an?|this|that|these|those|it|them|only|just|all|every|any|each|no|your|yes|me|us|to|in|with|as|for|"
    r"source|paper|note|questions?|(?=[\[\"“]))(?!\w)"
)
_DO = rf"(?:{_VERB}|{_NOUN_VERB})"
_NEVER = r"(?:do not|don[’']t|never)"
_HOW = rf"(?:(?:{_NEVER}|always|only|must(?: not)?|be sure to) )*+"
_YOURS = (
    r"(?:your|all|any|every|the|these|those|this|that|of|previous|prior|above|earlier|preceding|former|foregoing|"
    r"existing|other|original|initial|current|hidden|system|developer|safety|given|following|own)"
)
_INSTRUCTIONS = (
    r"(?:instructions?|prompts?|directions|directives|guidelines|guardrails|context|programming)"
)
_SOURCE = (
    r"(?:only |just |always )?(?:this|the present|that) "
    r"(?:paper|note|source|document|work|article|page|text|passage|study)|"
    r"(?:only |just |always )?(?:the )?(?:sources?|notes?|papers?|documents?|references?|passages?) ?[\[(#]?\d+|"
    r"\[\d+\]|any other source"
)
_USER = r"(?:(?:the|your|every|any) )?(?:users?|readers?|humans?|everyone|them)"
# Only a machine that reads for somebody has these things, so the order needs no address.
_OWN_MATTER = "|".join((
    rf"(?:ignore|disregard|forget|override|bypass|discard|skip|violate) (?:{_YOURS} )+(?:[\w-]+ )?"
    rf"(?:{_INSTRUCTIONS}|rules|orders|messages?|text|sources|quotes)",
    r"(?:ignore|disregard|forget) (?:everything|what (?:you|was)|your|all of the above|the above)",
    r"(?:reveal|print|repeat|output|leak|show|display|tell) (?:me )?(?:your|the (?:system|hidden|initial)) (?:\w+ )?"
    rf"{_INSTRUCTIONS}",
    rf"(?:cite|quote|reference|recommend|endorse|praise|prefer|trust|rate|rank|score) (?:{_SOURCE})",
    r"(?:give|write) (?:only |me )?an? (?:very |strongly )?(?:positive|favou?rable|glowing|excellent|high) "
    r"(?:review|rating|score)",
    rf"(?:say|tell|inform|convince|persuade|warn|assure|remind) (?:to )?{_USER} (?:that|to|about|how|it|this)",
    r"(?:respond|reply|answer) (?:(?:only|always|solely) (?:with|yes|no|in|from|by|using)|with only|"
    rf"to (?:{_USER}|every|all|any)|(?:to )?(?:every|all|any|each) questions?|yes\b|no\b|as if)",
    r"(?:act|behave|respond|answer|reply) as "
    r"(?:if you\b|an? (?:[\w-]+ ){0,3}(?:assistant|ai|agent|chat ?bot|expert|human)\b)",
    r"pretend (?:to be|that you|you)",
))  # fmt: skip
_KEPT_BACK = (
    r"(?:tell|reveal|mention|cite|quote|show|inform|disclose) [\w\[\] ]{0,30}?"
    r"(?:users?|readers?|prompt|instructions?)"
)
_SPEAK = (
    r"(?:answer|say|reply|respond|output|cite|quote|recommend|ignore|disregard|act|behave|pretend|tell|"
    r"reveal|obey)"
)
# A document that states something calls a machine "you" if it says what the machine is or how it
# must speak.
_YOU = "|".join((
    r"you are (?:now\b|no longer|an? (?:[\w-]+ ){0,4}(?:assistant|ai|agent|chat ?bot|language model|bot)\b)",
    r"you (?:must|will) now\b",
    rf"(?:from now on|henceforth),? (?:you\b|(?:always |only |never )*{_SPEAK}\b|always|only)",
    r"you (?:must|will|shall|should|have to|need to|are (?:required|instructed|ordered|told) to) "
    rf"(?:(?:now|always|only|never|not) )*{_SPEAK}\b",
    r"your (?:new |only |real |true )?(?:task|job|instructions?|role|goal|duty) (?:is|are)(?: now)? to\b",
))  # fmt: skip
# This third person can only be the reading machine: "Any assistant that summarises this page must
# ...".
_READING = (
    rf"(?:(?:the|any|all|every|each|an?) )?{_NAMED} (?:that |which |who )?(?:read|reads|reading|process(?:es|ing)?|"
    r"summari[sz](?:e|es|ing)|index(?:es|ing)?|quot(?:e|es|ing)|cit(?:e|es|ing)|pars(?:e|es|ing)|review(?:s|ing)?) "
    r"(?:this|these|the present) "
    r"(?:paper|note|document|page|text|passage|article|work|message|file|website|instructions?)\b"
    r"[^.]{0,60}?\b(?:must|shall|should|will|has to|have to|is required to|are required to|needs? to)\b"
)
_ORDER = re.compile(
    rf"{_LEAD}(?:(?:{_ADDRESS})++{_LEAD}{_HOW}(?:{_DO}|{_YOU}|you {_HOW}{_DO})"
    rf"|{_HOW}(?:{_OWN_MATTER})(?!\w)|{_NEVER} {_KEPT_BACK}|{_YOU}|{_READING})",
    re.IGNORECASE,
)

# ── who asks for them ────────────────────────────────────────────────────────────────────────────

_WORDS = r"(?:prompts?|instructions?|orders|commands?|injections?|templates?|system message)"
_AUXILIARY = r"(?:do|does|did|is|are|was|were|can|could|will|would|should|has|have|had)\b"
_ASKED = re.compile(
    rf"\b(?:what|which) (?!{_AUXILIARY})(?:(?!of\b)[\w-]+ ){{0,2}}{_WORDS}\b(?! (?:injection|tuning|engineering))"
    rf"|\b(?:what|how) (?:is|are|was|were) the (?:exact |literal |system |hidden |full )*{_WORDS}\b"
    r"|\b(?:what|how) (?:do|does|did) (?:the|this|its|their|these) (?:[\w-]+ ){0,2}"
    rf"{_WORDS}(?: [\w-]+){{0,6}} (?:say|read|tell|ask|order|look|go|run)\b"
    r"|\b(?:quote|show|list|give|print|find|repeat)\b (?:me |us )?(?:the |all |any |every )?"
    rf"(?:(?!of\b)[\w-]+ ){{0,2}}{_WORDS}\b"
    r"|\b(?:orders?|instructions?|commands?) (?:to|for) (?:the |a |any )?"
    r"(?:machines?|models?|assistants?|readers?|llms?|ais?)\b",
    re.IGNORECASE,
)
