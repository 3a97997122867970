"""Experiments are offered where their probe tests a source near the question, with one line that says why."""

from dataclasses import replace

from probes import registry
from tests.assistant.experiments.runs import put, result

LAYERS = "Do intermediate layers give better features than the last layer?"


def test_a_probe_that_names_a_source_and_speaks_of_the_question_comes_first(ask):
    offered = ask("Is there an entropy valley?", "layer-by-layer")[1]
    assert offered[0].probe == "layer_valley"


def test_the_whole_family_of_the_first_source_is_offered(ask):
    offered = {experiment.probe for experiment in ask(LAYERS, "layer-by-layer")[1]}
    assert offered >= {
        name for name in registry.names() if "layer_metrics" in registry.get(name).families
    }


def test_nothing_is_offered_for_sources_that_ask_for_no_experiment(ask):
    assert ask("What is BEiT?", "beit")[1] == []


def test_why_is_one_short_line_that_says_what_is_known(ask, library, opened):
    title = opened.source("layer-by-layer").title
    question = "Is there an entropy valley?"

    def why():
        return ask(question, "layer-by-layer", library=library)[1][0].why

    assert why() == f"tests “{title}”; not run here yet"
    put(library, replace(result("layer_valley-00000000-1"), brought_from="/list"))
    assert why() == f"tests “{title}”; not run here yet, elsewhere: refuted on tiny"
    put(library, result("layer_valley-00000000-2", verdict="supported"))
    assert why() == f"tests “{title}”; here: supported on tiny, elsewhere: refuted on tiny"


def test_answers_offer_the_experiments_of_what_they_cite(opened):
    found = opened.ask("Can intermediate reasoning points yield better answers than final ones?")
    assert "subthought_mode" in {experiment.probe for experiment in found.experiments}
    assert "subthoughts" in {source.key for source in found.sources}
