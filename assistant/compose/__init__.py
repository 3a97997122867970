"""Arrange an answer: scored quotes and the coverage come in; a brief with folds, gaps and next lines goes out."""
