"""The library: files come in; sources, passages, references and remarks go out, kept in one SQLite file."""
