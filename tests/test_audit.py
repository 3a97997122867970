"""The audit names the licence of every installed package, and never claims a check that it could not make."""

import importlib.util
import json
from importlib.metadata import distributions
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "audit", Path(__file__).resolve().parents[1] / "tools" / "audit.py"
)
audit = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(audit)


def test_every_installed_package_stands_under_a_licence():
    found = audit.licences()
    assert set().union(*found.values()) == {package.metadata["Name"] for package in distributions()}
    assert all(licence and "\n" not in licence for licence in found)
    assert "Apache-2.0" in found


@pytest.mark.parametrize(
    ("fields", "classes", "said"),
    [
        ({"License-Expression": "MIT", "License": "BSD"}, ["License :: OSI Approved :: X"], "MIT"),
        ({}, ["License :: OSI Approved", "License :: OSI Approved :: BSD License"], "BSD License"),
        ({"License": " Apache\n 2.0 "}, ["Topic :: Text"], "Apache 2.0"),
        ({"License": "Permission is hereby granted " * 50}, [], "see its licence file"),
        ({}, [], "not said"),
    ],
)
def test_a_licence_is_one_line(fields, classes, said):
    assert audit.licence(fields, classes) == said


def test_what_is_vulnerable_is_named_with_its_remedy():
    packages = [
        {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]},
        {"name": "b", "version": "1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]},
        {"name": "c", "skip_reason": "not on the index"},
    ]
    code, lines = audit.told(json.dumps({"dependencies": packages}), "")
    assert code == 1
    assert lines[:2] == ["a 1: PYSEC-1, mended in 2", "b 1: PYSEC-2, mended in no version yet"]
    assert lines[2].endswith("does not know them: c")


def test_packages_that_were_passed_over_are_not_called_sound():
    sound = {"name": "a", "version": "1", "vulns": []}
    skipped = {"name": "b", "skip_reason": "no service"}
    for packages, said in (
        ([sound], "No known vulnerabilities in 1 packages."),
        ([sound, skipped], "No known vulnerabilities in 1 packages."),
        ([skipped], "Vulnerabilities were not looked up (no service)"),
        ([], "Vulnerabilities were not looked up"),
    ):
        code, lines = audit.told(json.dumps({"dependencies": packages}), "")
        assert code == 0
        assert lines[0].startswith(said)


@pytest.mark.parametrize(
    "errors", ["", "Traceback\n  x\nConnectionError: no route\n", "No module named pip_audit"]
)
@pytest.mark.parametrize("out", ["", "[]", "null", "{}", "{"])
def test_without_the_service_one_line_says_so(out, errors):
    code, lines = audit.told(out, errors)
    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("Vulnerabilities were not looked up (")
