"""Compute the figures of an evaluation: rankings and citations come in, numbers between 0 and 1 go out."""

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np
from jaxtyping import Float

Supports = Callable[[int, Sequence[int]], bool]


def ndcg(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the normalised discounted cumulative gain of the first `k`, with gains of 0 and 1.

    It is the sum of 1 / log2(rank + 1) over the relevant documents found, divided by the same sum
    for a ranking with all relevant documents first. 1 is that ideal ranking; 0 means that none is
    among the first `k`. It is defined for at least one relevant document; a document counts only at
    its first place. Source: Järvelin and Kekäläinen 2002, as BEIR reports it (arXiv:2104.08663).
    """
    wanted = set(relevant)
    _defined(wanted, k)
    first = list(dict.fromkeys(ranking))[:k]
    found = sum(1.0 / math.log2(rank + 1) for rank, key in enumerate(first, 1) if key in wanted)
    ideal = sum(1.0 / math.log2(rank + 1) for rank in range(1, min(k, len(wanted)) + 1))
    return found / ideal


def recall(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the share of the relevant documents that are among the first `k` different documents."""
    wanted = set(relevant)
    _defined(wanted, k)
    return len(wanted.intersection(list(dict.fromkeys(ranking))[:k])) / len(wanted)


def citation_recall(citations: Sequence[int], supports: Supports) -> float | None:
    """Return ALCE's citation recall of an answer: the share of its statements that their citations support.

    A statement counts if it has a citation and all its citations read together support it; a
    statement without citation counts as unsupported. The result is None for an answer without
    statements. Source: Gao et al. 2023, "Enabling Large Language Models to Generate Text with
    Citations", section 3 (arXiv:2305.14627). There the judge is an entailment model; here it is an
    argument.

    Args:
        citations: For each statement, how many citations it has.
        supports: Returns whether the citations of these numbers, together, support the statement.
    """
    if not citations:
        return None
    return sum(_borne(at, count, supports) for at, count in enumerate(citations)) / len(citations)


def citation_precision(citations: Sequence[int], supports: Supports) -> float | None:
    """Return ALCE's citation precision of an answer: the share of its citations that are useful.

    A citation is useful if its statement is supported by all its citations together and the
    citation is not irrelevant. It is irrelevant if it does not support the statement alone while
    the others without it do. The result is None for an answer without citations. Source as for
    `citation_recall`.
    """
    total = sum(citations)
    if not total:
        return None
    useful = 0
    for at, count in enumerate(citations):
        if not _borne(at, count, supports):
            continue
        for one in range(count):
            others = [other for other in range(count) if other != one]
            useful += supports(at, [one]) or not (others and supports(at, others))
    return useful / total


def macro_f1(pairs: Sequence[tuple[str, str | None]], labels: Sequence[str]) -> float | None:
    """Return the mean F1 over labels, for pairs of true and predicted label; None for no pairs.

    A prediction without a label counts against recall. A label that is neither true nor predicted
    anywhere is left out of the mean.
    """
    scores = []
    for label in labels:
        both = sum(so == told == label for so, told in pairs)
        either = sum((so == label) + (told == label) for so, told in pairs)
        if either:
            scores.append(2 * both / either)
    return mean(scores)


def interval(values: Sequence[float], seed: int = 0, resamples: int = 1000) -> tuple[float, float]:
    """Return the 95 % interval of a mean by the percentile bootstrap over questions.

    It lies between the smallest and the largest value, and is a point if all values are equal. For
    differences, give the paired differences. Source: Efron and Tibshirani 1993, chapter 13.
    """
    return resampled(
        np.asarray(values, np.float64), lambda drawn: drawn.mean(axis=1), seed, resamples
    )


def resampled(
    observed: Float[np.ndarray, "questions ..."],
    figure: Callable[
        [Float[np.ndarray, "resamples questions ..."]], Float[np.ndarray, " resamples"]
    ],
    seed: int = 0,
    resamples: int = 1000,
) -> tuple[float, float]:
    """Return the 95 % interval of any figure of questions, in the same way as `interval` does for a mean.

    Args:
        observed: The values of each question, one row for each.
        figure: Returns the figure of every resample of the rows.
        seed: Chooses the resamples.
        resamples: The number of resamples.

    Raises:
        ValueError: there is no question.
    """
    if not len(observed):
        raise ValueError("an interval needs at least one value")
    drawn = np.random.default_rng(seed).integers(0, len(observed), (resamples, len(observed)))
    low, high = np.nanpercentile(figure(observed[drawn]), [2.5, 97.5])
    return float(low), float(high)


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, or None for an empty list."""
    return math.fsum(values) / len(values) if values else None


def _borne(at: int, count: int, supports: Supports) -> bool:
    return count > 0 and supports(at, range(count))


def _defined(wanted: Collection[str], k: int) -> None:
    if not wanted or k < 1:
        raise ValueError(
            f"defined for k >= 1 and something relevant; got k={k}, {len(wanted)} relevant"
        )
