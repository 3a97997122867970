"""After any history of edits and kills, the library of a folder is that of a clean sync."""

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.library.store import Library
from tests.assistant.library.sync.following import contents, follow, write

edits = st.lists(
    st.tuples(
        st.sampled_from(["write", "delete", "move", "break", "touch"]),
        st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 3),
    ),
    max_size=8,
)  # fmt: skip


@given(st.lists(edits, min_size=1, max_size=4))
def test_however_a_folder_got_there_its_passages_are_those_of_a_clean_sync(
    tmp_path_factory, rounds
):
    base = tmp_path_factory.mktemp("edits")
    folder = base / "notes"
    folder.mkdir()
    with Library(base / "data") as library, Library(base / "clean") as clean:
        for changes in rounds:
            for n, (what, name, other, text) in enumerate(changes):
                _edit(folder, what, name, other, text)
                for path in folder.iterdir():
                    os.utime(path, ns=(n, hash((n, path.name)) % 10**6))
            follow(library, folder)
        broken = [path for path in folder.iterdir() if path.read_bytes().startswith(b"\xff")]
        for path in broken:
            path.unlink()
        follow(library, folder)
        follow(clean, folder)
        assert sorted(p.text for p in library.passages()) == sorted(
            p.text for p in clean.passages()
        )
        assert len(library.keys()) == len(clean.keys())
    shutil.rmtree(base)


def test_a_copy_of_what_became_a_copy_itself_takes_its_place(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    with Library(tmp_path / "data") as library:
        for name, text in (("a", 2), ("b", 0), ("c", 0)):
            _edit(folder, "write", name, name, text)
        follow(library, folder)
        _edit(folder, "write", "b", "b", 2)
        os.utime(folder / "b.md", ns=(1, 1))
        follow(library, folder)
        assert len(library.keys()) == 2


def _edit(folder, what, name, other, text):
    path = folder / f"{name}.md"
    if what == "write":
        path.write_text(f"Text {text} stands in this note.\n" * (text + 1))
    elif what == "break":
        path.write_bytes(b"\xff broken")
    elif not path.exists():
        return
    elif what == "delete":
        path.unlink()
    elif what == "move":
        path.rename(folder / f"{other}.md")


KILLED = textwrap.dedent("""
    import sys
    from assistant import Assistant

    def report(message, fraction):
        print(message, flush=True)

    Assistant.open(sys.argv[1], corpus_dir=sys.argv[2]).sync(progress=report)
    print("done", flush=True)
""")


def test_a_kill_at_any_moment_loses_nothing_that_was_done(closed_library, small_corpus, tmp_path):
    from assistant import Assistant

    corpus = shutil.copytree(small_corpus, tmp_path / "corpus")
    for n in range(12):
        body = "\n\n".join(f"Passage {i} of note {n} tells of layer {i * n}." for i in range(20))
        write(corpus / f"extra-{n}.md", body, title=f"What does note {n} tell?")
    clean = Assistant.open(tmp_path / "clean", corpus_dir=corpus)
    expected = clean.sync().index_hash
    question = "Do middle layers give better features than the last layer?"
    random.seed(7)
    data = shutil.copytree(closed_library, tmp_path / "data")
    before = Library(data).keys()
    for moment in (4, 13, 17, 18):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(data), str(corpus)],
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            lines = [line for line in (running.stdout.readline() for _ in range(moment)) if line]
            time.sleep(random.uniform(0, 0.2))
            running.send_signal(signal.SIGKILL)
        read = {
            Path(line.split()[1]).stem for line in lines[:-1] if line.startswith("reading extra")
        }
        with Library(data) as library:
            assert before | read <= library.keys()
            stored = library.passages()
            assert all(library.get(p.source).text[p.start : p.end] == p.text for p in stored)
    again = Assistant.open(data, corpus_dir=corpus)
    assert again.sync().index_hash == expected
    assert contents(again.library) == contents(clean.library)
    assert again.ask(question).sentences == clean.ask(question).sentences
    assert [hit.passage for hit in again.search("layer 33", 30)] == [
        hit.passage for hit in clean.search("layer 33", 30)
    ]
