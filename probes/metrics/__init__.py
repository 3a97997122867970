"""Layer-wise representation metrics: arrays in, numbers out, no model code.

States come as NumPy arrays, torch tensors or lists and are computed in float64; logarithms are
natural. Every metric follows the published definition unless its `variant` asks for what the
authors' code computes. Degenerate input has a defined answer; input that is not finite is refused.
"""

from probes.metrics.curvature import curvature, position_angle
from probes.metrics.decay import alpha_req, rankme
from probes.metrics.depth import (
    block_influence,
    cka,
    linear_probe,
    linear_probe_accuracy,
    logit_lens_kl,
)
from probes.metrics.dimension import twonn
from probes.metrics.entropy import (
    Normalisation,
    collision_entropy,
    dataset_entropy,
    effective_rank,
    matrix_entropy,
    normalise_entropy,
    pool,
    prompt_entropy,
    renyi_entropy,
)
from probes.metrics.gram import Side, centre_and_unit, gram, spectrum
from probes.metrics.invariance import DiME, InfoNCE, LiDAR, dime, infonce, lidar
from probes.metrics.layer import LayerMetrics, PromptMetrics, layer_metrics
from probes.metrics.seqvcr import SeqVCR, seq_vcr
from probes.metrics.states import Estimate, States, Variant

__all__ = [
    "Estimate",
    "States",
    "Variant",
    "Side",
    "Normalisation",
    "centre_and_unit",
    "gram",
    "spectrum",
    "renyi_entropy",
    "collision_entropy",
    "normalise_entropy",
    "matrix_entropy",
    "prompt_entropy",
    "dataset_entropy",
    "pool",
    "effective_rank",
    "curvature",
    "position_angle",
    "InfoNCE",
    "infonce",
    "DiME",
    "dime",
    "LiDAR",
    "lidar",
    "twonn",
    "rankme",
    "alpha_req",
    "block_influence",
    "cka",
    "logit_lens_kl",
    "linear_probe",
    "linear_probe_accuracy",
    "SeqVCR",
    "seq_vcr",
    "LayerMetrics",
    "PromptMetrics",
    "layer_metrics",
]
