"""A page runs experiments on the models that are here, and names no other, no file and no server."""

import pytest

from assistant.errors import UsageError
from assistant.models import PACKAGES, installed
from assistant.views.permitted import permitted
from probes import registry

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
