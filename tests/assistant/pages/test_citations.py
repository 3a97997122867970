"""The network of citations agrees with itself, and a printed reference finds its work."""

from pathlib import Path

import pytest

from assistant.library.store import Library
from assistant.pages.citations import printed_title
from assistant.pages.paper import page
from assistant.types import Source
from tests.assistant.pages.shelves import CORPUS, KEYS, fill, held


def test_the_network_is_symmetric(library: Library) -> None:
    nets = {key: page(library, held(library, key))["citation_network"] for key in KEYS}
    assert any(net["cited"] for net in nets.values())
    for one in KEYS:
        for other in KEYS:
            assert (other in nets[one]["citing"]) == (one in nets[other]["cited"])
            assert (other in nets[one]["related"]) == (one in nets[other]["related"])


def test_no_work_cites_a_later_one(library: Library) -> None:
    net = page(library, held(library, "bert"))["citation_network"]
    assert "layer-by-layer" in net["citing"]
    assert "layer-by-layer" not in net["cited"]


def test_works_outside_the_library_are_named_by_their_bibliographic_record(tmp_path: Path) -> None:
    bibliography = tmp_path / "references.bib"
    bibliography.write_text(
        "@misc{does-representation-matter, title={A Title From the Bibliography}, year={2024}, "
        "author={Skean, Oscar}}\n",
        "utf-8",
    )
    with fill(tmp_path / "data", CORPUS / "layer-by-layer.md", bibliography) as library:
        net = page(library, held(library, "layer-by-layer"))["citation_network"]
        assert "A Title From the Bibliography" in net["outside"]
        assert net["cited"] == []
        (row,) = (row for row in net["works"] if row["title"] == "A Title From the Bibliography")
        assert (row["authors"], row["year"]) == (["Oscar Skean"], 2024)
        assert library.get(row["key"]).title == row["title"]  # so that it opens


def test_a_printed_reference_is_resolved_by_id_and_by_title(tmp_path: Path) -> None:
    with fill(tmp_path, CORPUS / "layer-by-layer.md", CORPUS / "deer.md") as library:
        printed = [
            "Oscar Skean and others. 2025. Layer by Layer: Uncovering Hidden Repre-sentations. arXiv:2502.02013.",
            "Chenxu Yang et al. 2025. Dynamic Early Exit in Reasoning Models. Preprint.",
            "Ada Lovelace. 1843. Notes on the analytical engine. Taylor.",
        ]
        paper = Source(
            key="citing-paper", kind="paper", title="A Paper That Cites Two Notes", claim="",
            text="Nothing.", content_hash="0", metadata={"references": printed, "year": 2026},
        )  # fmt: skip
        library.put(paper, [])
        document = page(library, paper)
        net, listed = document["citation_network"], document["claims"]["references"]
        assert net["cited"] == ["deer", "layer-by-layer"]
        assert net["outside"] == ["Notes on the analytical engine"]
        assert "citing-paper" in page(library, held(library, "deer"))["citation_network"]["citing"]
    assert (listed["count"], listed["resolved"]) == (3, 2)
    assert [entry["key"] for entry in listed["sample"]] == ["layer-by-layer", "deer", None]
    assert listed["sample"][0]["arxiv"] == "2502.02013"


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("J. Smith and A. Doe. 2019. How words mean things. In ACL.", "How words mean things"),
        ("Smith, J. (2019). How words mean things. ACL, 3-5.", "How words mean things"),
        ("[3] J. Smith, “How words mean things,” in Proc. ACL, 2019.", "How words mean things"),
        ("Something unparsable", "Something unparsable"),
    ],
)
def test_the_title_of_a_printed_reference(printed: str, title: str) -> None:
    assert printed_title(printed) == title


def test_similar_sources_are_others_of_this_library(library: Library) -> None:
    for key in KEYS:
        rows = page(library, held(library, key))["similar"]
        assert rows
        assert all(
            row["key"] in KEYS and row["key"] != key and 0 < row["score"] <= 1 for row in rows
        )
        assert [row["score"] for row in rows] == sorted((r["score"] for r in rows), reverse=True)


def test_similar_sources_are_measured_by_the_index_where_there_is_one(own_library: Path) -> None:
    with Library(own_library) as library:
        keys = sorted(library.keys())
        documents = {key: page(library, held(library, key)) for key in keys}
    scores = {(key, row["key"]): row["score"] for key in keys for row in documents[key]["similar"]}
    assert {row["basis"] for d in documents.values() for row in d["similar"]} == {"vectors"}
    assert all(scores[b, a] == score for (a, b), score in scores.items() if (b, a) in scores)
