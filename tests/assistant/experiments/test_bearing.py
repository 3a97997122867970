"""Runs bear on a question by their measurements, controls included, and are cited only where they bear on it."""

from dataclasses import replace

import pytest

from assistant.experiments.bearing import CITES
from assistant.experiments.measured import measured
from probes import registry
from tests.assistant.experiments.runs import put, result


@pytest.mark.parametrize(
    ("question", "probe", "role", "word"),
    [
        ("Does greedy decoding reproduce a reasoning trace from its prefixes?", "greedy_identity", "finding", "100"),
        ("is the entropy valley there in an untrained model?", "layer_valley", "control", "untrained twin"),
        ("do shuffled tokens keep the valley?", "layer_valley", "control", "shuffled"),
        ("Do intermediate layers give better features than the last layer?", "layer_task", "finding", "best"),
        ("best layer to use for embeddings?", "layer_task", "finding", "best intermediate layer"),
        ("does Mamba have an entropy valley?", "objective_or_architecture", "control", "the Mamba has no"),
        ("are marker words better places to cut a trace than random words?", "marker_or_random", "finding", ""),
        ("how early is the final answer already fixed in a trace?", "early_answer", "finding", "98%"),
        ("do deeper blocks do less?", "block_influence", "finding", ": refuted"),
    ],
)  # fmt: skip
def test_the_run_that_measured_it_is_found(ask, question, probe, role, word):
    source = registry.get(probe).sources[0]
    found, _ = ask(question, source)
    assert found[0].source.metadata["probe"] == probe
    assert found[0].role == role
    assert word in found[0].text
    assert found[0].bears >= CITES


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("What is a massive activation and why should I care", "massive-activations"),
        ("What is BEiT?", "beit"),
        ("does a bigger tokenizer vocabulary help for languages other than english?", "layer-by-layer"),
        ("who wrote Layer by Layer?", "layer-by-layer"),
        ("how do bees find flowers?", "layer-by-layer"),
    ],
)  # fmt: skip
def test_no_run_is_cited_that_does_not_bear_on_the_question(ask, question, near):
    assert ask(question, near)[0] == []


@pytest.mark.parametrize("near", ["depth-efficiency", "farther-shift", "deepconf"])
def test_the_probe_of_the_run_that_is_cited_first_is_offered_first(ask, near):
    found, offered = ask("Do deeper blocks change the hidden states less?", near)
    assert found[0].source.metadata["probe"] == offered[0].probe == "block_influence"
    assert len({each.probe for each in offered}) == len(offered)


def test_a_run_has_at_most_one_sentence_quoted_where_it_stands_best_first(ask):
    found, _ = ask("is the entropy valley there in an untrained model?", "layer-by-layer")
    keys = [one.source.key for one in found]
    assert len(set(keys)) == len(keys)
    assert [one.bears for one in found] == sorted((one.bears for one in found), reverse=True)
    for one in found:
        assert one.source.text[one.start : one.end] == one.text
        assert one.passage == f"{one.source.key}:{one.start}-{one.end}"
        assert 0 <= one.bears <= 1


def test_a_run_bears_more_where_its_probe_tests_a_cited_source(ask):
    question = "is there an entropy valley?"
    alone, near = ask(question)[0][0], ask(question, "layer-by-layer")[0][0]
    assert near.source == alone.source
    assert near.bears > alone.bears


def test_a_run_of_this_machine_is_cited_before_a_newer_one_of_another(ask, library):
    own, brought = result("layer_valley-00000000-1"), result("layer_valley-00000000-2")
    newer = "2026-02-01T00:00:00+00:00"
    put(library, own, replace(brought, created=newer, brought_from="/list", verdict="supported"))
    question = "Is there an entropy valley?"
    cited, offered = ask(question, "layer-by-layer", library=library)
    assert [one.source.key for one in cited] == [own.id]
    assert offered[0].evidence == (own.id, brought.id)
    cited, offered = ask(question, "layer-by-layer", library=library, without={own.id})
    assert [one.source.key for one in cited] == [brought.id]
    assert offered[0].evidence == (own.id, brought.id)


def test_what_a_reader_ran_last_for_an_offer_stands_in_the_answer_that_offers_it(ask, library):
    question = "Do intermediate layers give better features than the last layer?"

    def run(probe, **changed):
        return replace(result(f"{probe}-00000000-1", probe), **changed)

    earlier = "2025-01-01T00:00:00+00:00"
    put(library, run("block_influence", created=earlier), run("logit_lens"))
    put(library, run("layer_task", brought_from="/list"))
    found, offered = ask(question, "layer-by-layer", library=library)
    assert "logit_lens" in {experiment.probe for experiment in offered}
    assert found[0].source.metadata["probe"] == "logit_lens"
    assert len(ask(question, "layer-by-layer", library=library, most=1)[0]) == 1


def test_evidence_under_a_former_name_is_still_cited(ask, library):
    put(library, result("layer_entropy-00000000-1", "layer_entropy"))
    cited, _ = ask("Is there an entropy valley?", "layer-by-layer", library=library)
    assert [one.source.key for one in cited] == ["layer_entropy-00000000-1"]
    assert registry.get("layer_entropy") is registry.get("layer_valley")


def test_a_run_without_marked_sentences_bears_on_nothing(ask, library):
    put(library, result("layer_valley-00000000-1"))
    [stored] = library.sources("evidence")
    library.put(replace(stored, metadata={**stored.metadata, "sentences": []}), [])
    assert ask("Is there an entropy valley?", "layer-by-layer", library=library)[0] == []


def test_an_answer_takes_each_sentence_as_a_quote_of_its_run(ask, opened):
    question = "is the entropy valley there in an untrained model?"
    found, _ = ask(question)
    made = measured(
        opened.library,
        opened.index(),
        opened.embedder,
        4,
        question,
        [],
        lambda _: True,
        opened.desk().scores,
    )
    assert [quote.source for quote in made.runs] == [one.source.key for one in found]
    assert [quote.text for quote in made.runs] == [one.text for one in found]
