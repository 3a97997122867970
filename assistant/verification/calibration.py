"""The two thresholds of the gate."""

COVERED = 0.75
ENTAILED = 0.9
