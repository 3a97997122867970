"""Names of authors are distinguished, however a record or a bibliography writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.people import authors, family, in_short, parts, printed_names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Smith, J., Doe, A. B., & Roe, C.-D.", ["Smith, J.", "Doe, A. B.", "Roe, C.-D."]),
        ("Smith J, Doe AB.", ["Smith J", "Doe AB"]),
        ("J. Smith, A. B. Doe and Carl Roe.", ["J. Smith", "A. B. Doe", "Carl Roe"]),
        ("Smith, John, Anna Doe, and Carl Roe", ["Smith, John", "Anna Doe", "Carl Roe"]),
        ("Smith, J.; Doe, A. B.", ["Smith, J.", "Doe, A. B."]),
        ("van der Maaten, L., Hinton, G., et al.", ["van der Maaten, L.", "Hinton, G."]),
        ("Alain, G. and Bengio, Y.", ["Alain, G.", "Bengio, Y."]),
        ("Agrawal, K. K., Mondal, A. K., Ghosh, A., and Richards, B.",
         ["Agrawal, K. K.", "Mondal, A. K.", "Ghosh, A.", "Richards, B."]),
        ("OpenAI.", ["OpenAI"]),
        ("Graham Neubig. .", ["Graham Neubig"]),
        ("Doe, A. .", ["Doe, A."]),
        (" . ", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_printed_line_is_told_name_by_name(line, names):
    assert list(printed_names(line)) == names


@pytest.mark.parametrize(
    ("name", "given_names", "family_name"),
    [("Ada King Lovelace", "Ada King", "Lovelace"), ("Lovelace, Ada King", "Ada King", "Lovelace"),
     ("van der Maaten, L.", "L.", "van der Maaten"), ("Sammy Davis Jr.", "Sammy", "Davis"), ("Plato", "", "Plato"),
     (", Ada", "", "Ada"), (" ,", "", ""), ("  ", "", ""), ("", "", "")],
)  # fmt: skip
def test_a_name_has_given_names_and_a_family_name(name, given_names, family_name):
    assert parts(name) == (given_names, family_name)
    assert family(name) == family_name


@pytest.mark.parametrize(
    ("recorded", "names"),
    [
        (["Ada B", " ", None, "others"], ("Ada B",)),
        ("Ada B", ("Ada B",)),
        (None, ()),
        ([], ()),
        ({"a": 1}, ()),
    ],
)
def test_blanks_and_others_are_no_authors(recorded, names):
    assert authors({"authors": recorded}) == names


@pytest.mark.parametrize(
    ("names", "told"),
    [([], ""), (["Ada B"], "Ada B"), (["Ada B", "Carl D"], "Ada B, Carl D"), (["A B", "C D", "E F"], "A B et al."),
     (["Smith, J.", "Doe, A. B."], "Smith, J.; Doe, A. B.")],
)  # fmt: skip
def test_many_names_are_told_in_short_and_never_run_together(names, told):
    assert in_short(names) == told


@given(st.text(max_size=60))
def test_any_text_has_a_name_or_none_and_no_blank_one(text):
    assert all(name.strip() for name in printed_names(text))
    assert family(text) == family(text).strip()
