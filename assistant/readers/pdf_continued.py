"""Join paragraphs that a figure, a footnote or the end of a page interrupts."""

import re
from collections.abc import Sequence

from assistant.readers.pdf_joints import hyphenated
from assistant.readers.pdf_paragraphs import (
    BULLET,
    NUMBERED,
    SECTION_NUMBER,
    TERMINAL,
    Block,
    is_short,
)


def continued(blocks: list[Block], body: float) -> list[Block]:
    """Return the blocks with paragraphs joined that a figure or footnote interrupts."""
    pending = list(blocks)
    result: list[Block] = []
    while pending:
        block = pending.pop(0)
        result.append(block)
        if not _unfinished(block, body):
            continue
        near = [place for place, other in enumerate(pending) if not other.row][:10]
        for place in near:
            other = pending[place]
            if _resumes(block, other, body):
                # Only figures and footnotes may stand between the parts, never body text.
                block.lines += other.lines
                del pending[place]
                break
            if _is_body(other, body) and len(other.lines) > 2:
                break
    return result


def _is_body(block: Block, body: float) -> bool:
    return abs(block.height - body) < 0.05 * body


def _unfinished(block: Block, body: float) -> bool:
    last = block.lines[-1]
    if not _is_body(block, body) or len(block.lines) < 2 or last.bold or last.turn:
        return False
    return hyphenated(last.tokens[-1]) or not (
        TERMINAL.search(last.tokens[-1].text) or is_short(last)
    )


def _resumes(block: Block, other: Block, body: float) -> bool:
    first, last = other.lines[0], block.lines[-1]
    elsewhere = first.column != last.column or first.bottom > last.top
    opener = first.tokens[0].text
    if not elsewhere or not _is_body(other, body) or first.bold or len(first.tokens) < 3:
        return False
    if BULLET.match(opener) or SECTION_NUMBER.match(opener):
        return False
    return opener[:1].islower() or (opener[:1].isdigit() and opener[-1:] in ").,;")


def over_pages(pages: Sequence[list[Block]], body: float) -> frozenset[int]:
    """Return the pages (from 0) whose last paragraph continues as the first of the next page.

    The two parts are brought together: the first goes after the footnotes of its page, the second
    before the figures of its page.
    """
    carried: set[int] = set()
    for number in range(len(pages) - 1):
        ends = _ends_open(pages[number], body)
        begins = _begins_amid(pages[number + 1], body) if ends is not None else None
        if ends is None or begins is None:
            continue
        block, other = pages[number][ends], pages[number + 1][begins]
        if _goes_on(block, other, beside=begins == 0):
            pages[number].append(pages[number].pop(ends))
            pages[number + 1].insert(0, pages[number + 1].pop(begins))
            carried.add(number)
    return frozenset(carried)


def _ends_open(blocks: Sequence[Block], body: float) -> int | None:
    """Return the place of the last paragraph of a page if its last sentence is not finished."""
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        if block.heading:
            return None
        if _is_body(block, body) and not (block.row or _stands_alone(block)):
            closer = block.lines[-1].tokens[-1]
            closed = TERMINAL.search(closer.text) and not hyphenated(closer)
            return None if closed or block.lines[-1].turn else place
    return None


def _begins_amid(blocks: Sequence[Block], body: float) -> int | None:
    """Return the place of the first paragraph of a page, after figures and captions."""
    for place, block in enumerate(blocks):
        if block.heading:
            return None
        aside = block.row or _stands_alone(block)
        if _is_body(block, body) and not (aside or _CAPTION.match(block.words)):
            return None if block.lines[0].turn else place
    return None


def _stands_alone(block: Block) -> bool:
    """Return whether a block is one short line, such as a running head that is printed only once."""
    line = block.lines[0]
    opens = line.tokens[0].text[0]
    goes_on = opens.islower() or (opens.isdigit() and len(line.tokens) > 1)
    return len(block.lines) == 1 and is_short(line) and not goes_on


def _goes_on(block: Block, other: Block, *, beside: bool) -> bool:
    """Return whether a paragraph at the top of a page continues one at the end of the page before."""
    last, first = block.lines[-1], other.lines[0]
    opener = first.tokens[0].text
    if last.bold != first.bold or BULLET.match(opener) or NUMBERED.match(opener):
        return False
    letter = opener.lstrip("(\"“‘'[")[:1]
    if letter.isdigit():
        # "0.4 points" and "2016)," continue a sentence; "4.2 Results" is a heading.
        within = len(first.tokens) > 1 and first.tokens[1].text[:1].islower()
        return within or opener[-1] in ").,;]"
    if not letter.isupper():
        return letter.isalpha()
    indented = first.left > first.edges[0] + 0.42 * first.height
    return beside and not indented and not is_short(last) and len(other.lines) > 1


_CAPTION = re.compile(r"(?:Table|Figure|Fig\.|Algorithm|Listing)\s*\d", re.IGNORECASE)
