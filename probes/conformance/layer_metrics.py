"""Compute the layer metrics of golden cases and compare them with the stored values."""

# Matrices are named as in the formulas.
# ruff: noqa: N803, N806

import json
import math
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias, get_args

import numpy as np

from probes.conformance.types import Check, UnreadableFolderError, Value
from probes.metrics import (
    Normalisation,
    Side,
    Variant,
    centre_and_unit,
    curvature,
    dataset_entropy,
    dime,
    effective_rank,
    infonce,
    lidar,
    matrix_entropy,
    normalise_entropy,
    pool,
    position_angle,
    prompt_entropy,
    seq_vcr,
    twonn,
)
from probes.metrics.curvature import turning_angles
from probes.metrics.entropy import Pooling, clamped_spectrum, unpadded
from probes.metrics.gram import gram, rounding
from probes.metrics.states import Array, States

Arrays: TypeAlias = Mapping[str, np.ndarray]
Case: TypeAlias = Mapping[str, Any]
Values: TypeAlias = Mapping[str, Any]
Compute: TypeAlias = Callable[[Arrays, Mapping[str, Any]], Values | list[Any]]
Tolerance: TypeAlias = Mapping[str, float]

_NORMALISATIONS: tuple[Normalisation, ...] = get_args(Normalisation)
_DEFAULT_TOLERANCE: Mapping[str, Tolerance] = {
    "float64": {"rtol": 1e-8, "atol": 1e-8},
    "float32": {"rtol": 1e-4, "atol": 1e-5},
    "lidar/ref_float32_scatter": {"rtol": 1e-3, "atol": 1e-4},
    "intrinsic_dimension": {"rtol": 1e-3, "atol": 1e-3},
    "curvature of exactly straight or folded paths": {"atol": 1e-6},
}
_STRAIGHT = 1e-6
_RESAMPLES = 300


def checks(folder: Path) -> Iterator[Check]:
    """Compare every case of `expected.json` in `folder` with what `probes.metrics` gives.

    Raises:
        UnreadableFolderError: `expected.json` or the arrays are missing or damaged.
    """
    expected, arrays = _load(folder)
    tolerances = {**_DEFAULT_TOLERANCE, **expected["meta"].get("tolerance", {})}
    for case in expected["cases"]:
        if case.get("skip"):
            yield Check(case["id"], "skipped", note=str(case["skip"]))
        else:
            yield _check(case, arrays, tolerances)


def _load(folder: Path) -> tuple[Mapping[str, Any], Arrays]:
    cases, inputs = folder / "expected.json", folder / "inputs.npz"
    for path in (cases, inputs):
        if not path.is_file():
            raise UnreadableFolderError(f"{path}: missing; the two files belong together.")
    try:
        expected = json.loads(cases.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFolderError(f"{cases}: not readable as JSON ({error}).") from error
    if not isinstance(expected, dict) or not isinstance(expected.get("cases"), list):
        raise UnreadableFolderError(f"{cases}: no list of cases in it.")
    expected.setdefault("meta", {})
    try:
        with np.load(inputs, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (
        OSError,
        ValueError,
        EOFError,
        LookupError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise UnreadableFolderError(f"{inputs}: not readable as arrays ({error}).") from error
    return expected, arrays


def _check(case: Case, arrays: Arrays, tolerances: Mapping[str, Tolerance]) -> Check:
    kind = (case["metric"], case["variant"])
    unknown = [name for name in case["inputs"].values() if name not in arrays]
    if unknown or kind not in _COMPUTE:
        missing = f"no array {unknown[0]!r}" if unknown else f"nothing computes {'/'.join(kind)}"
        return Check(case["id"], "failed", expected=case["expected"], note=missing)
    inputs = {role: arrays[name] for role, name in case["inputs"].items()}
    try:
        # Every case is computed in float64 from the stored array; the float32 targets are met
        # within their own, wider, tolerance.
        got = _COMPUTE[kind](inputs, case["params"])
        for precision, values in case["expected"].items():
            tolerance = _tolerance(case, inputs, precision, tolerances)
            difference = _first_difference(values, got, tolerance, precision)
            if difference:
                where, wanted, found = difference
                return Check(case["id"], "failed", expected=wanted, got=found, note=where)
    except (ValueError, LookupError, TypeError, np.linalg.LinAlgError) as error:
        note = f"{type(error).__name__}: {error}"
        return Check(case["id"], "failed", expected=case["expected"], note=note)
    return Check(case["id"], "passed", expected=case["expected"])


def _tolerance(
    case: Case, inputs: Arrays, precision: str, tolerances: Mapping[str, Tolerance]
) -> Tolerance:
    chosen = dict(tolerances[precision])
    kind = f"{case['metric']}/{case['variant']}"
    for name in (case["metric"], kind):
        chosen.update(tolerances.get(name, {}))
    if case["metric"] == "curvature" and _is_straight_or_folded(inputs["X"], case["params"]):
        special = tolerances["curvature of exactly straight or folded paths"]
        chosen["atol"] = max(special["atol"], chosen["atol"])
    if kind == "entropy/ref_clamped" and case["params"]["alpha"] < 1:
        chosen["atol"] += _rounding_share(inputs["X"], case["params"])
    return chosen


def _rounding_share(X: States, params: Mapping[str, Any]) -> float:
    """Return what the rounding noise of zero eigenvalues alone can add to an entropy of order below 1.

    p^alpha turns noise of 1e-16 into 1e-8 and more, and the noise is the linear algebra library's.
    """
    alpha = params["alpha"]
    rows = _prepared(X, params, "reference")
    if not np.isfinite(rows).all():
        return 0.0
    p = clamped_spectrum(gram(rows))
    noise = rounding(0)
    zeros = min(rows.shape) - int((p > noise).sum())
    return float(zeros * noise**alpha / ((1 - alpha) * np.sum(p**alpha)))


def _is_straight_or_folded(X: States, params: Mapping[str, Any]) -> bool:
    angles, defined = turning_angles(_prepared(X, params))
    return bool((np.sin(angles[defined]) < _STRAIGHT).all())


def _first_difference(
    expected: Any, got: Any, tolerance: Tolerance, where: str
) -> tuple[str, Value, Value] | None:
    """Return the first place where `got` is not `expected`: its name and both values."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            if not isinstance(got, Mapping) or name not in got:
                return f"{where}.{name}: nothing computes it", value, None
            difference = _first_difference(value, got[name], tolerance, f"{where}.{name}")
            if difference:
                return difference
        return None
    if isinstance(expected, list):
        if len(expected) != len(got):
            return f"{where}: length", len(expected), len(got)
        for index, pair in enumerate(zip(expected, got, strict=True)):
            difference = _first_difference(*pair, tolerance, f"{where}[{index}]")
            if difference:
                return difference
        return None
    if callable(got):
        return None if got(float(expected)) else (f"{where}: out of reach", expected, None)
    wanted = float(expected)
    found = math.nan if got is None else float(got)
    same = _close(wanted, found, tolerance)
    return None if same else (f"{where}: off by {found - wanted:.3g}", expected, found)


def _close(wanted: float, found: float, tolerance: Tolerance) -> bool:
    if math.isnan(wanted) or math.isinf(wanted):
        return wanted == found or (math.isnan(wanted) and math.isnan(found))
    return abs(found - wanted) <= tolerance["atol"] + tolerance.get("rtol", 0.0) * abs(wanted)


def _prepared(X: States, params: Mapping[str, Any], variant: Variant = "definition") -> Array:
    """Return the rows of `X` as the case asks for them: as given, or centred and of unit length."""
    pre = params.get("pre", "none")
    if pre == "none":
        return np.asarray(X, dtype=np.float64)
    if pre == "center_unit":
        return centre_and_unit(X, variant)
    raise ValueError(f"unknown preparation {pre!r}")


def _normalisations(entropy: float, N: int, D: int) -> dict[str, float]:
    return {how: normalise_entropy(entropy, N, D, how) for how in _NORMALISATIONS}


def _normalise(inputs: Arrays, _: Mapping[str, Any]) -> list[Any]:
    rows: list[Any] = centre_and_unit(inputs["X"], "reference").tolist()
    return rows


def _entropy_reference(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params, "reference")
    entropy = matrix_entropy(X, params["alpha"], variant="reference")
    return _normalisations(entropy, len(X), X.shape[1])


def _entropy_definition(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params)
    sides: Mapping[str, Side] = {"gram": "tokens", "cov": "dims"}
    return {name: matrix_entropy(X, params["alpha"], side=side) for name, side in sides.items()}


def _effective_rank(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params)
    return {"effective_rank": effective_rank(X), "exp_S1": math.exp(matrix_entropy(X))}


def _curvature_reference(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params, "reference")
    raw = curvature(X, variant="reference").value or 0.0
    return {"raw": raw, "logD": normalise_entropy(raw, len(X), X.shape[1], "logD")}


def _curvature_definition(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params)
    return {
        "raw": curvature(X, zero_steps="zero").value,
        "raw_excluding_zero_steps": curvature(X).value,
    }


def _position_angle(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params)
    return {f"k{k}": position_angle(X, k).value for k in range(1, len(X))}


def _prompt_entropy(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    def curve(how: Normalisation) -> list[float | None]:
        return [
            prompt_entropy(
                layer,
                inputs["lengths"].tolist(),
                alpha=params.get("alpha", 1),
                normalisation=how,
                variant="reference",
            ).value
            for layer in inputs["H"]
        ]

    return {how: curve(how) for how in _NORMALISATIONS}


def _prompt_curvature(inputs: Arrays, _: Mapping[str, Any]) -> Values:
    means = []
    for layer in inputs["H"]:
        prompts = unpadded(layer, inputs["lengths"].tolist())
        rows = [centre_and_unit(tokens, "reference") for tokens in prompts]
        means.append(fmean(curvature(X, variant="reference").value or 0.0 for X in rows))
    D = inputs["H"].shape[-1]
    return {"raw": means, "logD": [normalise_entropy(m, 1, D, "logD") for m in means]}


def _dataset_entropy(inputs: Arrays, params: Mapping[str, Any], pooling: Pooling) -> Values:
    lengths = inputs["lengths"].tolist()
    pooled = [pool(layer, lengths, pooling) for layer in inputs["H"]]
    return {
        how: [
            dataset_entropy(
                X,
                alpha=params.get("alpha", 1),
                normalisation=how,
                variant="reference",
                batch_size=params["batch_size"],
            )
            for X in pooled
        ]
        for how in _NORMALISATIONS
    }


def _two_views(
    inputs: Arrays, params: Mapping[str, Any], variant: Variant = "definition"
) -> Sequence[Array]:
    first, second = params.get("views", (0, 1))
    return [_prepared(inputs["V"][:, view], params, variant) for view in (first, second)]


def _infonce(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    A, B = _two_views(inputs, params, "reference")
    results = {str(t): infonce(A, B, t, variant="reference") for t in params["temperatures"]}
    return {t: {"raw": r.loss, "mi-lower-bound": r.bound} for t, r in results.items()}


def _infonce_two_sided(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    A, B = _two_views(inputs, params, "reference")
    return {str(t): infonce(A, B, t, variant="reference_2024").loss for t in params["temperatures"]}


def _dime(inputs: Arrays, params: Mapping[str, Any], variant: Variant) -> dict[str, Any]:
    A, B = _two_views(inputs, params)
    alpha = params.get("alpha", 1)
    result = dime(A, B, alpha, indices=inputs["perms"], variant=variant)
    return {
        **_normalisations(result.value, len(A), A.shape[1]),
        "H_joint": result.joint,
        "H_perm_mean": result.permuted,
    }


def _dime_samples(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    """Return what `_dime` returns, and whether our own permutations reach the mean and spread of 300 others."""
    A, B = _two_views(inputs, params)
    alpha = params.get("alpha", 1)
    ours = dime(A, B, alpha, permutations=_RESAMPLES)
    mean, sd = ours.permuted, ours.permuted_sd
    # Two means of 300 draws differ by sd * sqrt(2/300) at one standard error; the tolerance is eight of them.
    margin = 8 * sd * math.sqrt(2 / _RESAMPLES) + _STRAIGHT
    return {
        **_dime(inputs, params, "definition"),
        "mc300_H_perm_mean": lambda wanted: abs(mean - wanted) <= margin,
        "mc300_H_perm_sd": lambda wanted: abs(sd - wanted) <= wanted / 2 + _STRAIGHT,
    }


def _lidar(inputs: Arrays, params: Mapping[str, Any], variant: Variant) -> Values:
    views = range(params["q"])
    V = np.stack([_prepared(inputs["V"][:, view], params) for view in views], axis=1)
    result = lidar(V, params["delta"], params["alpha"], variant=variant)
    return {
        **_normalisations(result.entropy, result.classes, result.dims),
        "exp": result.rank,
        "trace_Sb": result.trace_between,
        "trace_Sw": result.trace_within,
    }


def _intrinsic_dimension(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    X = _prepared(inputs["X"], params)
    dimension = twonn(X, params["mu_fraction"]).value
    if dimension is None:
        return {"raw": None, "logN": None}
    return {"raw": dimension, "logN": normalise_entropy(dimension, len(X), X.shape[1], "logN")}


def _seq_vcr(inputs: Arrays, params: Mapping[str, Any]) -> Values:
    result = seq_vcr(inputs["X"], params["lambda1"], params["lambda2"], params["eta"])
    return {
        "loss": result.loss,
        "variance_term": result.variance_term,
        "covariance_term": result.covariance_term,
    }


_COMPUTE: Mapping[tuple[str, str], Compute] = {
    ("normalize", "center_unit"): _normalise,
    ("entropy", "ref_clamped"): _entropy_reference,
    ("entropy", "definition_unclamped"): _entropy_definition,
    ("effective_rank", "roy_vetterli"): _effective_rank,
    ("curvature", "ref2025_abs_cos"): _curvature_reference,
    ("curvature", "paper_signed_cos"): _curvature_definition,
    ("curvature", "ref2024_position_angle"): _position_angle,
    ("pipeline_prompt_entropy", "ref"): _prompt_entropy,
    ("pipeline_curvature", "ref"): _prompt_curvature,
    ("pipeline_dataset_entropy", "ref_last_len_pooling"): lambda i, p: _dataset_entropy(
        i, p, "last_length"
    ),
    ("pipeline_dataset_entropy", "mask_aware_pooling"): lambda i, p: _dataset_entropy(i, p, "mean"),
    ("infonce", "ref2025_one_direction"): _infonce,
    ("infonce", "ref2024_simclr_two_sided"): _infonce_two_sided,
    ("dime", "ref"): lambda i, p: _dime(i, p, "reference"),
    ("dime", "sample_side_definition"): _dime_samples,
    ("lidar", "ref_float32_scatter"): lambda i, p: _lidar(i, p, "reference"),
    ("lidar", "float64_generalised_eigenproblem"): lambda i, p: _lidar(i, p, "definition"),
    ("intrinsic_dimension", "twonn_fit_fraction_0.9"): _intrinsic_dimension,
    ("seq_vcr", "paper_eq3_eq4"): _seq_vcr,
}
