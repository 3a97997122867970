"""Each work has one block, the answering one first; a caveat follows its finding, an open point comes last."""

from assistant.compose.order import blocks
from tests.assistant.compose.quotes import quote


def test_blocks_are_works_and_the_opening_stays_first():
    first = quote("Deep layers can be pruned.", source="b", start=500)
    other = quote("Whales sing.", source="a")
    own = quote("A quarter of the layers goes.", source="b", start=10)
    assert blocks([first, other, own], {}) == [[first, own], [other]]


def test_a_note_and_its_paper_share_a_block():
    note, paper = quote("Seals dive.", source="note"), quote("Seals dive deep.", source="paper")
    assert blocks([note, paper], {"note": "w", "paper": "w"}) == [[note, paper]]


def test_a_caveat_stands_behind_the_finding_it_qualifies_and_an_open_point_last():
    first = quote("Deep layers of llamas can be pruned by half.")
    second = quote("Whales sing songs of forty minutes in winter.", start=100)
    caveat = quote(
        "Pruned deep layers of llamas were scored on one task.", role="caveat", start=200
    )
    open_point = quote("Whether whales dream is open.", role="open", start=50)
    assert blocks([first, open_point, caveat, second], {}) == [[first, caveat, second, open_point]]
