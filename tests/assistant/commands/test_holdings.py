"""`inquire list | tag | duplicates`, and removing and exporting by filter, print and change what they say."""

import pytest


def test_the_list_is_a_table_and_a_document(inquire):
    ran = inquire("list", "--json")
    assert ran.code == 0
    rows = {row["key"]: row for row in ran.document}
    assert rows["middle-layers"]["year"] == 2025
    assert rows["middle-layers"]["status"] == "indexed"
    assert set(rows["middle-layers"]) == {
        "key", "title", "authors", "year", "kind", "added", "status", "why", "tags", "collections", "path",
    }  # fmt: skip
    lines = inquire("list", "--sort", "year", "--reverse").out.splitlines()
    assert lines[0].split("\t")[:2] == ["key", "title"]
    assert lines[1].startswith("middle-layers\t")
    assert len(lines) == len(rows) + 1
    assert inquire("list", "penguins").code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "tag:none"], "no source has this tag"),
        (["list", "--sort", "colour"], "There is no column"),
        (["list", "--status", "lost"], "There is no status"),
        (["tag", "--where", ""], "Say what to do"),
        (["tag", "--add", "x"], "Name keys"),
        (["tag", "middle-layers", "--where", "", "--add", "x"], "one of the two"),
        (["tag", "middle-layer", "--add", "x"], "did you mean middle-layers"),
        (["tag", "--where", "penguins", "--add", "x"], "leaves nothing"),
        (["remove", "--where", "year:2020"], "add --yes to do it"),
        (["remove"], "Name keys"),
        (["duplicates", "middle-layers"], "others than it"),
        (["duplicates", "a", "b", "--merge-all"], "one of the two"),
        (["ledger", "--probe", "x"], "There is no probe"),
    ],
)
def test_wrong_use_is_said(inquire, arguments, said):
    ran = inquire(*arguments)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_many_are_tagged_exported_asked_and_removed_by_filter(inquire, own_library):
    def run(*arguments):
        return inquire(*arguments, data=own_library)

    assert run("tag", "--where", "year:<2023", "--add", "old", "--into", "Shelf/Back").code == 0
    old = {row["key"] for row in run("list", "collection:shelf", "--json").document}
    assert old == {"logit-lens", "self-consistency"}
    assert run("tag", "logit-lens", "--drop", "old", "--json").document[0]["tags"] == []
    exported = run("export", "--where", "tag:old")
    assert "self-consistency" in exported.out
    assert "logit-lens" not in exported.out
    hits = run("search", "What do layers and paths show? collection:Shelf", "--json").document
    assert {hit["source"] for hit in hits} == old
    asked = run("ask", "What does a vote raise?", "--tag", "old", "--json").document
    assert asked["question"] == "What does a vote raise? tag:old"
    assert {source["key"] for source in asked["sources"]} <= {"self-consistency"}
    run("tag", "middle-layers", "--add", "old")
    again = run("ask", "What does a vote raise?", "--tag", "old", "--json").document
    assert again["permalink"] != asked["permalink"]
    assert run("remove", "--where", "tag:old -source:middle-layers", "--yes").code == 0
    assert "self-consistency" not in {row["key"] for row in run("list", "--json").document}


def test_duplicates_are_shown_and_merged(inquire, own_library, own_corpus):
    def run(*arguments):
        return inquire(*arguments, data=own_library, corpus=own_corpus)

    assert run("duplicates").code == 1
    twin = (own_corpus / "logit-lens.md").read_text().replace(
        "key: logit-lens", "key: twin"
    ) + "\nMore of it.\n"
    (own_corpus / "twin.md").write_text(twin)
    run("sync")
    assert run("duplicates", "--json").document == {"duplicates": [["twin", "logit-lens"]]}
    assert run("duplicates", "--merge-all", "--json").document == {
        "merged": [["twin", "logit-lens"]]
    }
    assert run("duplicates").code == 1
    run("sync")
    assert "logit-lens" not in {row["key"] for row in run("list", "--json").document}
    assert run("search", "logit lens", "--json").document[0]["source"] == "twin"
