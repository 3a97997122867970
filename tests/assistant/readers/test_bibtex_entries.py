"""The values of BibTeX entries are put together as BibTeX does."""

import pytest

from tests.assistant.readers.bibs import bib


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('first # "Heads"', "Quiet Heads"),
        ('"Heads " # {of } # "Whales"', "Heads of Whales"),
        ("FIRST # second # {!}", "Quiet Quiet and loud!"),
        ("{A # B} # { C}", "A # B C"),
        ("unknown # {x}", "unknownx"),
        ("2021", "2021"),
    ],
)
def test_values_are_put_together_from_their_parts(tmp_path, written, title):
    strings = '@string{first = "Quiet "}\n@string(second = first # "and loud")\n'
    found = bib(tmp_path, f"{strings}@article{{a, title = {written}, year = 2020}}")
    assert found.references[0].title.replace("\\", "") == title


@pytest.mark.parametrize("title", ["{Quiet = Heads}", '"Quiet = Heads"'])
@pytest.mark.parametrize("comma", [",", " ", "\n"])
def test_a_forgotten_comma_costs_no_field(tmp_path, title, comma):
    rest = comma.join(["year = 2020", "author = {Doe, Jane}", "journal = {Whales}"])
    found = bib(tmp_path, f"@article{{a, title = {title}{comma}{rest}}}").references[0]
    assert (found.title, found.authors, found.venue, found.year) == (
        "Quiet = Heads",
        ("Jane Doe",),
        "Whales",
        2020,
    )


def test_an_entry_takes_what_it_lacks_from_its_parents_and_not_what_is_theirs_alone(tmp_path):
    found = bib(
        tmp_path,
        """@inproceedings{child, crossref = {PARENT}, author = {Roe, Ann}, title = {A Child}, xdata = {more,most}}
        @proceedings{Parent, title = {Proceedings of Parents}, editor = {Doe, Jane}, year = 2019, doi = {10.1/volume},
          abstract = {All papers.}}
        @xdata{more, publisher = {Press}, xdata = {most}}
        @xdata{most, url = {https://example.org}, publisher = {Other}}
        @incollection{chapter, crossref = {book}, title = {A Chapter}, author = {Poe, Ida}, year = 2001}
        @book{book, title = {A Book}, booktitle = {A Book of Chapters}, year = 2000}
        @article{lost, crossref = {nowhere}, title = {Alone}}""",
    )
    works = {work.key: work for work in found.references}
    assert sorted(works) == ["Parent", "book", "chapter", "child", "lost"]
    assert works["child"].venue == "Press"
    assert (works["child"].year, works["child"].doi, works["child"].abstract) == (2019, "", "")
    assert works["child"].authors == ("Ann Roe",)
    assert works["child"].url == "https://example.org"
    assert (works["chapter"].venue, works["chapter"].year) == ("A Book of Chapters", 2001)
    assert works["lost"].title == "Alone"


def test_an_entry_without_a_key_lends_nothing_to_the_others(tmp_path):
    found = bib(
        tmp_path,
        "@article{a, title={A}}\n@article{, title={No key}, author={Doe, Jane}, year=2020, doi={10.1/x}}",
    )
    alone, keyless = found.references
    assert (alone.key, alone.authors, alone.year, alone.venue, alone.doi) == ("a", (), None, "", "")
    assert (keyless.key, keyless.authors) == ("doe2020", ("Jane Doe",))


def test_strings_that_double_themselves_and_circles_of_entries_end(tmp_path):
    doubling = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 80))
    found = bib(
        tmp_path,
        f'@string{{a0 = "x"}}\n{doubling}@article{{a, title = a79, crossref = {{b}}, xdata={{a}}}}\n'
        "@article{b, title={B}, crossref={a}, xdata={b}}",
    )
    assert len(found.references[0].title) == 5_000
