"""Runs and texts come in; out go sources, sentences that bear on a question, and experiments to offer."""
