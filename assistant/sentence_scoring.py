"""How well a sentence answers a question: its meaning, the terms it covers, its place in its paragraph."""

from assistant.text import Span

# Weights of cosine, coverage and place. A softmax over the sentences of an abstract, any rationale
# sentence being right, fits .31, .51, .18 to the claims of SciFact train; between that and .55, .27,
# .18 the first sentence on dev is as often right (benchmarks/retrieval.py), and notes, whose
# questions share fewer words with their answers than claims do, make more of the points they should.
_COSINE, _COVERAGE, _PLACE = 0.45, 0.37, 0.18

# A shorter paragraph, such as an item of a list, has no conclusion apart from what it says.
_CONCLUDES = 500


def sentence_score(cosine: float, coverage: float, place: float) -> float:
    """How well one sentence answers, from 0 to 1.

    Args:
        cosine: Cosine of the sentence's vector, pooled within its passage, and the question's;
            below 0 counts as 0.
        coverage: Rarity-weighted share of the question's terms in the sentence, from 0 to 1.
        place: Where the sentence stands in its paragraph, as `place` gives it.
    """
    return _COSINE * max(cosine, 0.0) + _COVERAGE * coverage + _PLACE * place


def place(text: str, sentence: Span) -> float:
    """Where a sentence stands in its paragraph: 0 for the first, 1 for the last.

    Authors end an abstract, and a paragraph, with what they conclude. A paragraph lies between
    blank lines; in one of fewer than 500 characters beside the sentence the place is 0.

    Args:
        text: The whole text of the source.
        sentence: The sentence, as a span of that text.
    """
    blank = text.rfind("\n\n", 0, sentence.start)
    start = blank + 2 if blank >= 0 else 0
    end = text.find("\n\n", sentence.end)
    rest = (end if end >= 0 else len(text.rstrip())) - start - (sentence.end - sentence.start)
    return min(1.0, (sentence.start - start) / rest) if rest >= _CONCLUDES else 0.0
