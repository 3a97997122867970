"""Follow files into a library and read off what the tests of sync check: notes, fates, contents."""

from pathlib import Path

from assistant.library import sync as syncing
from assistant.library.sync import Reading


def count_words(texts):
    return [len(text.split()) for text in texts]


READING = Reading(window=40, count_tokens=count_words, tokenizer="words")


def write(path, body, **front):
    """Write a note with the given front matter; returns its path."""
    fields = "".join(f"{name}: {value}\n" for name, value in front.items())
    path.write_text(f"---\n{fields}---\n{body}\n" if front else f"{body}\n", "utf-8")
    return path


def follow(library, *roots, prune=True, reading=READING):
    """Sync the roots; returns every file's fate and its report, by the file's name."""
    reports = syncing.sync(library, list(roots), reading, lambda *_: None, prune=prune)
    fates = {Path(report.path).name: report.status for report in reports}
    return fates, {Path(report.path).name: report for report in reports}


def contents(library):
    """What a library says, without when it was read."""
    return library.fingerprint(), [(p.id, p.text) for p in library.passages()]


# This script runs as an unprivileged user: it follows `notes` into `data`, and prints every fate and then the keys.
SYNC = """
from assistant import readers
from assistant.library import sync
from assistant.library.store import Library
readers.suffixes()
drop()
reading = sync.Reading(window=40, count_tokens=lambda texts: [len(t.split()) for t in texts], tokenizer="words")
with Library(folder / "data") as library:
    for report in sync.sync(library, [folder / "notes"], reading, lambda *_: None):
        print(report.status, report.message)
    print(sorted(library.keys()))
"""
