"""Recognise text that looks like a sentence but is none: captions, permissions, questions, references, rows."""

import re


def is_fragment(text: str) -> bool:
    """Return whether a line of a paper says nothing that could be quoted alone.

    A caption describes what stands beside it, a permission concerns the paper itself, a question
    and a prompt ask for something; an entry of a reference list, a line of names or of a table
    states nothing.
    """
    return any(form.search(text) for form in _FORMS) or _is_title(text)


def _is_title(text: str) -> bool:
    """Return whether nearly all words, or all letters, are capitalised, as in a title, authors or an address."""
    if text.isupper():
        return True  # a running head of any length; scripts without capitals are never upper case
    words = [word for word in _WORD.findall(text) if word.lower() not in _SMALL]
    capitals = sum(not word[0].islower() and word[0].lower() != word[0] for word in words)
    return len(words) >= 4 and capitals >= 0.93 * len(words)


_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SMALL = frozenset(
    "a an and as at by de der for from in la of on or the to und van via von with".split()
)

_CAPTION = re.compile(
    r"^\W*(?:(?:Supplementary|Extended Data|Appendix) )?"
    r"(?:Table|Figure|Fig\.?|Algorithm|Listing|Box|Scheme|Plate|Chart|Exhibit|Abb\.|Abbildung|Tabelle)\s*"
    r"[A-Z]?\d+(?:[.-]\d+)?[a-z]?\s*(?:[:.|]|[–—]\s)"
)
_PERMISSION = re.compile(
    r"^\W*(?:Permission to|Permissions?:|Copyright\b|All rights reserved|Licen[sc]ed under|Publication rights|"
    r"Request permissions|To copy otherwise|Abstracting with credit|Copyrights for|Reprinted|"
    r"This (?:work|article|paper|publication) is (?:licen[sc]ed|distributed|published|an open[- ]access))"
    r"|©|\(c\) ?(?:19|20)\d\d|\b(?:ISBN|ISSN)\b|\ball rights reserved\b",
    re.IGNORECASE,
)
# A question states nothing, even with an answer of one word in brackets; a ticked box belongs to a
# form.
_ASKING = re.compile(r"\?\W*(?:\[\w(?:\w|/){0,4}\]\W*)?$|^\s*[☐☑☒✓✗✔✘]")
_PROMPT = re.compile(
    # "Context:" and "Answer:" are also headings in structured abstracts, so they are kept.
    r"^\W*(?:(?:Original|Generated|Example|Sub)[- ]?)?(?:Instructions?|Output|Input|Passages?|"
    r"Document|System|User|Assistant|Human|Prompt|Response|Q|A)\s*"
    r"(?:\[?\d+\]?)?\s*(?::\s|\(Title)|\{[A-Z_]{2,}\}|>>>|<\|\w+\|>"
)
_REFERENCE = re.compile(
    r"^\W*In(?::| Proceedings| Proc\.| Findings of| Advances in Neural)"
    r"|, pp?(?:ages?|\.)? ?\d+\s*[–-]+\s*\d+|\barXiv preprint\b[^.]{0,12}\d|\barXiv:\d{4}\.\d|\bdoi(?:\.org/|: ?)10\."
    r"|\b\d{1,4} ?\(\d{1,3}(?:[–-]\d{1,3})?\) ?[:,] ?[a-z]?\d+"
    r"|(?:[A-Z][\w'’-]+, (?:[A-Z]\.[ -]?){1,3}[,;&] ?(?:and )?){2}"
    r"|(?:(?:[A-Z]\.[ -]?){1,3}[A-Z][\w'’-]+, (?:and )?){2}"
)
# Author blocks and the text at the foot of the first page.
_FRONT = re.compile(
    r"[\w.}]@\w[\w-]*\.\w|^\W*(?:Core contributors?|Equal contributions?|denotes? equal|Corresponding authors?|"
    r"(?:This )?work (?:was )?done (?:while|during|at)|(?:These )?authors contributed equally|"
    r"(?:Published|Under review|Accepted|To appear) (?:as|at|in)\b|Received:? \d|Keywords?\b|Index Terms)",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"(?:(?<=\s)(?:[-–—−+±]?\d+(?:\.\d+)?%?|[–—-])\s+){2}(?:[-–—−+±]?\d+(?:\.\d+)?%?|[–—-])(?=[\s.]|$)"
)
_FORMS = (_CAPTION, _PERMISSION, _ASKING, _PROMPT, _REFERENCE, _FRONT, _ROW)
