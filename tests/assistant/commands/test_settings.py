"""A setting that is kept is shown with its origin until it is reset."""

import pytest


def shown(inquire, library):
    rows = inquire("settings", "show", "--json", data=library).document
    return {row["name"]: (row["value"], row["origin"]) for row in rows}


def test_a_setting_is_kept_with_the_library_until_it_is_reset(inquire, own_library):
    before = shown(inquire, own_library)["next_lines"]
    kept = inquire("settings", "set", "next_lines", "2", data=own_library)
    assert "next_lines  2 (library)" in kept.out
    assert shown(inquire, own_library)["next_lines"] == (2, "library")
    assert inquire("settings", "reset", "next_lines", data=own_library).code == 0
    assert shown(inquire, own_library)["next_lines"] == before


@pytest.mark.parametrize(
    "change", [("set", "nothing", "1"), ("set", "next_lines", "many"), ("set", "data_dir", "x")]
)
def test_what_cannot_be_set_is_one_line_and_changes_nothing(inquire, own_library, change):
    before = shown(inquire, own_library)
    ran = inquire("settings", *change, data=own_library)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert shown(inquire, own_library) == before
