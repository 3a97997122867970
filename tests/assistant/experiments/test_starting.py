"""An experiment starts with the reader's model where its probe measures a model."""

import pytest

from assistant.experiments.starting import start
from assistant.settings import Settings
from probes import registry
from probes.runs import jobs

TEXTS = ["a model reads a text as a row of tokens, layer by layer, and changes it. " * 60]
TRAINS = [name for name in registry.names() if registry.build(name).parameters()["model"] == "none"]


@pytest.fixture
def begun(library):
    """The model that a job is begun with, where the settings name one that no probe has by itself."""
    settings = Settings(data_dir=library.data_dir, language_model="minilm")
    started = []

    def begin(name, **parameters):
        where = {"device": "cpu", "dtype": "float32"}
        started.append(start(library, settings, name, parameters, TEXTS, **where))
        return started[-1].parameters["model"]

    yield begin
    for job in started:
        jobs.cancel(job)


@pytest.mark.parametrize("name", TRAINS)
def test_a_probe_that_trains_its_own_networks_is_handed_no_model(name, begun):
    assert begun(name) == "none"


@pytest.mark.parametrize("name", ["layer_valley", "document_relay"])
def test_a_probe_that_measures_a_model_gets_that_of_the_settings_unless_told(name, begun):
    assert begun(name) == "minilm"
    assert begun(name, model="smollm2") == "smollm2"
