"""A page runs experiments on the installed models, and names no other model, no file and no server."""

from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.models.packages import PACKAGES, installed
from assistant.views.permitted import permitted, recorded
from probes import registry
from probes.types import ModelRecord

VALLEY = registry.get("layer_valley")


def test_installed_models_and_numbers_may_be_chosen():
    for package in PACKAGES:
        if installed(package):
            permitted(VALLEY, {"model": package.name, "count": "8"}, ())


@pytest.mark.parametrize(
    "model", ["", "owner/name", "/etc", ".", "https://models.example/m", "../m.gguf", "MiniLM"]
)
def test_no_other_model_is_fetched_or_read_unless_the_start_named_it(model):
    with pytest.raises(UsageError, match="serve --model") as said:
        permitted(VALLEY, {"model": model}, ("mine",))
    assert "minilm" in str(said.value)
    assert "mine" in str(said.value)
    permitted(VALLEY, {"model": model}, (model,))


@pytest.mark.parametrize("name", registry.names())
def test_no_probe_takes_a_file_or_a_server_from_a_page(name):
    probe = registry.get(name)
    fields = {parameter["name"] for parameter in registry.describe(name)["parameters"]}
    for field in fields & {*probe.files, "server"}:
        with pytest.raises(UsageError, match="inquire probe run"):
            permitted(probe, {field: "/etc/passwd"}, ())
        permitted(probe, {field: ""}, ())


# These are parameters in words that name neither a model, a file nor a server.
_WORDS = {"question", "answer", "revisions"}


@pytest.mark.parametrize("name", registry.names())
def test_every_text_of_a_probe_is_told_as_model_file_or_server(name):
    probe = registry.get(name)
    texts = {p["name"] for p in registry.describe(name)["parameters"] if p["type"] == "text"}
    assert texts <= {*probe.models, *probe.files, *probe.servers, *_WORDS}


@pytest.mark.parametrize("name", registry.names())
def test_no_other_model_is_named_by_any_parameter_or_record(name):
    probe = registry.get(name)
    for field in probe.models:
        with pytest.raises(UsageError, match="serve --model"):
            permitted(probe, {field: "owner/name"}, ())
        with pytest.raises(UsageError, match="serve --model"):
            recorded(_run(name, **{field: "owner/name"}), ())
        recorded(_run(name, **{field: "owner/name"}), ("owner/name",))
    recorded(_run(name), ())


@pytest.mark.parametrize("name", registry.names())
def test_a_record_runs_again_on_the_files_beside_it_and_on_no_other(name):
    probe = registry.get(name)
    fields = {parameter["name"] for parameter in registry.describe(name)["parameters"]}
    for field in fields & {*probe.files, *probe.servers}:
        named = _run(name, **{field: "/etc/passwd"})
        with pytest.raises(UsageError, match="inquire evidence rerun"):
            recorded(named, ())
        beside = replace(named, files=(field,))
        if field in probe.files:
            recorded(beside, ())
        else:
            with pytest.raises(UsageError, match="inquire evidence rerun"):
                recorded(beside, ())


def _run(name, **parameters):
    probe = registry.get(name)()
    model = ModelRecord(id="tiny", revision="0", quantisation="none", parameters=1)
    result = probe.conclude(probe.specimens()["refuted"], model).result
    return replace(result, probe=name, parameters=probe.parameters() | parameters)
