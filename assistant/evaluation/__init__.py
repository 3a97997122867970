"""Measure the program on questions with known answers, beside baselines and the previous run."""
