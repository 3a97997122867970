"""An export of Better BibTeX says what the library of Zotero says."""

import json

from assistant.readers import csl
from assistant.readers.references import Highlight
from tests.zotero import ABSTRACT, MARKED, NOTE

EXPORT = {
    "config": {"id": "36a3b0b5-bad0-4a04-b79b-441c7cef77db", "label": "BetterBibTeX JSON"},
    "collections": {
        "SEA": {"key": "SEA", "name": "Sea", "parent": False, "collections": ["WHA"], "items": []},
        "WHA": {"key": "WHA", "name": "Whales", "parent": "SEA", "collections": [], "items": [7]},
    },
    "items": [
        {
            "itemType": "journalArticle", "itemID": 7, "itemKey": "WHALE001", "citationKey": "doe2021",
            "title": "<i>Quiet</i> Heads", "date": "2021-03", "DOI": "10.1/whale",
            "abstractNote": f"If a<b, {ABSTRACT}",
            "creators": [{"creatorType": "author", "firstName": "Jane", "lastName": "Doe"},
                         {"creatorType": "author", "name": "The Whale Group"}],
            "tags": [{"tag": "mammals"}], "notes": [{"note": f"<p>{NOTE}</p>"}],
            "attachments": [{"itemType": "attachment", "path": "files/doe.pdf", "annotations": [
                {"annotationText": MARKED, "annotationComment": "<b>So few?</b>", "annotationPageLabel": "3"}]}],
        },
        {"itemType": "note", "note": "<p>alone</p>"}, "no item", {"itemType": "attachment", "path": "x.pdf"},
    ],
}  # fmt: skip


def test_an_export_of_better_bibtex_says_the_same(tmp_path):
    path = tmp_path / "library.json"
    path.write_text(json.dumps(EXPORT))
    (work,) = csl.read(path).references
    assert (work.key, work.title, work.year, work.doi) == (
        "doe2021",
        "Quiet Heads",
        2021,
        "10.1/whale",
    )
    assert work.abstract == f"If a<b, {ABSTRACT}"
    assert work.authors == ("Jane Doe", "The Whale Group")
    assert (work.tags, work.collections) == (("mammals",), ("Sea/Whales",))
    assert work.attachments == (str(tmp_path / "files/doe.pdf"),)
    assert work.notes == (NOTE,)
    assert work.highlights == (Highlight(text=MARKED, comment="So few?", page="3"),)
