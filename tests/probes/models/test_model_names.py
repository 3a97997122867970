from pathlib import Path

import pytest

from probes.errors import UsageError
from probes.models import laboratory, model_names


@pytest.mark.parametrize(
    "name",
    ["", " ", "nonsense", "nonsense/", "/nowhere/at/all", "./nowhere", "~/nowhere", "a/b/c", "a b/c", "x.gguf"],
)  # fmt: skip
def test_what_names_no_model_lists_what_does(name):
    with pytest.raises(UsageError, match="known here: smollm2, minilm, a local folder") as said:
        model_names.resolved(name)
    assert repr(name) in str(said.value)


@pytest.mark.parametrize("name", ["smollm2", "minilm", "owner/name", "owner/na-me_1.5"])
def test_bundled_models_and_hub_ids_are_their_own_names(name):
    assert model_names.resolved(name) == name


def test_folders_and_files_are_named_from_the_root(tmp_path, monkeypatch):
    (tmp_path / "some" / "model").mkdir(parents=True)
    (tmp_path / "weights.gguf").touch()
    monkeypatch.chdir(tmp_path)
    for name in ("some/model", "./some/model", str(tmp_path / "some" / "model")):
        assert model_names.resolved(name) == str(tmp_path / "some" / "model")
    assert model_names.resolved("weights.gguf") == str(tmp_path / "weights.gguf")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(model_names.resolved("~/some")) == tmp_path / "some"


def test_only_a_hub_id_has_revisions(decoder, tmp_path):
    assert model_names.with_revision("EleutherAI/pythia-70m@step1000") == (
        "EleutherAI/pythia-70m", "step1000",
    )  # fmt: skip
    assert model_names.resolved("owner/name@refs/pr/1") == "owner/name@refs/pr/1"
    for name in (str(decoder), "smollm2"):
        with pytest.raises(UsageError, match="only a Hugging Face id has revisions"):
            laboratory.load(name, tmp_path, revision="step1000")
