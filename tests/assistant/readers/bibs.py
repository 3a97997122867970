"""Read a bibliography from its text."""

from assistant.readers import bibtex


def bib(folder, text):
    """The entries of a file with this text."""
    path = folder / "a.bib"
    path.write_text(text, "utf-8")
    return bibtex.read(path)
