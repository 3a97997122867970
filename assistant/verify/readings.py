"""List the readings of a quote: the whole quote, and the clauses that may be cut out of it."""

import re
from functools import lru_cache

from assistant.text.prose import sentences
from assistant.verify.wording import plain


@lru_cache(maxsize=4096)
def readings(quote: str) -> tuple[str, ...]:
    """Return the quote, its sentences, and every run of their clauses that holds alone; longest first.

    A cut must drop nothing that governs the rest: no negation, hedge, condition, attribution,
    scope or concession, and both the rest and what is coordinated with it must be whole clauses. In
    doubt there is no cut: "Own remark: X", "It would be wrong to say that X, because Y" and "X,
    but only in Y" have no reading X.
    """
    whole = plain(quote)
    found = {whole}
    for at, span in enumerate(sentences(whole)):
        one = span.of(whole)
        if at == 0 or not _LEANS.match(one):
            found |= _clauses(one)
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def _clauses(whole: str) -> set[str]:
    """Return a sentence and the runs of its clauses that hold alone; a question has none."""
    found = {whole}
    seams = [] if "?" in whole else list(_SEAM.finditer(whole))
    for head in (None, *seams):
        if head is not None and not _may_lose_head(
            whole[: head.start()], head, whole[head.end() :]
        ):
            continue
        start = 0 if head is None else head.end()
        for tail in (*seams, None):
            end = len(whole) if tail is None else tail.start()
            if end <= start or (
                head is not None and tail is not None and tail.start() <= head.start()
            ):
                continue
            kept = whole[start:end]
            if tail is not None and not _may_lose_tail(kept, tail, whole[tail.end() :]):
                continue
            if head is None or _stands(kept):
                found.add(kept)
    return found


def is_whole(quote: str, stored: str, start: int, end: int) -> bool:
    """Return whether a quote begins and ends with a sentence of the stored text, or is a reading of one."""
    before, after = stored[:start].rstrip(" \t"), stored[end : end + 1]
    opens = _OPENED.search(before[-_SEEN:]) is not None or _BARE.fullmatch(before) is not None
    closes = _CLOSED.search(quote[-_SEEN:]) is not None or after in ("", "\n")
    if opens and closes:
        return True
    left = max(
        (match.end() for match in _STOPS.finditer(stored, max(0, start - 2_000), start)), default=0
    )
    stop = _STOPS.search(stored, end)
    return plain(quote) in readings(stored[left : stop.start() + 1 if stop else len(stored)])


# A sentence may follow a stop, a line's end, or the marks of an item or heading. A reference number
# may directly follow a stop ("shown.12"), but a point between digits is not a stop.
_SEEN = 24
_OPENED = re.compile(r"(?:(?<!\d)[.!?…。؟][\"'”’)\]\d]*|\d[.!?…。؟][\"'”’)\]]*|\n[\W\d]*)$")
_BARE = re.compile(r"[\W\d]*")
_CLOSED = re.compile(r"(?:(?<!\d)[.!?…。؟:;][\"'”’)\]\d,*]*|\d[.!?…。؟:;][\"'”’)\],*]*)\s*$")
_STOPS = re.compile(r"[.!?…。؟](?=\s)|\n\s*\n|\n[-*#>]")


# One clause may end here and another begin.
_SEAM = re.compile(
    r"\s*(?P<mark>[;:,]|\s-)\s+"
    r"(?P<join>(?:and|but|while|whereas|so|because|which|although|though)\b\s*)?"
)


def _may_lose_head(dropped: str, seam: re.Match[str], rest: str) -> bool:
    """Return whether the text after a seam holds without the text before it."""
    mark, join = seam["mark"], (seam["join"] or "").strip()
    if mark == ";":
        joined = join in ("", "and", "while", "whereas")
    else:
        joined = mark == "," and join in ("and", "while", "whereas")
    return (
        joined
        and _is_clause(dropped)
        and not _GOVERNS.search(dropped)
        and not _OPENS_A_SCOPE.match(dropped)
        and not _balance(dropped)
        and (mark == ";" or not _DENIES.search(dropped))
        and not _LEANS.match(rest)
        and _OPENS_A_CLAUSE.match(rest) is not None
    )


def _may_lose_tail(kept: str, seam: re.Match[str], dropped: str) -> bool:
    """Return whether the text before a seam holds without the text after it."""
    mark, join = seam["mark"], (seam["join"] or "").strip()
    if (
        not _is_clause(kept)
        or _AWAITS.search(kept)
        or _OPENS_A_CONDITION.match(kept)
        or _balance(kept)
    ):
        return False
    if join in ("because", "so"):
        return not dropped.startswith("that ")
    if join in ("but", "although", "though", "while", "whereas") or _LIMITS.search(dropped):
        return False
    if join == "and":
        return _is_clause(dropped)
    return join == "which" or mark in ";:"


def _stands(kept: str) -> bool:
    """Return whether a clause cut off at its front is a sentence of its own."""
    return _is_clause(kept) and len(kept.split()) >= 4


def _is_clause(text: str) -> bool:
    return _FINITE.search(text) is not None


def _balance(text: str) -> int:
    return sum(text.count(mark) for mark in "([{") - sum(text.count(mark) for mark in ")]}")


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


# These verbs make words a clause: auxiliaries, and the usual verbs of papers and notes.
_FINITE = _words(
    "is are was were has have had does do did can may might could will would must should shows? uses? gives? gave "
    "keeps? beats? reaches reach raises? rises? rose falls? fell grows? grew lowers? cuts? saves? needs? draws? holds? "
    "works? covers? measures? measured tests? tested reports? reported finds? found says? states? calls? called "
    "names? lists? cites? cited defines? defined compares? improves? improved adds? changes? changed depends? "
    "makes? takes? took stays? stayed remains? stops? leaves? left differs? appears? lies comes? came yields? "
    "explains? updates? applies contains? concerns? predicts? relates? treats? rests? speaks? exists? means? "
    "trains? scores? fits? reads? settles? drops? increases? decreases? outperforms? corrupts? deletes? alters? "
    "delays? converges? emerges? supports? requires? produces? provides? proposes? introduces? presents? "
    "carry|carries sits? spans? wins? spends? spend agrees? switch(?:es)? sways? concentrates? lie fits "
    "learns? learned returns? reduces? moves? starts? begins? ends? loses? lost gains? matches loads? runs? ran"
)
# These words may govern text beyond a comma: who says it, and under what condition.
_GOVERNS = re.compile(
    r":|\b(?:that|whether|if|unless|because|since|when|whenever|how|why|according|remark|calculation|wrong|mistaken|"
    r"suppos\w+|assum\w+|imagin\w+|consider\w*|suggest\w*|claim\w*|argu\w+|believ\w+|conjectur\w+|hypothes\w+|"
    r"says?|said|stat(?:e|es|ed)|perhaps|possibly|probably|presumably|maybe|apparently|reportedly|allegedly|"
    r"supposedly|might|could|would|should|question|until|not only|neither|either|both|only|in theory|doubt\w*|"
    r"critics|deny|denies|denied|refut\w+|reject\w*|fals\w+|untrue|myth|no evidence|without)\b",
    re.IGNORECASE,
)
_OPENS_A_SCOPE = re.compile(
    r"(?:in|on|for|with|within|under|over|across|among|at|after|before|during|by|of|from|to|as|against|unlike|despite|"
    r"besides|beyond|between|per|through|until|although|though|while|whereas|given|provided|once|where|"
    r"both|either|neither|not|no|nothing|nobody|none|hardly|rarely|sometimes|often|usually|typically|generally|"
    r"per|let|were|had|should|own|some say|for example|for instance|contrary)\b",
    re.IGNORECASE,
)
_OPENS_A_CONDITION = re.compile(
    r"(?:if|when|whenever|unless|although|though|while|whereas|because|since|whether|given|provided|once|where|as|"
    r"until|after|before|that|how|why|despite|let|suppose)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nothing|nobody|cannot|fails?)\b|n't\b", re.IGNORECASE
)
_LIMITS = re.compile(
    r"\b(?:only|not|no|never|none|nor|neither|nothing|but|however|although|though|except|excluding|unless|if|without|"
    r"despite|yet|limited|wrong|at most|at least|up to|single|stops?|slows?|small|open|solely|merely|just|under|"
    r"cannot|fails?|unknown|untested|unclear|opposite|contrary|withdrawn|withdrew|retract\w*|disput\w*|"
    r"contest\w*|contradict\w*|doubt\w*|fewer|less|reverse|exceptions?|unlike|"
    r"especially|particularly|provided|when|where|until|depend\w*|may|might|could|secondary|remark|own)\b|n't\b",
    re.IGNORECASE,
)
# These words need the text that the cut would remove.
_AWAITS = re.compile(
    r"\b(?:either|neither|both|not only|between|respectively|so (?!far)\w+|such|as follows|the following|only|rather)\b"
    r"|\b(?:is|are|was|were|that|of|in|on|for|to|the|a|an|by|with|and|or|not|than|as)$",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:it|its|they|their|them|he|she|his|her|this|that|these|those|such|then|thus|so|therefore|hence|also|both|"
    r"the former|the latter|the same|the other|another|others|neither|nor|else|otherwise|only|even|not|however|"
    r"but|yet|vice versa|likewise|the rest|one|each|conversely)\b",
    re.IGNORECASE,
)
_OPENS_A_CLAUSE = re.compile(
    r"(?:the|a|an|some|no|every|all|most|many|several|few|more|less|larger|smaller|\d\S*|two|three|four|five)\b|[A-Z]"
)
