"""Make a Zotero folder as Zotero 7 leaves it: tables and columns of its schema (userdata 121), with some entries."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from tests.pdfs import Text, column, pdf

# These tables hold the reader's entries, with the columns that github.com/zotero/zotero gives them in
# resource/schema/userdata.sql and system.sql; those of sync, proxies and full text are left out.
_TABLES = {
    "version": "schema TEXT PRIMARY KEY, version INT NOT NULL",
    "libraries": "libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT NOT NULL, filesEditable INT NOT NULL,"
    " version INT NOT NULL DEFAULT 0, storageVersion INT NOT NULL DEFAULT 0, lastSync INT NOT NULL DEFAULT 0,"
    " archived INT NOT NULL DEFAULT 0",
    "groups": "groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE, name TEXT NOT NULL,"
    " description TEXT NOT NULL, version INT NOT NULL",
    "itemTypes": "itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT, display INT DEFAULT 1",
    "fields": "fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT",
    "creatorTypes": "creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT",
    "items": "itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP NOT NULL DEFAULT"
    " CURRENT_TIMESTAMP, dateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, clientDateModified TIMESTAMP"
    " NOT NULL DEFAULT CURRENT_TIMESTAMP, libraryID INT NOT NULL, key TEXT NOT NULL, version INT NOT NULL DEFAULT 0,"
    " synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key)",
    "itemDataValues": "valueID INTEGER PRIMARY KEY, value UNIQUE",
    "itemData": "itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID)",
    "itemNotes": "itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT",
    "itemAttachments": "itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, charsetID INT,"
    " path TEXT, syncState INT DEFAULT 0, storageModTime INT, storageHash TEXT, lastProcessedModificationTime INT",
    "itemAnnotations": "itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL, type INTEGER NOT NULL, authorName TEXT,"
    " text TEXT, comment TEXT, color TEXT, pageLabel TEXT, sortIndex TEXT NOT NULL, position TEXT NOT NULL,"
    " isExternal INT NOT NULL",
    "tags": "tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE",
    "itemTags": "itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL, PRIMARY KEY (itemID, tagID)",
    "creators": "creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT,"
    " UNIQUE (lastName, firstName, fieldMode)",
    "itemCreators": "itemID INT NOT NULL, creatorID INT NOT NULL, creatorTypeID INT NOT NULL DEFAULT 1,"
    " orderIndex INT NOT NULL DEFAULT 0, PRIMARY KEY (itemID, creatorID, creatorTypeID, orderIndex)",
    "collections": "collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL, parentCollectionID INT DEFAULT"
    " NULL, clientDateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, libraryID INT NOT NULL, key TEXT NOT"
    " NULL, version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key)",
    "collectionItems": "collectionID INT NOT NULL, itemID INT NOT NULL, orderIndex INT NOT NULL DEFAULT 0,"
    " PRIMARY KEY (collectionID, itemID)",
    "deletedItems": "itemID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL",
    "deletedCollections": "collectionID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL",
}
_TYPES = (
    "note",
    "attachment",
    "annotation",
    "journalArticle",
    "conferencePaper",
    "preprint",
    "book",
)
_FIELDS = (
    "title", "date", "DOI", "abstractNote", "publicationTitle", "repository", "archiveID", "extra", "url",
    "citationKey",
)  # fmt: skip
ABSTRACT = "We show that thirty percent of attention heads in whale transformers stay quiet."
MARKED = "Quiet heads hum at seven hertz below the surface of the sea."
NOTE = "The quiet heads of this paper may be those that the seals measured in winter."


class Zotero:
    """A library of Zotero that is being written, with stable numbers for what stands in it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.path = folder, folder / "zotero.sqlite"
        self.db = sqlite3.connect(self.path)
        for name, columns in _TABLES.items():
            self.db.execute(f"CREATE TABLE {name} ({columns})")
        self.insert("version", schema="userdata", version=121)
        self.insert("libraries", libraryID=1, type="user", editable=1, filesEditable=1)
        self.insert("libraries", libraryID=2, type="group", editable=1, filesEditable=1)
        self.insert("libraries", libraryID=3, type="feed", editable=0, filesEditable=0)
        self.insert("groups", groupID=777, libraryID=2, name="Sea/Lab", description="", version=1)
        for at, name in enumerate(_TYPES, 1):
            self.insert("itemTypes", itemTypeID=at, typeName=name)
        for at, name in enumerate(_FIELDS, 1):
            self.insert("fields", fieldID=at, fieldName=name)
        for at, name in enumerate(("author", "editor"), 1):
            self.insert("creatorTypes", creatorTypeID=at, creatorType=name)
        self.db.commit()

    def insert(self, table: str, **values: object) -> int:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        done = self.db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values())
        )
        return done.lastrowid

    def item(self, kind: str, key: str, *, library: int = 1, authors: tuple[tuple[str, str], ...] = (),
             tags: tuple[str, ...] = (), shelves: tuple[int, ...] = (), **fields: str) -> int:  # fmt: skip
        one = self.insert("items", itemTypeID=_TYPES.index(kind) + 1, libraryID=library, key=key)
        for name, value in fields.items():
            self.set(one, name, value)
        for at, (first, last) in enumerate(authors):
            who = self.insert("creators", firstName=first, lastName=last, fieldMode=0)
            self.insert("itemCreators", itemID=one, creatorID=who, creatorTypeID=1, orderIndex=at)
        for tag in tags:
            self.insert("itemTags", itemID=one, tagID=self._tag(tag), type=0)
        for shelf in shelves:
            self.insert("collectionItems", collectionID=shelf, itemID=one)
        return one

    def set(self, item: int, field: str, value: str) -> None:
        self.db.execute("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", (value,))
        number = self.db.execute("SELECT valueID FROM itemDataValues WHERE value = ?", (value,))
        self.db.execute(
            "INSERT OR REPLACE INTO itemData VALUES (?,?,?)",
            (item, _FIELDS.index(field) + 1, number.fetchone()[0]),
        )

    def _tag(self, name: str) -> int:
        self.db.execute("INSERT OR IGNORE INTO tags (name) VALUES (?)", (name,))
        return self.db.execute("SELECT tagID FROM tags WHERE name = ?", (name,)).fetchone()[0]

    def collection(self, name: str, key: str, parent: int | None = None, library: int = 1) -> int:
        return self.insert(
            "collections",
            collectionName=name,
            parentCollectionID=parent,
            libraryID=library,
            key=key,
        )

    def attachment(self, parent: int, key: str, name: str, content: bytes) -> int:
        one = self.item("attachment", key)
        self.insert(
            "itemAttachments", itemID=one, parentItemID=parent, linkMode=0, contentType="application/pdf",
            path=f"storage:{name}",
        )  # fmt: skip
        place = self.folder / "storage" / key
        place.mkdir(parents=True)
        (place / name).write_bytes(content)
        return one

    def note(self, parent: int, key: str, markup: str) -> int:
        one = self.item("note", key)
        self.insert("itemNotes", itemID=one, parentItemID=parent, note=markup, title="")
        return one

    def highlight(self, attachment: int, key: str, at: int, **said: str) -> int:
        one = self.item("annotation", key)
        self.insert(
            "itemAnnotations", itemID=one, parentItemID=attachment, type=1, sortIndex=f"{at:05}|000000|00000",
            position="{}", isExternal=0, color="#ffd400", **said,
        )  # fmt: skip
        return one

    def close(self) -> None:
        self.db.commit()
        self.db.close()


def whale(title: str = "Quiet Heads in Whale Transformers") -> bytes:
    """A paper that the item of the same title is about."""
    lines = [MARKED, "Whales sing in the dark. They do so for hours, and nobody has counted them."]
    return pdf([[Text(72, 700, title, size=18), *column(72, 640, lines)]])


def filled(folder: Path) -> tuple[Zotero, Mapping[str, int]]:
    """A library with a paper whose PDF is there, one known by its record, one of a group, trash and a feed."""
    made = Zotero(folder)
    sea = made.collection("Sea", "COLLSEA1")
    whales = made.collection("Whales/Dolphins", "COLLWHA1", sea)
    gone = made.collection("Thrown away", "COLLGONE")
    made.insert("deletedCollections", collectionID=gone)
    paper = made.item(
        "journalArticle", "WHALE001", title="Quiet Heads in Whale Transformers", date="2021-03-00 March 2021",
        DOI="10.1/whale", publicationTitle="Journal of Whales", citationKey="doeQuietHeads2021",
        authors=(("Jane", "Doe"), ("Ann", "van der Roe")), tags=("mammals", "to read"), shelves=(whales, gone),
    )  # fmt: skip
    attached = made.attachment(paper, "ATTWHALE", "Doe 2021.pdf", whale())
    made.note(
        paper,
        "NOTEWHAL",
        f'<div data-schema-version="9"><p>{NOTE}</p><ul><li>Ask Ida.</li></ul></div>',
    )
    made.highlight(
        attached, "MARK0002", 2, text="Whales sing\nin the dark.", comment="", pageLabel="2"
    )
    made.highlight(attached, "MARK0001", 1, text=MARKED, comment="So few?", pageLabel="1")
    seals = made.item(
        "preprint", "SEALS001", title="Seals", date="1999-00-00 1999", abstractNote=f"<p>{ABSTRACT}</p>",
        archiveID="arXiv:9901.00001", repository="arXiv", extra="Citation Key: poe1999\ntex.note: x",
        authors=(("Ida", "Poe"),), shelves=(sea,),
    )  # fmt: skip
    made.item("book", "GROUP001", library=2, title="The Sea of the Group", date="2001-00-00 2001")
    trashed = made.item("book", "TRASH001", title="What Was Thrown Away", date="2000-00-00 2000")
    made.insert("deletedItems", itemID=trashed)
    made.item(
        "journalArticle", "FEED0001", library=3, title="News of a Feed", date="2020-00-00 2020"
    )
    made.db.commit()
    return made, {"paper": paper, "seals": seals, "whales": whales, "attached": attached}
