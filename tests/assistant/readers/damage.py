"""Files of every format, whole and damaged: cut, mutated, and built to make a reader fail."""

import random
from collections.abc import Iterator

from tests.pdfs import column, pdf

NOTE = """---
key: quiet
title: "Do quiet heads matter?"
authors: [Ada Lovelace, "Émile Zola"]
year: 2025
relations:
  - {to: other, kind: extends}
---
# Do quiet heads matter?

Removing quiet heads costs 0.4 points. <!-- a remark --> `code`, ``more``.

```python
x = 1
```

| a | b |
- [a link](https://example.org) <b hidden>unseen</b>
"""
BIB = r"""@string{venue = "Journal of " # "Tests"}
@article{one, author = {family=Berg, given=Hanna and {Team, X} and others}, title = {{\"U}ber $x^2$ \& more},
  journal = venue, year = 2021, doi = {10.1/a_b}, abstract = {We show that 50% of heads are quiet.}}
@inproceedings{two, crossref = {three}, title = "A Child"}
@proceedings{three, title = {Parents}, date = {2019-01}}
"""
RIS = """TY  - JOUR
TI  - Quiet heads
AU  - Eight, Hanna
PY  - 2006/01//
AB  - We show that heads
are quiet.
ER  -

TY  - BOOK
BT  - Loud heads
UR  - https://arxiv.org/abs/2502.02013
"""
CSL = """[{"id": "a", "type": "article-journal", "title": "<i>Quiet</i> heads &amp; more",
 "author": [{"family": "Berg", "given": "Hanna", "non-dropping-particle": "van den"}, {"literal": "A Team"}],
 "issued": {"date-parts": [[2020, 5]]}, "container-title": ["Journal"], "DOI": "10.1/a"},
 {"id": 2, "title": "Loud heads", "issued": "2021-03", "abstract": "<jats:p>Heads are loud.</jats:p>"}]
"""
PAPER = pdf(
    [column(72, 700, ["Quiet heads cost little accuracy", "when they are taken out of it"])]
)

WHOLE = {
    ".md": NOTE.encode(), ".txt": b"Plain text with \xc3\xa9 and no markup.\n", ".bib": BIB.encode(),
    ".ris": RIS.encode(), ".json": CSL.encode(), ".pdf": PAPER,
}  # fmt: skip

# These strings open something, end it, or stand for it in one of the formats.
_SIGNS = [
    b"{", b"}", b"[", b"]", b'"', b"'", b"@", b"#", b"\\", b"$", b"---\n", b"`", b"```\n", b"<!--", b"-->", b"<b>",
    b"&a ", b"*a ", b"!!int ", b": ", b"- ", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"\r", b"\n\n",
    b"TY  - ",
    b"ER  - ", b"crossref = {one}", b"NaN", b"1e999", b"\\u0000", b"\\ud800", b"<<", b"obj", b"stream", b"%PDF",
]  # fmt: skip


def mutations(content: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Yield the content damaged in one to five places, always the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(damaged) + 1)
            to = min(len(damaged), at + chance.randint(1, 40))
            how = chance.randrange(6)
            if how == 0:
                damaged[at:to] = b""
            elif how == 1:
                damaged[at:at] = damaged[at:to] * chance.randint(1, 30)
            elif how == 2:
                damaged[at:to] = chance.randbytes(to - at)
            elif how == 3:
                damaged[at:] = b""
            else:
                damaged[at:at] = chance.choice(_SIGNS) * chance.choice([1, 1, 2, 500])
        yield bytes(damaged)


# Each of these made a reader fail, hang or eat memory once, or could.
_DEEP = 900
HOSTILE: dict[str, bytes] = {
    "self.md": b"---\na: &a [*a]\n---\nbody\n",
    "nested.md": b"---\na: " + b"[" * _DEEP + b"]" * _DEEP + b"\n---\nbody\n",
    "hexadecimal.md": b"---\na: 0x" + b"f" * 4_000 + b"\n---\nbody one\n",
    "sixty.md": b"---\na: 1" + b":59" * 4_000 + b"\n---\nbody two\n",
    "nan.md": b"---\na: .nan\nb: [-.inf]\n---\nbody three\n",
    "bomb.md": b"---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9))
    + b"---\nbody\n",
    "date.md": b"---\nwhen: 2024-13-45\n---\nbody four\n",
    "braces.bib": b"@article{a, title={" + b"{" * _DEEP + b"x" + b"}" * _DEEP + b"}}",
    "environments.bib": b"@article{b, title={" + b"\\begin{a}" * _DEEP + b"}}",
    "strings.bib": b'@string{a0 = "xxxxxxxxxx"}'
    + b"".join(b"@string{a%d = a%d # a%d}" % (n, n - 1, n - 1) for n in range(1, 60))
    + b"@article{c, title = a59}",
    "circle.bib": b"@article{d, title={D}, crossref={e}}\n@article{e, title={E}, crossref={d}, xdata={d,e}}",
    "nested.json": b"[" * 100_000,
    "digits.json": b'[{"title": "T", "id": ' + b"9" * 5_000 + b', "issued": NaN}]',
    "surrogate.json": b'[{"title": "\\ud800 T", "id": "\\u0000"}]',
    "empty.ris": b"ER  - \n" * 500,
}  # fmt: skip
