"""Reasoning traces: cut them, read their answers, compare, count and vote; this needs no model."""
