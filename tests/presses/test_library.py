"""A press in the library has its effect, and its page then shows it."""

import json
import re
from base64 import b64decode

import pytest

from assistant.search.holdings import COLUMNS
from assistant.views.holdings import EVERYTHING, SHOWN, View
from tests.checkout import library_presses
from tests.pdfs import encrypted, paper
from tests.presses.pressing import pressed

ALL = library_presses.ALL


def test_dropped_files_are_added_with_one_line_each(library, window, tmp_path):
    drop = tmp_path / "drop"
    drop.mkdir()
    good = drop / "a & <b>.md"
    good.write_text(
        "# Is this a note?\n\nThis is a note that was dropped into the window.\n", "utf-8"
    )
    empty = drop / "empty.md"
    empty.write_bytes(b"")
    updates = list(library.add([str(good), str(empty)]))
    lines = updates[-2][0]
    assert "a &amp; &lt;b&gt;.md" in lines
    assert "not added" in lines
    assert "0 bytes" in lines
    assert lines.count("<li") == 2
    assert updates[-1][1] is None
    assert "Is this a note?" in library.page(ALL)
    assert (window.data_dir / "added" / good.name).read_bytes() == good.read_bytes()


def test_another_file_of_the_same_name_is_kept_beside_the_first(library, window, tmp_path):
    for folder, words in (("one", "first words of a note"), ("two", "other words of a note")):
        file = tmp_path / folder / "same.md"
        file.parent.mkdir()
        file.write_text(f"# Note {folder}?\n\nThese are the {words}.\n", "utf-8")
        list(library.add([str(file)]))
    kept = sorted(path.name for path in (window.data_dir / "added").iterdir())
    assert kept == ["same-2.md", "same.md"]


def test_selected_sources_are_exported_and_removed(library, window):
    parcel, line = library.export(ALL, pressed(checked=["logit-lens"], formName="bibtex"))
    document = json.loads(parcel)
    assert b"@" in b64decode(document["data"])
    assert document["name"].endswith(".bib")
    assert "Exported 1" in line
    assert "Removed 1" in library.remove(ALL, pressed(checked=["logit-lens"]))
    assert 'data-key="logit-lens"' not in library.page(ALL)
    assert "Select sources first" in library.remove(ALL, pressed())
    assert "Select sources first" in library.export(ALL, pressed(formName="ris"))[1]


def _keys(page):
    return re.findall(r'<th scope="row"><button[^>]*data-key="([^"]+)"', page)


def test_every_column_sorts_both_ways_and_says_so(library):
    for column in COLUMNS[:-1]:
        view, page = library.order(View(by="key"), pressed(by=column))
        up = _keys(page)
        assert 'aria-sort="ascending"' in page
        view, page = library.order(view, pressed(by=column))
        assert 'aria-sort="descending"' in page
        assert sorted(up) == sorted(_keys(page))
    years, page = library.order(View(), pressed(by="year"))
    assert _keys(page)[0] == "logit-lens"
    assert library.order(years, pressed(by="nothing"))[0] == years


def test_the_table_is_searched_by_words_and_filters_and_a_wrong_one_is_one_line(library):
    assert _keys(library.find("lovelace", ALL)[1]) == ["middle-layers"]
    assert set(_keys(library.find("year:<=2022", ALL)[1])) == {"logit-lens", "self-consistency"}
    assert "kind:book: the kinds are" in library.find("kind:book", ALL)[1]
    assert "Nothing is found" in library.find("zanzibar", ALL)[1]
    assert library.find("x", View(most=500))[0].most == SHOWN


def test_more_rows_than_are_drawn_are_counted_and_one_box_ticks_them_all(library, window, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for at in range(SHOWN + 5):
        (folder / f"n{at}.md").write_text(
            f"# Note number {at} on zebras?\n\nZebra {at} has stripes.\n", "utf-8"
        )
    window.assistant.add([folder])
    view, page = library.find("zebras", ALL)
    assert len(_keys(page)) == SHOWN
    assert f"{SHOWN + 5} found, {SHOWN} shown" in page
    assert len(_keys(library.longer(view)[1])) == SHOWN + 5
    told = library.assign(
        view,
        pressed(checked=[EVERYTHING, "n0"], field="tag", present="yes", fields={"name": "herd"}),
    )
    assert f"{SHOWN + 5} now have the tag herd" in told
    assert len(window.assistant.holdings("tag:herd")) == SHOWN + 5


def test_tags_and_collections_are_given_shown_found_and_taken_away(library):
    ticked = ["logit-lens", "self-consistency"]
    for field in ("tag", "collection"):
        press = {"field": field, "fields": {"name": "to read"}, "checked": ticked}
        library.assign(ALL, pressed(present="yes", **press))
        asked = library.sift(pressed(field=field, name="to read"))
        assert set(_keys(library.find(asked, ALL)[1])) == set(ticked)
        assert "no longer have" in library.assign(ALL, pressed(**press))
        assert "to read" not in library.page(ALL)
    assert "Select sources first" in library.assign(
        ALL, pressed(field="tag", fields={"name": "x"}, present="yes")
    )
    assert "is no tag" in library.assign(
        ALL, pressed(field="tag", fields={"name": " "}, present="y", checked=ticked)
    )


def test_a_question_is_narrowed_to_what_is_ticked_and_keeps_its_words(library, window):
    typed, _, _ = library.narrow("Why?", ALL, pressed(checked=["logit-lens", "hostile"]))
    assert typed == "Why? source:logit-lens source:hostile"
    answer = window.assistant.ask(
        f"What does the logit lens do? {library.narrow('', ALL, pressed(checked=['hostile']))[0]}"
    )
    assert {source.key for source in answer.sources} <= {"hostile"}
    everything = pressed(checked=[EVERYTHING, "logit-lens"])
    assert library.narrow("", View(words="year:<=2022"), everything)[0] == "year:<=2022"
    assert "Select sources first" in library.narrow("", ALL, pressed())[2]


def test_a_locked_file_is_opened_with_its_password_in_the_window(library, window, tmp_path):
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(encrypted(paper(), user="sesame", owner="owner"))
    shown = list(library.add([str(locked)]))[-2][0]
    path = re.search(r'data-file="([^"]+)"', shown)[1]
    assert f'data-file="{path}"' in library.page(ALL)
    wrong = list(library.unlock(pressed(file=path, fields={"password": "wrong"})))[-1]
    assert "not added" in wrong
    assert "Type the password" in list(library.unlock(pressed(file=path)))[-1]
    assert "added" in list(library.unlock(pressed(file=path, fields={"password": "sesame"})))[-1]
    assert f'data-file="{path}"' not in library.page(ALL)
    for other in ("/etc/passwd", path):  # only refused files are read by path
        assert (
            "not locked" in list(library.unlock(pressed(file=other, fields={"password": "x"})))[-1]
        )


def test_works_that_are_there_twice_are_named_and_made_one(library, window, tmp_path):
    assert "No work is here twice" in library.twins()
    note = (window.assistant.settings.corpus_dir / "logit-lens.md").read_text("utf-8")
    copy = tmp_path / "lens-again.md"
    copy.write_text(
        note.replace("key: logit-lens", "key: lens-again") + "\nOne more line.\n", "utf-8"
    )
    window.assistant.add([copy])
    keys = re.search(r'data-do="merge" data-keys="([^"]+)"|data-keys="([^"]+)"', library.twins())
    pair = next(filter(None, keys.groups()))
    assert set(pair.split()) == {"logit-lens", "lens-again"}
    assert "No work is here twice" in library.merge(pressed(keys=pair))
    assert len({"logit-lens", "lens-again"} & set(_keys(library.page(ALL)))) == 1
    assert "two sources or more" in library.merge(pressed(keys="logit-lens"))
    assert "There is no source" in library.merge(pressed(keys="logit-lens nobody"))


def test_the_record_of_a_paper_is_corrected_on_its_page_and_taken_back(
    library, presses, window, tmp_path
):
    file = tmp_path / "a.pdf"
    file.write_bytes(paper())
    list(library.add([str(file)]))
    key = next(each.key for each in window.assistant.library.records() if each.kind == "paper")
    before = window.assistant.source(key).title
    fields = {
        "title": "Another title",
        "authors": "Ada Lovelace; Charles Babbage",
        "year": "1843",
        "venue": "",
    }
    page, _ = library.correct(pressed(key=key, fields=fields))
    assert 'value="Another title"' in page
    assert "Charles Babbage" in library.page(ALL)
    assert "A year is four digits" in library.correct(pressed(key=key, fields={"year": "soon"}))[0]
    library.correct(pressed(key=key, fields={"title": ""}))
    assert window.assistant.source(key).title == before
    assert 'data-do="correct"' not in presses.paper(pressed(key="logit-lens"))[0]


@pytest.mark.parametrize(
    "data", [None, 3, {"checked": 5}, {"fields": [1]}, {"by": 4}, {"file": "x"}, {"keys": ["x"]}]
)
def test_a_press_of_any_shape_is_answered_and_logs_nothing(library, window, data):
    event = pressed()
    event._data = data
    (
        library.order(ALL, event),
        library.sift(event),
        library.narrow("", ALL, event),
        library.assign(ALL, event),
    )
    (
        library.remove(ALL, event),
        library.export(ALL, event),
        library.merge(event),
        library.correct(event),
    )
    list(library.unlock(event))
    assert not (window.data_dir / "app.log").exists()


def test_the_progress_of_reading_never_falls(library, tmp_path):
    files = [tmp_path / f"z{at}.md" for at in range(3)]
    for file in files:
        file.write_text(f"# Is {file.stem} a note?\n\nThe note {file.stem} was dropped.\n", "utf-8")
    pages = [update[0] for update in library.add(list(map(str, files)))][:-1]
    shown = [float(found[1]) for page in pages if (found := re.search(r'value="([\d.]+)"', page))]
    assert len(shown) == len(pages) - 1 > 0
    assert shown == sorted(shown)
