"""Answering: a question and the chosen parts come in; a checked answer goes out."""
