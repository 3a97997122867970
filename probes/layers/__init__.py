"""Prompts go through a model once; figures for each of its layers, tables, pictures and scores of tasks come out."""
