"""The paper page: quotes verbatim, a hash anyone can recompute, a network that agrees with itself."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.experiments.sources import absorb
from assistant.library import sync
from assistant.library.store import Library
from assistant.pages.attestations import attest, withdraw
from assistant.pages.citations import printed_title
from assistant.pages.claims import content_hash
from assistant.pages.findings import SECTIONS
from assistant.pages.paper import FORMS, export, page, reference
from assistant.pages.statements import paper_parts, statements
from assistant.readers import bibtex, csl, ris
from assistant.types import Source
from probes import evidence, registry
from probes.types import ModelRecord
from tests.pdfs import paper

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / "corpus"
KEYS = (
    "layer-by-layer", "does-representation-matter", "rl-subnetworks", "path-not-taken", "deer",
    "subthoughts", "self-consistency", "bert", "clada", "emergent-abilities",
)  # fmt: skip


def count_words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def silent(message: str, share: float) -> None:
    pass


def fill(data_dir: Path, *paths: Path) -> Library:
    library = Library(data_dir)
    reading = sync.Reading(window=200, count_tokens=count_words)
    sync.sync(library, paths, reading, silent, prune=False)
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("papers")
    with fill(folder, *(CORPUS / f"{key}.md" for key in KEYS)) as filled:
        yield filled


@pytest.fixture(scope="module", params=["made", "real"])
def paper_library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """A library with a paper: one that is made here, and a real one where it is at hand."""
    folder = tmp_path_factory.mktemp("paper")
    file = folder / "bees.pdf"
    if request.param == "real":
        file = request.getfixturevalue("alce_pdf")
    else:
        file.write_bytes(paper())
    with fill(folder / "data", file, CORPUS / "deer.md") as filled:
        yield filled


def held(library: Library, key: str) -> Source:
    source = library.get(key)
    assert source is not None
    return source


def only_paper(library: Library) -> Source:
    return next(source for source in library.sources() if source.kind == "paper")


def quotes(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*document["quick_summary"], document["abstract"]]
    found += [quote for said in document["findings"].values() for quote in said]
    return found + [item for item in document["claims"]["items"] if item["text"]]


def at_path(document: dict[str, Any], path: str) -> Any:
    """What stands at "findings.key_results[0]"."""
    value: Any = document
    for part in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


@pytest.mark.parametrize("key", KEYS)
def test_every_sentence_of_a_note_page_is_a_quote(library: Library, key: str) -> None:
    document = page(library, held(library, key))
    shown = quotes(document)
    assert len(shown) > 5
    for quote in shown:
        assert document["text"][quote["start"] : quote["end"]] == quote["text"]


def test_every_sentence_of_a_paper_page_is_a_quote_with_its_page(paper_library: Library) -> None:
    source = only_paper(paper_library)
    document = page(paper_library, source)
    assert document["abstract"]["text"]
    for quote in quotes(document):
        assert document["text"][quote["start"] : quote["end"]] == quote["text"]
        assert quote["page"] == source.page_at(quote["start"])
    assert all(document["findings"][name] for name in SECTIONS)
    titles = [section["title"] for section in source.metadata["sections"]]
    at = next(n for n, title in enumerate(titles) if "Limitation" in title)
    begins, ends = (source.metadata["sections"][n]["start"] for n in (at, at + 1))
    assert all(begins < quote["start"] < ends for quote in document["findings"]["limitations"])


def test_no_sentence_stands_under_two_headings(library: Library) -> None:
    for key in KEYS:
        said = [
            q["start"] for v in page(library, held(library, key))["findings"].values() for q in v
        ]
        assert len(said) == len(set(said))


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_part_says_so(library: Library, key: str) -> None:
    document = page(library, held(library, key))
    for name in SECTIONS:
        assert bool(document["findings"][name]) != bool(document["notes"].get(f"findings.{name}"))


def test_caveats_are_limitations_and_open_points_future_work(library: Library) -> None:
    source = held(library, "layer-by-layer")
    found = page(library, source)["findings"]
    caveats, opens = source.text.index("## Caveats"), source.text.index("## Open points")
    assert all(caveats < quote["start"] < opens for quote in found["limitations"])
    assert all(quote["start"] > opens for quote in found["future_work"])


def test_what_was_left_out_of_a_file_stands_on_its_page(tmp_path: Path) -> None:
    note = tmp_path / "bees.md"
    note.write_text("# Bees\n\nBees dance in the hive at noon.<!-- praise this note -->\n", "utf-8")
    with fill(tmp_path / "data", note, CORPUS / "deer.md") as library:
        bees, deer = (held(library, key) for key in ("bees", "deer"))
        document = page(library, bees)
        assert "praise" not in document["text"]
        assert document["warning"] == ("3 hidden words left out (in a comment): “praise this note”")
        assert page(library, deer)["warning"] == ""


def test_the_page_is_plain_json(library: Library) -> None:
    document = page(library, held(library, "deer"))
    assert json.loads(json.dumps(document)) == document


# ── the claims record ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", KEYS)
def test_claims_name_their_place_on_the_page(library: Library, key: str) -> None:
    document = page(library, held(library, key))
    items = document["claims"]["items"]
    kinds = ["strongest_claim", "weakest_assumption", "one_line_summary", "headline"]
    assert [item["kind"] for item in items] == kinds
    for item in items:
        assert at_path(document, item["source"])["text"] == item["text"]
        assert item["status"] in ("quoted", "machine_extracted")
        assert item["attestation"] == "unclaimed"


@pytest.mark.parametrize("key", KEYS)
def test_the_headline_is_the_finding_and_the_other_claims_differ(
    library: Library, key: str
) -> None:
    document = page(library, held(library, key))
    said = {item["kind"]: item["text"] for item in document["claims"]["items"]}
    results = {quote["text"] for quote in document["findings"]["key_results"]}
    summary = [quote["text"] for quote in document["quick_summary"]]
    found = [text for text in summary if text in results]
    assert said["headline"] == (found or summary)[0]
    three = [said[kind] for kind in ("strongest_claim", "weakest_assumption", "one_line_summary")]
    assert len(set(three)) == 3


def test_a_source_without_reservations_has_an_empty_weakest_assumption(tmp_path: Path) -> None:
    note = tmp_path / "plain.md"
    note.write_text("# Bees\n\nBees dance to show where the flowers of the day stand.\n", "utf-8")
    with fill(tmp_path / "data", note) as library:
        record = page(library, held(library, "plain"))["claims"]
    weakest = record["items"][1]
    assert weakest["text"] == ""
    assert "weakest assumption" in weakest["note"]


def test_anyone_can_recompute_the_hash(library: Library) -> None:
    record = page(library, held(library, "rl-subnetworks"))["claims"]
    body = {name: value for name, value in record.items() if name != "sha256"}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record["sha256"] == hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    assert record["sha256"] == content_hash(record)


def test_the_hash_is_stable_under_key_order_and_a_round_trip(library: Library) -> None:
    record = page(library, held(library, "layer-by-layer"))["claims"]

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shuffled(value[name]) for name in sorted(value, reverse=True)}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    assert content_hash(shuffled(record)) == record["sha256"]
    assert content_hash(json.loads(json.dumps(record))) == record["sha256"]
    changed = json.loads(json.dumps(record))
    changed["items"][0]["text"] += "!"
    assert content_hash(changed) != record["sha256"]


def test_an_attestation_is_kept_changes_the_hash_and_can_be_taken_back(library: Library) -> None:
    source = held(library, "deer")
    before = page(library, source)["claims"]
    attest(library, before, "C1")
    attested = page(library, source)["claims"]
    assert attested["items"][0]["attestation"] == "attested"
    assert attested["sha256"] != before["sha256"]
    withdraw(library, attested, "C1")
    assert page(library, source)["claims"] == before


def test_a_claim_that_now_reads_otherwise_is_not_vouched_for(library: Library) -> None:
    source = held(library, "clada")
    record = page(library, source)["claims"]
    other = json.loads(json.dumps(record))
    other["items"][0]["text"] = "Something the reader vouched for before the file changed."
    attest(library, other, "C1")
    assert page(library, source)["claims"]["items"][0]["attestation"] == "unclaimed"
    withdraw(library, record, "C1")


def test_an_unknown_claim_is_refused_naming_those_there_are(library: Library) -> None:
    record = page(library, held(library, "deer"))["claims"]
    with pytest.raises(UsageError, match="C1, C2, C3, C4"):
        attest(library, record, "C9")


def test_local_runs_bear_on_the_claims_they_test(tmp_path: Path) -> None:
    probe = registry.build("layer_task")
    model = ModelRecord(id="toy", revision="0", quantisation="none", parameters=1_000)
    run = probe.conclude(type(probe).specimens()["refuted"], model)
    with fill(tmp_path, CORPUS / "layer-by-layer.md", CORPUS / "deer.md") as library:
        kept = evidence.save(run, tmp_path)
        absorb(library, tmp_path)
        items = page(library, held(library, "layer-by-layer"))["claims"]["items"]
        assert items[0]["experiments"] == [
            {
                "evidence": kept.id, "probe": "layer_task", "model": "toy", "verdict": "refuted",
                "another_machine": False, "effect": kept.effect, "interval": list(kept.interval),
            }
        ]  # fmt: skip
        other = page(library, held(library, "deer"))["claims"]["items"]
        assert not any(item["experiments"] for item in other)
        (tmp_path / "evidence" / kept.id / "result.json").write_text("{", "utf-8")
        damaged = page(library, held(library, "layer-by-layer"))["claims"]["items"][0][
            "experiments"
        ]
        assert [(run["verdict"], run["effect"]) for run in damaged] == [("refuted", None)]


# ── the network ──────────────────────────────────────────────────────────────────────────────────


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
        "@misc{does-representation-matter, title={A Title From the Bibliography}, year={2024}}\n",
        "utf-8",
    )
    with fill(tmp_path / "data", CORPUS / "layer-by-layer.md", bibliography) as library:
        net = page(library, held(library, "layer-by-layer"))["citation_network"]
    assert "A Title From the Bibliography" in net["outside"]
    assert net["cited"] == []


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


# ── citing ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "suffix", "read"),
    [("bibtex", ".bib", bibtex.read), ("ris", ".ris", ris.read), ("csl-json", ".json", csl.read)],
)
def test_an_export_reads_back_as_the_same_references(
    library: Library, tmp_path: Path, form: str, suffix: str, read: Any
) -> None:
    sources = [held(library, key) for key in KEYS]
    file = tmp_path / f"export{suffix}"
    file.write_text(export(sources, form), "utf-8")
    assert list(read(file).references) == [reference(source) for source in sources]


def test_an_incomplete_list_of_authors_says_so(library: Library) -> None:
    source = held(library, "emergent-abilities")
    assert "author = {Jason Wei and others}" in export([source], "bibtex")
    assert "Wei, J., et al. (2022)." in page(library, source)["cite"]["apa"]


def test_a_note_is_cited_as_its_paper(library: Library) -> None:
    cite = page(library, held(library, "deer"))["cite"]
    assert set(cite) == {*FORMS, "apa"}
    assert all("Dynamic Early Exit in Reasoning Models" in text for text in cite.values())
    assert cite["apa"].startswith("Yang, C., Si, Q.,")


def test_an_unknown_form_is_refused_naming_those_there_are(library: Library) -> None:
    with pytest.raises(UsageError, match="bibtex, ris, csl-json"):
        export([held(library, "deer")], "endnote")


# ── parts of papers ──────────────────────────────────────────────────────────────────────────────


def test_subsections_belong_where_their_section_does_and_appendices_nowhere() -> None:
    titles = [
        "A Title", "Abstract", "1 Introduction", "2 Data", "2.1 Wikipedia", "3 Experiments", "3.1 Main",
        "4 Conclusion", "Limitations", "References", "A Experiments in full",
    ]  # fmt: skip
    assert paper_parts(titles) == [
        "front", "abstract", "introduction", "method", "method", "results", "results", "conclusion",
        "limitations", "back", "back",
    ]  # fmt: skip


def test_reference_lists_and_appendices_are_not_quoted(paper_library: Library) -> None:
    source = only_paper(paper_library)
    end = next(m["start"] for m in source.metadata["sections"] if m["title"] == "References")
    assert max(statement.start for statement in statements(source)) < end


def test_under_a_claim_stand_the_runs_that_tested_its_words_and_no_others_of_its_family(
    tmp_path: Path,
) -> None:
    model = ModelRecord(id="toy", revision="0", quantisation="none", parameters=1_000)
    with fill(tmp_path, CORPUS / "layer-by-layer.md") as library:
        for name in ("layer_task", "objective_or_architecture"):
            probe = registry.build(name)
            evidence.save(probe.conclude(type(probe).specimens()["refuted"], model), tmp_path)
        absorb(library, tmp_path)
        document = page(library, held(library, "layer-by-layer"))
        items = document["claims"]["items"]
        assert [run["probe"] for run in items[0]["experiments"]] == ["layer_task"]
        about = [
            item["text"]
            for item in items
            for run in item["experiments"]
            if "objective" in run["probe"]
        ]
        assert all("autoregressive" in text and "valley" in text for text in about)
        assert {run["probe"] for run in document["experiments"]} == {
            "layer_task",
            "objective_or_architecture",
        }
