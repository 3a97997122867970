"""The thresholds of the gate and the curve they were read from.

Printed by `python benchmarks/verification.py ../shared` on 26 November 2026; run it again when a rule
changes. They bear only on free wording, which is shown only where an entailment model is configured.
"""

from typing import NamedTuple


class Point(NamedTuple):
    """What a least share of content words does.

    `alone` and `ruled` are macro-F1 (supported or not) on 1,261 pairs of SciFact train, of the share
    alone and with the rules; `lies` is how many of 1,000 planted lies are left to the model.
    """

    share: float
    alone: float
    ruled: float
    lies: int


CURVE = tuple(
    Point(*row)
    for row in (
        (0.40, 0.567, 0.350, 162),
        (0.45, 0.553, 0.351, 162),
        (0.50, 0.545, 0.351, 162),
        (0.55, 0.508, 0.349, 162),
        (0.60, 0.492, 0.346, 162),
        (0.65, 0.466, 0.346, 162),
        (0.70, 0.437, 0.344, 162),
        (0.75, 0.417, 0.342, 162),
        (0.80, 0.400, 0.342, 159),
        (0.85, 0.382, 0.342, 153),
        (0.90, 0.369, 0.342, 138),
        (0.95, 0.364, 0.342, 100),
        (1.00, 0.364, 0.342, 96),
    )
)

# From .75 up the claims no longer tell thresholds apart, so the lies do: above .95 few are gained.
COVERED = 0.95
# Not calibrated, for no entailment model is bundled: high, because a refused sentence costs little.
ENTAILED = 0.9
