"""The claims record: each claim with its place on the page and the runs that tested it, and a hash of it all."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.experiments.sources import absorb
from assistant.library.store import Library
from assistant.pages.claims import content_hash, origin
from assistant.pages.paper import page
from probes import registry
from probes.runs import evidence
from probes.types import ModelRecord
from tests.assistant.pages.shelves import CORPUS, KEYS, fill, held


def at_path(document: dict[str, Any], path: str) -> Any:
    """What stands at "findings.key_results[0]"."""
    value: Any = document
    for part in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


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


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"arxiv": "2502.02013", "arxiv_version": "2", "doi": "10.1/x"}, ("arxiv", "2502.02013", 2)),
        ({"arxiv": "arXiv:2502.02013v3", "arxiv_version": "2"}, ("arxiv", "2502.02013", 3)),
        ({"arxiv": "solv-int/9901001"}, ("arxiv", "solv-int/9901001", None)),
        ({"arxiv": "2502.02013", "arxiv_version": "draft"}, ("arxiv", "2502.02013", None)),
        ({"doi": "10.1234/middle"}, ("doi", "10.1234/middle", None)),
        ({"arxiv": "", "doi": None}, (None, None, None)),
    ],
)  # fmt: skip
def test_the_source_of_a_record_names_registry_id_and_version(
    metadata: dict[str, Any], told: tuple[str | None, str | None, int | None]
) -> None:
    found = origin(metadata)
    assert (found["kind"], found["id"], found["version"]) == told
