"""Honest edits of a quote: other words, another order, or a part, with the same meaning."""

import re

from tests.assistant.verify.edits import Edit, both, one_way, replaced, upper


def quoted(text, rng, quotes):
    return text


def respaced(text, rng, quotes):
    """The same words as a printer sets them."""
    return text.replace(" ", "  ", 2).replace("'", "’").replace(" - ", " – ").replace("fi", "ﬁ", 1)


def end_cut(text, rng, quotes):
    """A sentence without its reason, its conclusion, or what comes after a semicolon."""
    cuts = list(re.finditer(r"(?:, (?:because|so(?! that))|;) ", text))
    cuts = [
        m
        for m in cuts
        if not _RISKY.search(text[m.end() :].split(", because")[0])
        or "because" in m[0]
        or "so" in m[0]
    ]
    cuts = [m for m in cuts if m.start() > 25 and not _RISKY_KEPT.search(text[: m.start()])]
    return text[: rng.choice(cuts).start()] + "." if cuts else None


_RISKY = re.compile(
    r"\b(?:not|no|only|but|although|except|unless|if|when|may|up to|at most|however|open|small|never|slows|"
    r"own|under|single|cannot|where|until|less)\b"
)
_RISKY_KEPT = re.compile(
    r"\b(?:not|no|cannot|either|neither|nor|both|such|between|if|while|although|only|so|rather)\b|\?|:|[([][^)\]]*$"
)


def front_cut(text, rng, quotes):
    """The second of two whole clauses."""
    match = re.search(
        r"(?:;|, and) (?=(?:the|[A-Z]\w+|a|some|no) [\w -]+? (?:is|are|has|comes?|reports?|shows?|uses?) )",
        text,
    )
    if not match or re.match(
        r"(?:In|For|On|With|According|Own|It|At|Of|By|Under|Over|If|While|Within|The authors)\b",
        text,
    ):
        return None
    if re.search(
        r"\b(?:that|whether|not|no|neither|both|how|why|when|if|because|only|may|should|wrong)\b|:",
        text[: match.start()],
    ):
        return None
    if not re.search(
        r"\b(?:is|are|has|reports?|shows?|uses?|comes?|gives?)\b", text[: match.start()]
    ):
        return None
    return upper(text[match.end() :])


def respelt(text, rng, quotes):
    pairs = both(
        "behaviour/behavior,optimisation/optimization,generalises/generalizes,normalised/normalized,"
        "artefact/artifact,"
        "centres/centers,analyse/analyze,characterises/characterizes,tokenised/tokenized,minimises/minimizes,"
        "licence/license,maths/math,unnormalised/unnormalized,favour/favor,stabilise/stabilize,localised/localized,"
        "regulariser/regularizer,quantifies/quantifies,linearised/linearized"
    )
    return replaced(text, [pair for pair in pairs if pair[0] != pair[1]], rng)


def rehyphenated(text, rng, quotes):
    pairs = both(
        "mid-depth/mid depth,chain-of-thought/chain of thought,fine-tuned/finetuned,pre-residual/preresidual,"
        "speed-up/speedup,"
        "data set/dataset,data sets/datasets,multi-level/multilevel,non-autoregressive/nonautoregressive,"
        "set-ups/setups,"
        "loss-less/lossless,training-free/training free,label-free/label free,hand-annotated/hand annotated,"
        "self-training/self training"
    )
    return replaced(text, pairs, rng)


def percent_written(text, rng, quotes):
    return re.sub(r"(\d)%", r"\1 percent", text) if re.search(r"\d%(?![+\w])", text) else None


def ranges_written(text, rng, quotes):
    found = re.search(r"(?<![\w.-])(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(?=%|\s)", text)
    return (
        text[: found.start()] + f"{found[1]} to {found[2]}" + text[found.end() :] if found else None
    )


def numbers_written(text, rng, quotes):
    words = "two three four five six seven eight nine ten".split()
    pairs = [(word, str(i)) for i, word in enumerate(words, 2)]
    if not re.search(r"[A-Za-z]\w* \d|\d[.,/]|[.,/]\d|[=<>^@-] ?\d", text):
        pairs += [(str(i), word) for i, word in enumerate(words, 2)]
    return replaced(text, pairs, rng)


def thousands_written(text, rng, quotes):
    if re.search(r"\d,\d{3}\b", text):
        return re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    return re.sub(r"\b(\d)(\d{3})\b(?= \w+s\b)", r"\1,\2", text)


def scales_written(text, rng, quotes):
    found = re.search(r"(?<![\w.-])(\d+)([BM])(?= \w)", text)
    scale = {"B": "billion", "M": "million"}
    return (
        text[: found.start()] + f"{found[1]} {scale[found[2]]}" + text[found.end() :]
        if found
        else None
    )


def synonym(text, rng, quotes):
    pairs = both(
        "beats/outperforms,beat/outperform,nearly/almost,about/roughly,shows/exhibits,uses/employs,needs/requires,"
        "final/last,whereas/while,often/frequently,choosing/selecting,mainly/mostly,method/approach,dip/valley,"
        "weights/parameters,large/big,rises/increases,falls/decreases,although/though,larger/bigger,"
        "for instance/for example,"
        "reinforcement learning/RL,large language models/LLMs,whole/entire"
    )
    risky = "last place|at last|for about|about the|about mid|about layers|about how|about text|about where|"
    risky += "about outcomes"
    return None if re.search(risky, text) else replaced(text, pairs, rng)


def attributed(text, rng, quotes):
    if re.match(r"Own |According|It would|Whether|Which|Why|By its", text) or "?" in text:
        return None
    lower = re.match(
        r"(?:The|In|For|On|An?|Some|No|With|Under|Over|Most|All|At|Within|Per|Both)\b", text
    )
    first = text[:1].lower() + text[1:] if lower else text
    return (
        rng.choice(("The paper says that ", "The note states that ", "The source reports that "))
        + first
    )


def scope_moved(text, rng, quotes):
    """ "In X, Y" told as "Y in X", where one clause says it all."""
    match = re.fullmatch(
        r"(?P<scope>(?:In|For|On|Within|Under|Over|With) [\w -]{3,40}), (?P<rest>[^,;:]+)\.", text
    )
    if not match or re.search(
        r"\b(?:and|or|but|that|which|while|when|if|because|in|for|than|as|where|only|not|no)\b",
        match["rest"],
    ):
        return None
    scope = match["scope"]
    if re.search(r"\b(?:some|all|every|most|many|and|any|each|few)\b", text, re.IGNORECASE):
        return None
    return f"{upper(match['rest'])} {scope[0].lower()}{scope[1:]}."


def sides_of_and(text, rng, quotes):
    match = re.match(
        r"(?P<a>[A-Z][\w-]+) and (?P<b>[A-Z][\w-]+) (?P<rest>(?:are|differ|share|have) .+)", text
    )
    if match and " and " not in match["rest"] and not re.search(r"respectively|\d", match["rest"]):
        return f"{match['b']} and {match['a']} {match['rest']}"
    match = re.fullmatch(
        r"(?P<head>[^,;:]+ (?:in|of|for|between)) (?P<a>[a-z-]+) and (?P<b>[a-z-]+)\.", text
    )
    if match and " and " not in match["head"] and not re.search(r"respectively|\d", text):
        return f"{match['head']} {match['b']} and {match['a']}."
    return None


def passive(text, rng, quotes):
    match = re.fullmatch(
        r"(?P<a>[A-Z][\w '-]+?) (?P<v>uses|cites|compares|covers|measures|lists|computes|scores) "
        r"(?P<b>[\w '-]+?)(?P<c> (?:for|in|with|among|on|as|from|over) [^,;:]+)?\.", text,
    )  # fmt: skip
    if not match or re.search(
        r"\b(?:only|not|no|all|every|some|each|any|most|and|that|which|both|one|in|on|neither|is|are|to|with|carries)\b",
        match["a"] + match["b"],
    ):
        return None
    part = {"uses": "used", "cites": "cited", "compares": "compared", "covers": "covered", "measures": "measured",
            "lists": "listed", "computes": "computed", "scores": "scored"}[match["v"]]  # fmt: skip
    verb = "are" if re.search(r"s$", match["b"].split(" of ")[0]) else "is"
    first = match["a"] if not match["a"].startswith("The ") else "the " + match["a"][4:]
    return f"{upper(match['b'])} {verb} {part} by {first}{match['c'] or ''}."


def contracted(text, rng, quotes):
    return replaced(
        text,
        one_way("does not/doesn't,cannot/can't,do not/don't,is not/isn't,are not/aren't"),
        rng,
    )


UNCHANGED: tuple[Edit, ...] = (quoted, respaced, percent_written, thousands_written)
EDITS: tuple[Edit, ...] = (
    quoted, respaced, end_cut, front_cut, respelt, rehyphenated, percent_written, ranges_written, numbers_written,
    thousands_written, scales_written, synonym, attributed, scope_moved, sides_of_and, passive, contracted,
)  # fmt: skip
