"""Experiments on local language models: metrics, probes, verdicts and stored evidence.

Importing this package loads neither torch nor transformers; `probes.models.laboratory` does.
"""
