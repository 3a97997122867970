"""Measure the product: questions with known answers, figures, baselines, and the run before."""
