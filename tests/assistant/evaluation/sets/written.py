"""Write the files of a question set into a folder, for the tests of its readers."""

import json


def write(folder, **files):
    """Write files into a folder: `corpus_csv` becomes corpus.csv; what is no text becomes JSON."""
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{stem}.{suffix}").write_text(text, "utf-8")
    return folder
