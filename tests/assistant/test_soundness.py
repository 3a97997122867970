"""`inquire doctor` opens what it judges: the texts, the runs and the index of a library."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict

import numpy as np
import pytest

from assistant import Assistant
from assistant.experiments.stored import is_as_kept
from probes import registry
from probes.runs import evidence, kept
from probes.types import ModelRecord

MODEL = ModelRecord(id="none", revision="0", quantisation="none", parameters=1)


@pytest.fixture
def run(own_library):
    """The folder of a run that the library has taken in."""
    probe = registry.build("layer_valley", {})
    made = probe.conclude(probe.specimens()["supported"], MODEL, prompts=("One.", "Two."))
    folder = kept.store(own_library) / evidence.save(made, own_library).id
    with Assistant.open(own_library).library as library:
        from assistant.experiments.sources import absorb

        absorb(library, own_library)
        assert is_as_kept(library, library.get(folder.name))
    return folder


def sick(inquire, data):
    """What doctor finds wrong with a library, by the name of the check."""
    checks = inquire("doctor", "--json", data=data).document["checks"]
    return {
        check["check"]: check["found"]
        for check in checks
        if not check["ok"] and check["check"] in ("library", "texts", "evidence", "index")
    }


def rewrite(folder, **fields):
    path = folder / kept.RECORD
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def halve_arrays(folder):
    content = (folder / "arrays.npz").read_bytes()
    (folder / "arrays.npz").write_bytes(content[: len(content) // 2])


def raise_arrays(folder):
    with np.load(folder / "arrays.npz") as stored:
        raised = {name: stored[name] + 1 for name in stored.files}
    np.savez_compressed(folder / "arrays.npz", **raised)


@pytest.mark.parametrize(
    "alter",
    [
        lambda folder: rewrite(folder, effect=0.9, interval=[0.8, 1.0]),
        lambda folder: rewrite(folder, verdict="refuted"),
        lambda folder: rewrite(folder, model={**asdict(MODEL), "id": "huge"}),
        halve_arrays,
        raise_arrays,
    ],
    ids=["effect", "verdict", "model", "half of the arrays", "other arrays"],
)  # fmt: skip
def test_a_run_that_its_arrays_do_not_bear_out_is_named_and_not_cited(
    inquire, own_library, run, alter
):
    alter(run)
    assert list(found := sick(inquire, own_library)) in (["evidence"], ["evidence", "index"])
    assert run.name in found["evidence"]
    with Assistant.open(own_library).library as library:
        assert not is_as_kept(library, library.get(run.name))


def test_the_librarys_copy_of_a_run_is_held_to_the_run_and_mended(inquire, own_library, run):
    with closing(sqlite3.connect(own_library / "library.sqlite")) as db, db:
        db.execute(
            "UPDATE sources SET text = replace(text, '20 prompts', '2,000 prompts') WHERE kind = 'evidence'"
        )
    assert run.name in sick(inquire, own_library)["evidence"]
    assert inquire("doctor", "--repair", "--json", data=own_library).code == 0
    assert sick(inquire, own_library) == {}


def test_an_altered_text_is_named_and_mended(inquire, own_library):
    with closing(sqlite3.connect(own_library / "library.sqlite")) as db, db:
        db.execute("UPDATE sources SET text = text || '.' WHERE key = 'logit-lens'")
    assert sick(inquire, own_library) == {"texts": "not as they were read: logit-lens"}
    assert inquire("doctor", "--repair", "--json", data=own_library).code == 0
    assert sick(inquire, own_library) == {}


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def one_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [half, one_bit])
@pytest.mark.parametrize("name", ["vectors.npy", "frequencies.json", "bm25/*.npy"])
def test_a_damaged_index_is_named_and_mended(inquire, own_library, damage, name):
    for path in own_library.glob(f"indexes/*/{name}"):
        damage(path)
    assert list(sick(inquire, own_library)) == ["index"]
    assert inquire("doctor", "--repair", "--json", data=own_library).code == 0
    assert sick(inquire, own_library) == {}
