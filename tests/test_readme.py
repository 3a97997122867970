"""The README says what is true: its table of settings is the settings."""

import re
from pathlib import Path

from assistant.settings import Settings

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


def test_every_setting_stands_in_the_table_with_its_description():
    for name, field in Settings.model_fields.items():
        row = f"| `INQUIRE_{name.upper()}` |"
        line = next(line for line in README.splitlines() if line.startswith(row))
        assert field.description in line


def test_the_table_names_no_setting_that_is_gone():
    named = set(re.findall(r"`(INQUIRE_[A-Z_]+)`", README))
    assert named == {f"INQUIRE_{name.upper()}" for name in Settings.model_fields}


def test_the_corpus_can_be_left_out():
    assert Settings(corpus_dir="none").corpus_dir is None
