"""First pages in the layouts of journals, conferences and series: the source, authors, year and venue.

The prose of each page names years, presses and places that do not belong to the paper itself.
"""

TITLE = "Quiet heads in whale transformers"
SUMMARY = (
    "Whale transformers attend to few tokens, as the model published in 1998 did, and press "
    "coverage in 2003 said so. "
) * 4
BODY = (
    "We removed heads one by one and looked at what was lost in every layer of the model, as "
    "expressed in 1998 units of pressure. "
) * 14
HEAD = f'#text(18pt, weight: "bold")[{TITLE}]'


PAGES = {
    "surnames that are places and words": (
        rf"""{HEAD}

#text(11pt)[Joel Israel#super[1], Larry Page#super[2], Lin Ai#super[1] & Tyra Bank#super[2]]

#text(8pt)[#super[1]University of the North Sea, Bergen, Norway \
#super[2]Institute of Whales, Basel]

#text(weight:"bold")[Abstract] {SUMMARY}

#text(7pt)[Nature 585, 357–362 (2020)]""",
        ["Joel Israel", "Larry Page", "Lin Ai", "Tyra Bank"],
        2020,
        "Nature",
    ),
    "a name and its place, twice": (
        rf"""#align(center)[{HEAD}

Hanna Eight, University of the North Sea, and Ivo Nine, Institute of Whales

March 2020]

*Abstract* {SUMMARY}""",
        ["Hanna Eight", "Ivo Nine"],
        2020,
        None,
    ),
    "names and places over two lines": (
        rf"""#align(center)[{HEAD}

Hanna Eight, Department of Ecology and Evolutionary Biology, University of the North Sea, Bergen,
and Ivo Nine, Stony Brook University, and Jane van den Berg, Bank of Norway]

*Abstract* {SUMMARY}""",
        ["Hanna Eight", "Ivo Nine", "Jane van den Berg"],
        2026,
        None,
    ),
    "economic perspectives": (
        rf"""#text(8pt)[_Journal of Economic Perspectives_—Volume 12, Number 3—Summer 1998—Pages 1–20]

{HEAD}

#text(13pt)[James March and Joel China]

#text(30pt)[W]{SUMMARY}

#text(8pt)[■ _James March is Professor of Economics, University of the North Sea, Bergen, Norway.
Joel China is Economist, Bank of Norway._]""",
        ["James March", "Joel China"],
        1998,
        "Journal of Economic Perspectives",
    ),
    "a society": (
        rf"""#text(7pt)[*Cite this article:* Eight H, Nine I. 2014 Quiet heads in whale
transformers. _Proc. R. Soc. B_ *281*: 20132450. http:\/\/dx.doi.org/10.1098/rspb.2013.2450]

{HEAD}

Hanna Eight#super[1], Ivo Nine#super[1,2] and Jane van den Berg#super[2]

#text(8pt)[#super[1]Department of Zoology, University of the North Sea, Bergen \
#super[2]Stony Brook]

{SUMMARY}

#text(7pt)[© 2014 The Author(s) Published by the Royal Society. All rights reserved.]""",
        ["Hanna Eight", "Ivo Nine", "Jane van den Berg"],
        2014,
        "Proc. R. Soc. B",
    ),
    "physics": (
        rf"""#text(8pt)[PRL *116,* 061102 (2016) #h(1fr)
PHYSICAL REVIEW LETTERS #h(1fr)
week ending \
12 FEBRUARY 2016]

#align(center)[{HEAD}

H. Eight,#super[1] I. J. Nine,#super[2] and J. van den Berg#super[1,\*]

#text(9pt)[#super[1]_LIGO, California Institute of Whales, Pasadena, California 91125, USA_ \
#super[2]_Stony Brook, New York 11794, USA_ \
(Received 21 January 2016; published 11 February 2016)]]

{SUMMARY}""",
        ["H. Eight", "I. J. Nine", "J. van den Berg"],
        2016,
        "PRL",
    ),
    "astronomy": (
        rf"""#text(8pt)[A&A 641, A6 (2020) \
https:\/\/doi.org/10.1051/0004-6361/201833910 \
© ESO 2020] #h(1fr)
Astronomy & Astrophysics

#align(center)[{HEAD}

H. Eight#super[1], I. Nine#super[2], and J. van den Berg#super[1]]

#text(8pt)[#super[1] Observatory of the Sea, 5 Whale Road, Bergen \
#super[2] Stony Brook]

#text(8pt)[Received 17 July 2018 / Accepted 9 October 2019]

#align(center)[*ABSTRACT*]

{SUMMARY}""",
        ["H. Eight", "I. Nine", "J. van den Berg"],
        2020,
        "A&A",
    ),
    "medicine with degrees": (
        rf"""#text(8pt)[The NEW ENGLAND JOURNAL of MEDICINE]

#text(8pt)[ORIGINAL ARTICLE]

{HEAD}

#text(10pt)[Hanna Eight, M.D., Ivo Nine, M.D., Ph.D., Jane van den Berg, M.P.H., and Tyra Bank, M.D., \
for the Whale Study Group\*]

*ABSTRACT*

{SUMMARY}

#text(7pt)[N Engl J Med 2020;383:2603-15. \
DOI: 10.1056/NEJMoa2034577 \
Copyright © 2020 Massachusetts Whale Society.]""",
        ["Hanna Eight", "Ivo Nine", "Jane van den Berg", "Tyra Bank"],
        2020,
        "N Engl J Med",
    ),
    "authors with companies": (
        rf"""#align(center)[{HEAD}

#grid(columns:(1fr,1fr), [*Hanna Eight\** \
Google Research \
hanna\@google.com],[*Lin Ai* \
Meta AI \
ai\@meta.com])

*Abstract*]

{SUMMARY}

#text(8pt)[34th Conference on Neural Whale Systems (NeurWPS 2020), Vancouver, Canada.]""",
        ["Hanna Eight", "Lin Ai"],
        2020,
        "34th Conference on Neural Whale Systems (NeurWPS 2020)",
    ),
    "machine learning": (
        rf"""#align(center)[{HEAD}

*Hanna Eight* #super[1] *Ivo Nine* #super[2] *Maria College* #super[1]]

*Abstract* {SUMMARY}

#text(8pt)[#super[1]Stony Brook #super[2]Google Research. Correspondence to: Hanna Eight hanna\@sea.edu. \
_Proceedings of the 37#super[th] International Conference on Whale Learning_, Vienna, Austria, PMLR
119, 2020. Copyright 2020 by the author(s).]""",
        ["Hanna Eight", "Ivo Nine", "Maria College"],
        2020,
        "Proceedings of the 37th International Conference on Whale Learning, Vienna, Austria",
    ),
    "addresses of mail beside names": (
        rf"""#text(8pt)[Journal of Whale Learning Research 15 (2014) 1929-1958 #h(1fr)
Submitted 11/13; Published 6/14]

#align(center)[{HEAD}]

*Hanna Eight* #h(1fr)
hanna\@sea.edu \
*Ivo Nine* #h(1fr)
ivo\@sea.edu \
_Department of Whales \
University of the North Sea \
10 Kings College Road \
Toronto, Ontario, Canada_ \
*Larry Page* #h(1fr)
page\@whale.org \
_Stony Brook_

#align(center)[*Abstract*]

{SUMMARY}""",
        ["Hanna Eight", "Ivo Nine", "Larry Page"],
        2014,
        "Journal of Whale Learning Research",
    ),
    "a reference format": (
        rf"""{HEAD}

HANNA EIGHT, University of the North Sea, Norway \
IVO NINE, Stony Brook, USA \
JANE VAN DEN BERG, Google Research, Switzerland

{SUMMARY}

#text(8pt)[*ACM Reference Format:* \
Hanna Eight, Ivo Nine, and Jane van den Berg. 2021. Quiet heads in whale transformers. _Proc. ACM
Whale._ 5, POPL, Article 12 (January 2021), 30 pages. https:\/\/doi.org/10.1145/1]""",
        ["Hanna Eight", "Ivo Nine", "Jane van den Berg"],
        2021,
        None,
    ),
    "working papers": (
        rf"""#align(center)[#text(10pt)[NBER WORKING PAPER SERIES]

#text(14pt)[{TITLE.upper()}]

Hanna Eight \
Julia Page \
Joel Israel

Working Paper 12345 \
http:\/\/www.nber.org/papers/w12345

NATIONAL BUREAU OF ECONOMIC RESEARCH \
1050 Massachusetts Avenue \
Cambridge, MA 02138 \
March 2020]

#text(9pt)[{SUMMARY} © 2020 by Hanna Eight, Julia Page, and Joel Israel. All rights reserved.]""",
        ["Hanna Eight", "Julia Page", "Joel Israel"],
        2020,
        "NBER WORKING PAPER SERIES",
    ),
    "psychology": (
        rf"""#text(8pt)[Whale Bulletin #h(1fr)
© 2012 American Whale Association \
2012, Vol. 138, No. 1, 1–10 #h(1fr)
0033-2909/12/\$12.00 DOI: 10.1037/a0026]

#align(center)[{HEAD}

Hanna Eight #h(8em) Ivo Nine and Emma Church \
North Sea University #h(5em) Stony Brook University]

{SUMMARY}""",
        ["Hanna Eight", "Ivo Nine", "Emma Church"],
        2012,
        "Whale Bulletin",
    ),
    "a citation under its heading": (
        rf"""#text(8pt)[ORIGINAL RESEARCH \
published: 12 March 2021 \
doi: 10.3389/fpsyg.2021.123]

{HEAD}

_Hanna Eight#super[1†], Ivo Nine#super[1,2†] and Rose Hospital#super[2\*]_

#text(8pt)[#super[1] Department of Psychology, University of the North Sea \
#super[2] Stony Brook, New York]

*{SUMMARY}*

#text(7pt)[*Citation:* \
Eight H, Nine I and Hospital R (2021) Quiet heads in whale transformers. \
Front. Whale. 12:651234. \
doi: 10.3389/f]""",
        ["Hanna Eight", "Ivo Nine", "Rose Hospital"],
        2021,
        "Front. Whale",
    ),
    "a citation with a title in capitals": (
        rf"""#text(8pt)[_Article_]

{HEAD}

*Hanna Eight #super[1], Ivo Nine #super[1,2,\*] and Anna School #super[2]*

#text(8pt)[#super[1] Department of Physics, University of the North Sea \
#super[2] Stony Brook]

#text(8pt)[*Citation:* Eight, H.; Nine, I.; School, A. Quiet Heads. _Sensors_ *2021*, _21_, 1234.
https:\/\/doi.org/10.3390/s21041234 \
Received: 13 January 2020 \
Accepted: 9 February 2021 \
Published: 10 February 2021]

*Abstract:* {SUMMARY}""",
        ["Hanna Eight", "Ivo Nine", "Anna School"],
        2021,
        "Sensors",
    ),
    "statistics": (
        rf"""#text(8pt)[_The Annals of Whale Statistics_ \
2004, Vol. 32, No. 2, 407–499 \
© Institute of Whale Statistics, 2004]

#align(center)[#text(13pt)[*{TITLE.upper()}*]

#smallcaps[By Hanna Eight,#super[1] Ivo Nine,#super[2] Joel China#super[3] and Rob Bank#super[4]]

_Stony Brook_]

{SUMMARY}""",
        ["Hanna Eight", "Ivo Nine", "Joel China", "Rob Bank"],
        2004,
        "The Annals of Whale Statistics",
    ),
    "a folio": (
        rf"""#text(8pt)[REVIEW #h(1fr)
doi:10.1038/nature14539]

{HEAD}

#text(11pt)[Hanna Eight#super[1,2], Ivo Nine#super[3] & Meta Brown#super[4,5]]

#text(10pt,weight:"bold")[{SUMMARY[:300]}]

#text(7pt)[#super[1]Facebook AI Research, 770 Broadway, New York, New York 10003 USA. #super[2]New
York University. #super[3]Department of Whales.]

#text(7pt)[436 | NATURE | VOL 521 | 28 MAY 2015]""",
        ["Hanna Eight", "Ivo Nine", "Meta Brown"],
        2015,
        "NATURE",
    ),
    "a town below the names": (
        rf"""#align(center)[{HEAD}

Hanna Eight, Ivo Nine \
Princeton

*Abstract*]

{SUMMARY}""",
        ["Hanna Eight", "Ivo Nine"],
        2026,
        None,
    ),
    "captions": (
        rf"""{HEAD}

Hanna Eight and Ivo Nine

University of the North Sea

*Abstract* {SUMMARY}

#text(8pt)[Figure 1. Whale counts (2003), after Whale Biology 12 (1999) 3–5.]

#text(8pt)[Whale Biology (2020) 38:1203, from which the data came, lists 12 species.]""",
        ["Hanna Eight", "Ivo Nine"],
        2026,
        None,
    ),
}
