"""A run samples the same questions for the same seed, is stored whole, and is compared with the last."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.evaluation.cases import Case, CaseSet, SetDocument
from assistant.evaluation.closed import opened
from assistant.evaluation.own import own
from assistant.evaluation.runs import compare, drawn, latest, run
from assistant.evaluation.telling import told


def silent(message, fraction):
    """Report nothing."""


def asked_of(reader, suite, **options):
    chosen = {"sample": None, "seed": 0, "with_baselines": False, **options}
    return run(reader, suite, "", silent, **chosen)


@pytest.fixture
def reader(own_library, own_corpus):
    return Assistant.open(own_library, corpus_dir=own_corpus)


groups = st.lists(st.sampled_from(["a", "b", "c"]), max_size=40)


@given(groups, st.integers(1, 9), st.integers(0, 3))
def test_a_sample_is_fixed_by_its_seed_and_bounded_in_every_group(names, most, seed):
    cases = [Case(id=str(at), question="?", group=name) for at, name in enumerate(names)]
    sample = drawn(cases, most, seed)
    assert sample == drawn(cases, most, seed)
    assert sample == [case for case in cases if case in sample]
    for name in set(names):
        inside = [case for case in sample if case.group == name]
        assert len(inside) == min(most, names.count(name))
    assert drawn(cases, None, seed) == cases


def test_a_run_is_stored_and_the_next_is_compared_with_it(reader):
    suite = own(reader.library)
    first, second = (asked_of(reader, suite, sample=3) for _ in range(2))
    assert first["before"] is None
    assert second["before"]["when"] == first["when"]
    assert second["before"]["same_index"]
    assert second["before"]["changes"] == {}
    assert second["before"]["questions"] == first["asked"]
    stored = list((reader.data_dir / "evaluations" / "runs").iterdir())
    assert len(stored) == 2
    for path in stored:
        held = json.loads(path.read_text("utf-8"))
        assert len(held["cases"]) == held["asked"]
    assert "nothing changed" in told(second)
    assert first["quotes_exist"] == 1.0
    assert first["groups"]["titles"]["questions"] == 3
    assert first["questions"] == 3


def test_a_changed_setting_is_named(reader, own_library, own_corpus):
    suite = own(reader.library)
    asked_of(reader, suite, sample=2)
    other = Assistant.open(own_library, corpus_dir=own_corpus, sources_per_answer=1)
    before = asked_of(other, suite, sample=2)["before"]
    assert before["settings"] == {"sources_per_answer": [8, 1]}
    assert before["same_index"]


def test_a_comparison_is_over_the_questions_of_both_runs():
    document = {"index_hash": "new", "settings": {}}
    old = {
        "when": "then", "index_hash": "old", "settings": {},
        "cases": {"a": {"cited": 0.5, "words": 3.0}, "b": {"cited": 1.0}, "gone": {"cited": 0.0}},
    }  # fmt: skip
    now = {"a": {"cited": 1.0}, "b": {"cited": 1.0}, "new": {"cited": 0.0}}
    told_ = compare(document, now, old, seed=0)
    assert told_["questions"] == 2
    assert not told_["same_index"]
    assert told_["changes"]["cited"]["change"] == 0.25
    assert set(told_["changes"]) == {"cited"}
    low, high = told_["changes"]["cited"]["interval"]
    assert 0.0 <= low <= 0.25 <= high <= 0.5


def test_a_damaged_run_and_another_suite_are_passed_over(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    for name, suite, when in (
        ("1", "own", "2026-01-01"),
        ("2", "own", "2026-02-01"),
        ("3", "x", "2027"),
    ):
        held = {"suite": suite, "origin": "", "when": when}
        (tmp_path / f"{name}.json").write_text(json.dumps(held))
    assert latest(tmp_path, "own", "")["when"] == "2026-02-01"
    assert latest(tmp_path, "own", "other.json") is None
    assert latest(tmp_path / "gone", "own", "") is None


DOCUMENTS = (
    SetDocument(
        key="lens", title='A lens: on "𝑄" layers',
        text="The logit lens unembeds the residual stream of a layer. It needs no training at all.",
    ),
    SetDocument(
        key="vote", title="Votes",
        text="# no heading\n\nA majority vote over sampled reasoning paths raises accuracy by ten points.",
    ),
)  # fmt: skip
CLOSED = CaseSet(
    name="tiny", about="two documents", documents=DOCUMENTS,
    cases=(
        Case(
            id="1", question="A majority vote over reasoning paths raises accuracy.", group="held",
            expected="found", relevant=frozenset({"vote"}), wanted=frozenset({"vote"}),
            rationales={"vote": (
                "A majority vote over sampled reasoning paths raises accuracy by ten points.",)},
            stances={"vote": "supports"},
        ),
        Case(id="2", question="Which yeast leavens pizza dough?", group="other", expected="absent"),
    ),
)  # fmt: skip


def test_a_set_with_documents_is_asked_of_them_alone_and_read_once(reader):
    library = opened(reader, CLOSED.name, CLOSED.documents, silent)
    assert library.library.keys() == {"lens", "vote"}
    assert [library.source(d.key).title for d in DOCUMENTS] == [d.title for d in DOCUMENTS]
    again = opened(reader, CLOSED.name, CLOSED.documents, silent)
    assert again.data_dir == library.data_dir
    assert again.index().hash == library.index().hash
    assert not {"lens", "vote"} & reader.library.keys()
    assert library.embedder is reader.embedder


def test_figures_of_a_closed_set_stand_over_all_and_by_group(reader):
    document = asked_of(reader, CLOSED)
    assert list(document["groups"]) == ["all", "held", "other"]
    assert document["questions"] == document["asked"] == 2
    held = document["groups"]["held"]
    assert held["ndcg@10"] == held["recall@5"] == held["cited"] == 1.0
    assert held["rationale@1"] == held["answer_rationale@3"] == 1.0
    sides = {"sentences": 1, "contesting": 0, "told": 1, "told_macro_f1": 1.0, "macro_f1": 1.0}
    assert held["sides"] == {**sides, "all_support_macro_f1": 1.0}
    assert document["groups"]["other"]["sides"] is None
    assert "support/contradiction" in told(document)
    assert document["abstained"] == 1.0
    assert document["coverage_by_expected"]["absent"] == {"answered": 0, "partial": 0, "absent": 1}
    for figures in document["groups"].values():
        for name, (low, high) in figures["intervals"].items():
            assert low <= figures.get(name, figures["dropped"]) <= high, name


def test_baselines_answer_the_same_questions(reader):
    document = asked_of(reader, CLOSED, with_baselines=True)
    rows = document["baselines"]["held"]
    assert {"BM25 alone", "vectors alone", "llama-index default", "first two sentences"} == set(
        rows
    )
    for name in ("BM25 alone", "vectors alone", "llama-index default"):
        assert rows[name]["ndcg@10"] == 1.0, name
    for name in ("llama-index default", "first two sentences"):
        assert rows[name]["cited"] == 1.0, name
    assert "with baselines" in told(document)
    kept = asked_of(reader, CLOSED, with_baselines=True)
    assert kept["baselines"] == document["baselines"]
