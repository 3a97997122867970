"""Compare authors, year and venue of PDFs, as page 1 and the file's own metadata give them, with the right ones.

    python benchmarks/pdf_metadata.py [FOLDER]

FOLDER holds PDFs, by default those used for tests (`../shared/pdfs`). The right values were read off the printed first
pages by hand; a document without authors must get none. The baseline is what the file declares about itself, as pypdf
reads it.
"""

import sys
from pathlib import Path
from typing import Any

import pypdf

from assistant.errors import InquiryError
from assistant.readers import pdf

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "pdfs"
LEE = "Zejiang Shen, Ruochen Zhang, Melissa Dell, Benjamin Charles Germain Lee, Jacob Carlson, Weining Li"
ALL = (
    "Waleed Ammar, Dirk Groeneveld, Chandra Bhagavatula, Iz Beltagy, Miles Crawford, Doug Downey, Jason "
    "Dunkelberger, Ahmed Elgohary, Sergey Feldman, Vu Ha, Rodney Kinney, Sebastian Kohlmeier, Kyle Lo, Tyler "
    "Murray, Hsu-Han Ooi, Matthew Peters, Joanna Power, Sam Skjonsberg, Lucy Lu Wang, Chris Wilhelm, Zheng "
    "Yuan, Madeleine van Zuylen, Oren Etzioni"
)
ACL20 = "Proceedings of the 58th Annual Meeting of the Association for Computational Linguistics"
MAGE = (
    "Kyle Lo, Zejiang Shen, Benjamin Newman, Joseph Chee Chang, Russell Authur, Erin Bransom, Stefan Candra, "
    "Yoganand Chandrasekhar, Regan Huff, Bailey Kuehl, Amanpreet Singh, Chris Wilhelm, Angele Zamarron, Marti A. "
    "Hearst, Daniel S. Weld, Doug Downey, Luca Soldaini"
)
RIGHT: dict[str, tuple[str, int | None, str]] = {
    "2023.eacl-main.121.pdf": (
        "Kalpesh Krishna, Erin Bransom, Bailey Kuehl, Mohit Iyyer, Pradeep Dasigi, Arman Cohan, Kyle Lo", 2023,
        "Proceedings of the 17th Conference of the European Chapter of the Association for Computational Linguistics",
    ),
    "N18-3011.pdf": (ALL, 2018, "Proceedings of NAACL-HLT 2018"),
    "alce_emnlp2023.pdf": ("Tianyu Gao, Howard Yen, Jiatong Yu, Danqi Chen", 2023, ""),
    "papermage_emnlp2023_demo.pdf": (MAGE, 2023, ""),
    "s2orc_2020.acl-main.447.pdf": (
        "Kyle Lo, Lucy Lu Wang, Mark Neumann, Rodney Kinney, Daniel S. Weld", 2020, ACL20,
    ),
    "specter_2020.acl-main.207.pdf": (
        "Arman Cohan, Sergey Feldman, Iz Beltagy, Doug Downey, Daniel S. Weld", 2020, ACL20,
    ),
    "unstructured_copy-protected.pdf": (LEE, None, ""),
    "unstructured_multi-column-2p.pdf": (
        "Vladimir Karpukhin, Barlas Oğuz, Sewon Min, Patrick Lewis, Ledell Wu, Sergey Edunov, Danqi Chen, Wen-tau Yih",
        None, "",
    ),
    "pypdfsamples_GeoTopo-komprimiert.pdf": ("Martin Thoma", 2016, ""),
}  # fmt: skip
"""Authors, year and venue; None where page 1 prints no year, and the file's date of making says nothing."""
NONE = (
    "pypdf_hello-world.pdf", "unstructured_failure-after-repair.pdf", "unstructured_fake-bold-sample.pdf",
    "unstructured_figure-overlay-text.pdf", "unstructured_negative-coords.pdf", "pypdfsamples_multicolumn.pdf",
    "pypdfsamples_pdflatex-4-pages.pdf", "siege_of_vicksburg_scan_ocr.pdf", "docling_ocr_rotated_90.pdf",
    "unstructured_invalid-pdf-structure-pdfminer-one-page.pdf", "unstructured_korean-text-with-tables.pdf",
)  # fmt: skip
"""Documents on whose first page no person stands as an author."""


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    files = {path.name: path for path in folder.rglob("*.pdf")}
    missing = [name for name in (*RIGHT, *NONE) if name not in files]
    if missing:
        print(
            f"{folder} lacks {len(missing)} of the files, among them {missing[0]}", file=sys.stderr
        )
        return 3
    totals = {"page 1": _Count(), "declared": _Count()}
    for name, (authors, year, venue) in RIGHT.items():
        for who, found in (("page 1", read(files[name])), ("declared", declared(files[name]))):
            wrong = totals[who].add([*authors.split(", ")], year, venue, found)
            if who == "page 1" and wrong:
                print(f"{name}: {wrong}")
    invented = dict.fromkeys(totals, 0)
    for name in NONE:
        for who, found in (("page 1", read(files[name])), ("declared", declared(files[name]))):
            invented[who] += bool(found.get("authors"))
            if who == "page 1" and found.get("authors"):
                print(f"{name}: no author is printed, got {found['authors']}")
    for who, count in totals.items():
        print(
            f"{who}: authors {count.authors}/{count.named} found, {count.foreign} that are none; all authors of "
            f"{count.whole}/{len(RIGHT)}; year {count.years}/{count.dated}; venue {count.venues}/{count.placed}; "
            f"authors invented for {invented[who]} of {len(NONE)}"
        )
    return 0


class _Count:
    def __init__(self) -> None:
        self.named = self.authors = self.foreign = self.whole = 0
        self.years = self.dated = self.venues = self.placed = 0

    def add(self, authors: list[str], year: int | None, venue: str, found: dict[str, Any]) -> str:
        got = list(found.get("authors") or [])
        self.named += len(authors)
        right = sum(name in authors for name in got)
        self.authors += right
        self.foreign += len(got) - right
        self.whole += got == authors
        self.dated += year is not None
        self.years += year is not None and found.get("year") == year
        self.placed += bool(venue)
        self.venues += bool(venue) and found.get("venue") == venue
        said = []
        if got != authors:
            said.append(f"authors {got}")
        if year is not None and found.get("year") != year:
            said.append(f"year {found.get('year')}")
        if venue != (found.get("venue") or ""):
            said.append(f"venue {found.get('venue')!r}")
        return ", ".join(said)


def read(path: Path) -> dict[str, Any]:
    try:
        return dict(pdf.read(path).metadata)
    except InquiryError as error:
        print(f"{path.name}: {error}")
        return {}


def declared(path: Path) -> dict[str, Any]:
    """Return what the file declares about itself; its pages are not looked at."""
    info = pypdf.PdfReader(path).metadata
    if info is None:
        return {}
    author = str(info.get("/Author") or "").replace(";", ",")
    names = [" ".join(name.split()) for name in author.split(",") if name.strip()]
    date = str(info.get("/CreationDate") or "")
    year = int(date[2:6]) if date[2:6].isdecimal() else None
    return {"authors": names, "year": year, "venue": str(info.get("/Subject") or "")}


if __name__ == "__main__":
    sys.exit(main())
