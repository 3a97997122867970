"""Attacks that add something the quote does not mention: a measure, a claim, another quote's words."""

import re

from tests.assistant.verify.edits import Edit, bare, renamed
from tests.assistant.verify.substitutions import MODELS, SETS, WORKS


def measure_renamed(text, rng, quotes):
    names = ("accuracy,latency,entropy,perplexity,curvature,cross-entropy,throughput,distance correlation,"
             "edit distance,"
             "effective rank,speed-up,F1,pass@1,pass@k,sparsity,energy,variance,confidence").split(",")  # fmt: skip
    return renamed(text, rng, names)


def word_replaced(text, rng, quotes):
    """A content word exchanged for one of another note."""
    words = list(re.finditer(r"(?<![\w-])[a-z]{5,}(?![\w-])", text))
    others = re.findall(r"(?<![\w-])[a-z]{5,}(?![\w-])", rng.choice(quotes).plain)
    others = [word for word in others if word not in text]
    if not words or not others:
        return None
    match = rng.choice(words)
    return text[: match.start()] + rng.choice(others) + text[match.end() :]


def tail_invented(text, rng, quotes):
    tails = (
        ", which has since been confirmed for every frontier system by OpenAI", " in all 500 frontier models",
        ", as every later study confirmed", " regardless of architecture", ", which proves the effect causal",
        " and is now standard practice", ", with no loss of quality", " at any scale", " in humans as well",
    )  # fmt: skip
    return text.rstrip(".") + rng.choice(tails) + "."


def head_invented(text, rng, quotes):
    heads = ("It is proven that ", "In all language models ", "Experts agree that ", "The authors prove that ",
             "For GPT-5 and every other frontier model, ", "Contrary to earlier reports, ")  # fmt: skip
    return rng.choice(heads) + text[:1].lower() + text[1:]


def invented(text, rng, quotes):
    """A sentence of the writer's own about something that the quote names."""
    there = [
        n
        for n in (*MODELS, *SETS, *WORKS)
        if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text)
    ]
    if not there:
        return None
    templates = (
        "{} outperforms all earlier methods on every benchmark.", "{} was trained on 15 trillion tokens.",
        "The middle layers of {} store facts about the world.", "{} shows that scale alone explains reasoning.",
        "{} halves the cost of inference without loss.", "Later work failed to replicate {}.",
    )  # fmt: skip
    return rng.choice(templates).format(rng.choice(there))


def mis_cited(text, rng, quotes):
    other = rng.choice(quotes).plain
    return None if bare(other) in bare(text) else other


def mis_cited_near(text, rng, quotes):
    """A true sentence of the same note, cited to its neighbour."""
    at = next(i for i, row in enumerate(quotes) if row.plain == text)
    other = quotes[at - 1]
    same = other.source == quotes[at].source and bare(other.plain) not in bare(text)
    return other.plain if same else None


def halves_combined(text, rng, quotes):
    """The first half of one quote with the second half of another."""
    other = rng.choice(quotes).plain
    if ", " not in text or ", " not in other or other == text:
        return None
    return text.split(", ")[0] + ", " + other.split(", ", 1)[1]


INVENTIONS: tuple[Edit, ...] = (
    measure_renamed, word_replaced, tail_invented, head_invented, invented, mis_cited, mis_cited_near, halves_combined,
)  # fmt: skip
