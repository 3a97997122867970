import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from probes import registry
from probes.errors import ProbeError, UsageError
from probes.layers import layer_tasks

ROOT = Path(__file__).resolve().parents[2]
PROBE = (ROOT / "probes" / "experiments" / "layer_valley.py").read_text("utf-8")


def package(tmp_path, monkeypatch, name, **files):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    for stem, text in files.items():
        (folder / f"{stem}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_a_probe_goes_by_the_name_of_its_file(tmp_path, monkeypatch):
    found = registry.discover(package(tmp_path, monkeypatch, "good", dip=PROBE))
    assert list(found) == ["dip"]
    assert found["dip"].name() == "dip"


def test_a_file_without_a_probe_says_so(tmp_path, monkeypatch):
    name = package(tmp_path, monkeypatch, "without", empty="'''Nothing.'''")
    with pytest.raises(ProbeError, match=r"empty\.py must hold exactly one probe; it holds none"):
        registry.discover(name)


def test_a_file_with_two_probes_says_so(tmp_path, monkeypatch):
    text = PROBE + "\n\nclass Second(LayerValley):\n    '''Another.'''\n"
    name = package(tmp_path, monkeypatch, "twice", both=text)
    with pytest.raises(ProbeError, match="LayerValley, Second"):
        registry.discover(name)


def test_an_unknown_probe_lists_the_known_ones():
    with pytest.raises(UsageError, match=r"no probe 'nonsense'; there are: .*layer_valley"):
        registry.get("nonsense")


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"colour": "red"}, "no parameter 'colour'; it has: model, seed"),
        ({"count": "many"}, "count takes a whole number, not 'many'"),
        ({"count": 1.5}, "count takes a whole number"),
        ({"count": "2"}, "count must be at least 6, not 2"),
        ({"max_tokens": "100000"}, "max_tokens must be at most 4096"),
        ({"massive": "nan"}, "massive takes a number"),
        ({"model": 3}, "model takes text"),
        ({"model": "nonsense"}, "unknown model 'nonsense'"),
    ],
)
def test_a_wrong_parameter_is_one_clear_line(choice, complaint):
    with pytest.raises(UsageError, match=complaint) as caught:
        registry.build("layer_valley", choice)
    assert "\n" not in str(caught.value)


def test_strings_and_values_give_the_same_probe():
    typed = registry.parse(["count=12", "massive=4", "model=owner/a.b"])
    values = {"count": 12, "massive": 4.0, "model": "owner/a.b"}
    assert registry.build("layer_valley", typed) == registry.build("layer_valley", values)


def test_files_and_folders_are_taken_as_they_are_found_from_here(tmp_path, monkeypatch):
    """A run is measured elsewhere, and again later: its record must not depend on where from."""
    (tmp_path / "model").mkdir()
    layer_tasks.write(tmp_path / "tasks.json", layer_tasks.own_tasks())
    monkeypatch.chdir(tmp_path)
    built = registry.build("layer_task", {"model": "./model", "tasks": "tasks.json"})
    assert built.parameters()["model"] == str(tmp_path / "model")
    assert built.parameters()["tasks"] == str(tmp_path / "tasks.json")
    with pytest.raises(ProbeError, match=r"cannot read tasks from .*none\.json"):
        registry.build("layer_task", {"tasks": "none.json"})


@pytest.mark.parametrize("choices", [["count"], ["count=1", "count=2"]])
def test_malformed_choices_are_refused(choices):
    with pytest.raises(UsageError):
        registry.parse(choices)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("yes-man", str, "yes-man"),
        ("true", bool, True),
        ("b", Literal["a", "b"], "b"),
        ("4", Literal[2, 4], 4),
        ("none", int | None, None),
        ("7", int | None, 7),
        ("1, 2,3", tuple[int, ...], (1, 2, 3)),
        ('["a, b", "c"]', tuple[str, ...], ("a, b", "c")),
        ("-1e-3", float, -0.001),
    ],
)
def test_text_is_read_by_the_type_of_its_parameter(text, kind, value):
    assert registry.convert(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"), [("c", Literal["a", "b"]), ("maybe", bool), ("1,x", tuple[int, ...])]
)
def test_text_of_another_type_is_refused(text, kind):
    with pytest.raises(ValueError, match=r"x|c|maybe"):
        registry.convert(text, kind)


def test_listing_probes_loads_no_torch():
    code = (
        "import sys; from probes import registry; registry.names(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False", done.stderr
