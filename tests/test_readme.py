"""The README says what is true: its table of settings is the settings."""

from pathlib import Path

from assistant.settings import Settings

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


def test_every_setting_stands_in_the_table_with_its_description():
    for name, field in Settings.model_fields.items():
        line = next(line for line in README.splitlines() if f"`INQUIRE_{name.upper()}`" in line)
        assert field.description in line


def test_the_table_names_no_setting_that_is_gone():
    named = {word.strip("`") for word in README.split() if word.startswith("`INQUIRE_")}
    assert named == {f"INQUIRE_{name.upper()}" for name in Settings.model_fields}


def test_the_corpus_can_be_left_out():
    assert Settings(corpus_dir="none").corpus_dir is None
