"""Reasoning traces: cut them, read their answers, compare, count and vote; no model is needed."""
