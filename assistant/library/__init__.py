"""The library stores sources, passages, references and the reader's remarks in one SQLite file."""
