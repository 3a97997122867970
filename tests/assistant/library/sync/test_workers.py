"""Reading and embedding over workers: the same library and the same index, whoever does it."""

import hashlib
import shutil
import sqlite3

import pytest

from assistant import Assistant
from tests import ray_clusters
from tests.conftest import NOTES
from tests.pdfs import Text, column, pdf


def paper(number):
    """A paper of one page, another one for each number."""
    title = Text(72, 720, f"On the Number {number} in Orchards", 18, bold=True)
    lines = [
        f"The count of bees in orchard {number * 10 + at} rose by {at} percent at night."
        for at in range(9)
    ]
    return pdf([[title, *column(72, 690, lines)]])


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Notes, papers, a second copy, a file that cannot be read, and a bibliography."""
    folder = tmp_path_factory.mktemp("papers")
    for key, note in NOTES.items():
        (folder / f"{key}.md").write_text(note, "utf-8")
    for number in range(4):
        (folder / f"paper-{number}.pdf").write_bytes(paper(number))
    shutil.copy(folder / "paper-1.pdf", folder / "zz-copy.pdf")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    (folder / "works.bib").write_text("@article{a, title={A title}, year={2020}}", "utf-8")
    return folder


def read(data, papers, **settings):
    """What is in a library after it read the papers: its sources, passages, vectors and index files."""
    assistant = Assistant.open(data, corpus_dir=None, **settings)
    report = assistant.add([papers])
    assistant.library.close()
    with sqlite3.connect(data / "indexes" / "vectors.sqlite") as db:
        vectors = db.execute("SELECT * FROM vectors ORDER BY hash").fetchall()
    index = data / "indexes" / report.index_hash
    return {
        "files": [(each.path, each.status, each.source, each.message) for each in report.files],
        "vectors": vectors,
        "hash": report.index_hash,
        "index": {
            str(path.relative_to(index)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(index.rglob("*"))
            if path.is_file()
        },
    }


@pytest.fixture(scope="module")
def alone(papers, tmp_path_factory):
    return read(tmp_path_factory.mktemp("alone"), papers)


def test_two_processes_make_the_same_bytes_as_one(papers, alone, tmp_path):
    assert len(alone["vectors"]) > 8
    assert {status for _, status, *_ in alone["files"]} == {"new", "duplicate", "refused"}
    assert read(tmp_path, papers, workers=2) == alone


@pytest.mark.cluster
def test_a_cluster_that_loses_a_node_makes_the_same_bytes_too(papers, alone, tmp_path, monkeypatch):
    from assistant.library import sync

    with ray_clusters.two_nodes() as cluster:
        stored, settle = [], sync._settle

        def lose_a_node(library, path, *rest):
            stored.append(path.name)
            if len(stored) == 3:
                ray_clusters.lose(cluster)
            return settle(library, path, *rest)

        monkeypatch.setattr(sync, "_settle", lose_a_node)
        found = read(tmp_path, papers, ray=ray_clusters.address(cluster))
    assert found == alone
    assert stored == [path.rpartition("/")[2] for path, *_ in alone["files"]]
