"""Answering turns a question and the chosen parts of the program into a checked answer."""
