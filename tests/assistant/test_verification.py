"""The gate shows what its quote says, and nothing that a hostile writer makes of it."""

import random
import re
from pathlib import Path

import pytest

from assistant.text import blocks, numbers, sentences
from assistant.verification import verify

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def stored_sentences() -> list[tuple[str, str, int, int]]:
    """(stored text, sentence, start, end) of every sentence of the bundled notes."""
    found = []
    for path in sorted(CORPUS.glob("*.md")):
        text = path.read_text("utf-8").split("\n---\n", 1)[1]
        for block in blocks(text):
            if block.kind == "heading":
                continue
            spans = sentences(text, block.span.start, block.span.end)
            found.extend((text, span.of(text), span.start, span.end) for span in spans)
    return found


SENTENCES = stored_sentences()


def judge(sentence: str, at: tuple[str, str, int, int]):
    text, quote, start, end = at
    return verify(sentence, quote, text, start, end)


def test_every_stored_sentence_is_exactly_its_own_quote():
    assert len(SENTENCES) > 1000
    for row in SENTENCES:
        assert judge(" ".join(row[1].split()), row).support == "exact", row[1]


def test_a_quote_that_does_not_stand_where_it_says_is_refused():
    text, quote, start, end = SENTENCES[10]
    assert not verify(quote, quote, text, start + 1, end + 1).passes
    assert not verify(quote, quote + " Indeed.", text, start, end).passes


def changed_number(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one of its numbers made another one."""
    found = list(re.finditer(r"\d+(?:\.\d+)?", sentence))
    if not found:
        return None
    match = rng.choice(found)
    other = str(int(float(match.group())) + rng.randint(1, 40))
    return sentence[: match.start()] + other + sentence[match.end() :]


def turned(sentence: str, rng: random.Random) -> str | None:
    """The sentence with its negation taken out, or one put in."""
    if re.search(r"\bnot ", sentence):
        return re.sub(r"\bnot ", "", sentence, count=1)
    verb = re.search(r"\b(is|are|was|were|does|do|has|have|can|may)\b", sentence)
    return sentence[: verb.end()] + " not" + sentence[verb.end() :] if verb else None


def renamed(sentence: str, rng: random.Random) -> str | None:
    """The sentence about another model than the one it names."""
    models = ("Pythia", "Mamba", "BERT", "Llama", "GPT-4", "Qwen")
    for model in models:
        if re.search(rf"\b{model}\b", sentence):
            other = rng.choice([m for m in models if m not in sentence] or ["Falcon"])
            return re.sub(rf"\b{model}\b", other, sentence)
    return None


def mistaken(sentence: str, rng: random.Random) -> str | None:
    """A true sentence of another place, cited to this one."""
    other = rng.choice(SENTENCES)[1]
    return None if other == sentence else other


def invented(sentence: str, rng: random.Random) -> str | None:
    """The sentence with a claim of its own attached."""
    return (
        sentence.rstrip(".")
        + ", which has since been confirmed for every frontier system by OpenAI."
    )


@pytest.mark.parametrize("lie", [changed_number, turned, renamed, mistaken, invented])
def test_a_hostile_writer_gets_no_lie_past_the_gate(lie):
    rng = random.Random(7)
    told = passed = 0
    for row in rng.sample(SENTENCES, len(SENTENCES)):
        said = " ".join(row[1].split())
        false = lie(said, rng)
        same_numbers = lie is changed_number and false and numbers(false) == numbers(said)
        if false is None or false == said or same_numbers:
            continue
        told += 1
        if judge(false, row).passes:
            passed += 1
        if told == 200:
            break
    assert told >= 100
    assert passed == 0


def test_a_clause_of_a_quote_may_stand_alone():
    row = next(r for r in SENTENCES if "; with either alone it stays at 0%" in r[1])
    assert judge("With either alone it stays at 0%.", row).support == "exact"


def test_a_fragment_inside_a_clause_is_not_the_quote():
    text = "It is wrong to say that deeper layers are always better."
    ruling = verify("Deeper layers are always better.", text, text, 0, len(text))
    assert not ruling.passes
