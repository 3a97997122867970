"""A library of a few notes, for the tests of choosing quotes."""

from assistant import Assistant


def library_of(notes, tmp_path_factory) -> Assistant:
    """Return a library of notes alone, given by file name and text."""
    folder = tmp_path_factory.mktemp("notes")
    for name, text in notes.items():
        (folder / name).write_text(text, "utf-8")
    found = Assistant.open(tmp_path_factory.mktemp("data"), corpus_dir=None)
    found.add([folder])
    return found
