"""Compare golden values for reasoning traces: cuts, answers, votes, confidences and statistics."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from probes.conformance.types import Check, UnreadableFolderError
from probes.statistics import auroc, clopper_pearson, mcnemar, wilson
from probes.traces.aggregation import converged, running_mode, tally
from probes.traces.confidence import token_confidence, trace_confidence, window_means
from probes.traces.equality import equal, normalise, number
from probes.traces.extraction import extract
from probes.traces.segmentation import RULES, boundaries, segment
from probes.traces.thoughts import split_response
from probes.traces.voting import (
    Stop,
    adaptive_consistency,
    early_stopping,
    prefix_consistency,
    self_consistency,
    softmax_vote,
    top_share_vote,
    weighted_vote,
)

Case: TypeAlias = Mapping[str, Any]

_RELATIVE = 1e-9
_ROUNDED = 5e-4 + 1e-9
"""This is half a unit of the third decimal, to which some stored values were rounded."""


def checks(folder: Path) -> Iterator[Check]:
    """Compare every case of the files found in `folder` with what `probes.traces` gives.

    Segmentation (six rules), aggregation, weighted voting, confidence and statistics must agree.
    Extraction and equality must agree where the published functions recorded in the case agree
    among themselves; their disagreements follow our own rule and are advisory.

    Raises:
        UnreadableFolderError: none of the files is there, or one is damaged.
    """
    found = [(name, check) for name, check in _FILES.items() if (folder / f"{name}.json").is_file()]
    if not found:
        names = ", ".join(f"{name}.json" for name in _FILES)
        raise UnreadableFolderError(f"{folder}: no golden cases here; looked for {names}.")
    for name, check in found:
        for case in _cases(folder / f"{name}.json"):
            yield check(f"{name}/{case['id']}", case)


def _cases(path: Path) -> Sequence[Case]:
    try:
        cases: Sequence[Case] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFolderError(
            f"{path}: damaged ({type(error).__name__}: {error})."
        ) from error
    return cases


def _segmentation(name: str, case: Case) -> Check:
    text = case["text"]
    got: dict[str, Any] = {rule: boundaries(text, rule) for rule in RULES}
    got |= {f"{rule} pieces": len(segment(text, rule)) for rule in RULES}
    expected = {**case["boundaries"]}
    expected |= {f"{rule} pieces": n for rule, n in case["n_subthoughts"].items()}
    torn = [rule for rule in RULES if "".join(segment(text, rule)) != text]
    if torn:
        return Check(name, "failed", text[:80], None, f"pieces do not join to the text: {torn}")
    return _compared(name, expected, got)


def _extraction(name: str, case: Case) -> Check:
    ours = extract(case["text"]).answer
    published = _published_answers(case["outputs"])
    answers = [a for a in published if a is not None and normalise(a) is not None]
    if not answers:
        return Check(name, "passed" if ours is None else "failed", None, ours)
    response = split_response(case["text"])
    if ours is None and answers[0] in (response.thought or "") and answers[0] not in response.final:
        note = "the published functions read inside the thought"
        return Check(name, "advisory", answers[0], ours, note)
    if len(answers) < 2 or not all(equal(answers[0], other) for other in answers[1:]):
        return Check(name, "advisory", answers, ours, "the published functions disagree")
    return Check(name, "passed" if equal(ours, answers[0]) else "failed", answers[0], ours)


def _published_answers(outputs: Case) -> list[str | None]:
    """Return the answer that each recorded function gives, `None` from one that finds none."""
    answers: list[str | None] = []
    for function, output in outputs.items():
        if function == "prefix_consistency_normalised":
            continue  # this is the same function as prefix_consistency_boxed_or_last_number
        if isinstance(output, list):
            answers.append(output[-1] if output else None)
        else:
            answers.append(None if output == "[invalid]" else output)
    return answers


def _equality(name: str, case: Case) -> Check:
    verdicts = {v for v in case["outputs"].values() if isinstance(v, bool)}
    ours = equal(case["pred"], case["gold"])
    shown = f"{case['pred']!r} and {case['gold']!r}"
    if len(verdicts) != 1:
        return Check(name, "advisory", sorted(verdicts), ours, f"{shown}: functions disagree")
    expected = verdicts.pop()
    return Check(name, "passed" if ours is expected else "failed", expected, ours, shown)


def _aggregation(name: str, case: Case) -> Check:
    answers = case["answers"]
    found = tally(answers)
    keys = [_key(answer) for answer in answers]
    got = {
        "paper_mode_first_seen": found.mode,
        "votes": found.votes,
        "n_total": found.total,
        "n_usable": found.usable,
        "n_unique": found.unique,
        "entropy_bits": found.entropy_bits,
        "entropy_over_log2_n": found.normalised_entropy,
        "mode_share_of_usable": found.share_of_usable,
        "mode_share_of_total": found.share_of_total,
        "running_mode": running_mode(answers),
        "deepconf_simple_majority": self_consistency(answers),
        "dynasor_last_k_equal": {
            k: converged(keys, int(k)) for k in case["outputs"].get("dynasor_last_k_equal", {})
        },
    }
    return _compared(name, case["outputs"], got)


def _key(answer: str | None) -> str | None:
    """Return equal numbers in one spelling, as Dynasor compares them; leave other answers as they are."""
    value = None if answer is None else number(answer)
    return answer if value is None else str(value)


def _weighted_voting(name: str, case: Case) -> Check:
    answers, confidences, groups = case["answers"], case["confidences"], case["groups_of_2"]
    expected = case["outputs"]
    vote = weighted_vote(answers, confidences)
    got: dict[str, Any] = {
        "deepconf_weighted": vote,
        "weighted_linear": vote,
        "standard": self_consistency(answers),
        "softmax_T1": softmax_vote(answers, confidences),
        "adaptive_consistency": {
            level: _stopped(adaptive_consistency(answers, float(level)))
            for level in expected["adaptive_consistency"]
        },
        "esc": {
            window: [stop.samples, stop.answer]
            for window in expected["esc"]
            for stop in [early_stopping(answers, int(window))]
        },
    }
    for power, word in enumerate(("linear", "quadratic", "cubic"), start=1):
        got[f"prefix_consistency_{word}"] = prefix_consistency(groups, power)
    for key in expected:
        if key.startswith("top") and key.endswith("pct_weighted"):
            percent = float(key.removeprefix("top").removesuffix("pct_weighted"))
            got[key] = top_share_vote(answers, confidences, percent)
    return _compared(name, expected, got)


def _stopped(stop: Stop) -> list[Any]:
    """Return where a vote stopped, and its answer; None as long as its rule is not met, as in the recorded function."""
    return [stop.samples, stop.answer if stop.samples is not None else None]


def _confidence(name: str, case: Case) -> Check:
    expected = dict(case["outputs"])
    found = trace_confidence(case["confs"], case["window"])
    means = window_means(case["confs"], case["window"])[:5]
    rounded = {
        "token_confidence_from_topk": [token_confidence(row) for row in case["topk_logprobs"]],
        "sliding_means_first5": [float(mean) for mean in means],
    }
    for key, got in rounded.items():
        stored = expected.pop(key, got)
        if len(stored) != len(got) or any(
            abs(a - b) > _ROUNDED for a, b in zip(stored, got, strict=True)
        ):
            return Check(name, "failed", stored, got, key)
    got_exact = {
        "mean": found.mean,
        "tail": found.tail,
        "bottom10_window": found.bottom,
        "min_window": found.minimum,
    }
    return _compared(name, expected, got_exact)


def _statistics(name: str, case: Case) -> Check:
    if "p" in case:
        p = mcnemar(case["b_only_first_correct"], case["c_only_second_correct"])
        return _compared(name, {"p": case["p"]}, {"p": p})
    if "auroc" in case:
        right, wrong = ([-h for h in case[f"entropy_{side}correct"]] for side in ("", "in"))
        return _compared(name, {"auroc": case["auroc"]}, {"auroc": auroc(right, wrong)})
    if "wilson" in case:
        counts = case["successes"], case["n"]
        got = {
            key: [interval.low, interval.high]
            for key, interval in (
                ("wilson", wilson(*counts)),
                ("clopper_pearson", clopper_pearson(*counts)),
            )
        }
        return _compared(name, {key: case[key] for key in got}, got)
    return Check(name, "skipped", note=f"no such statistic here: {case.get('test')}")


def _compared(name: str, expected: Case, got: Case) -> Check:
    """Fail at the first key of `got` that differs from the value stored under it."""
    for key, value in got.items():
        if key not in expected:
            return Check(name, "failed", None, value, f"{key}: nothing stored to compare with")
        if not _close(expected[key], value):
            return Check(name, "failed", expected[key], value, key)
    return Check(name, "passed")


def _close(expected: Any, got: Any) -> bool:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return expected.keys() == got.keys() and all(_close(expected[k], got[k]) for k in got)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(_close, expected, got))
    if isinstance(expected, float) and isinstance(got, int | float):
        return math.isclose(expected, got, rel_tol=_RELATIVE, abs_tol=_RELATIVE)
    return bool(expected == got)


_FILES: Mapping[str, Callable[[str, Case], Check]] = {
    "segmentation": _segmentation,
    "extraction": _extraction,
    "equality": _equality,
    "aggregation": _aggregation,
    "weighted_voting": _weighted_voting,
    "confidence": _confidence,
    "statistics": _statistics,
}
