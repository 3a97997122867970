"""Markdown has the parts in their order, and shows the text of documents as it is, never as markup."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.printable import folded, visible
from assistant.rendering.markdown import escaped, to_markdown
from assistant.rendering.unfolding import unfolded
from assistant.rendering.wording import duration
from assistant.types import Fold, Sentence

HOSTILE = st.text(
    st.sampled_from("ab1 *_`[]()<>#+-=!&;~|\\.:/\n\"'é") | st.characters(codec="utf-8")
)
READER = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])


def test_the_parts_stand_in_their_order(full_answer):
    parts = [
        "**INQUIRING LINE**",
        "## Why do middle layers win?",
        "*This explores why middle layers win.*",
        "*Quoted from the sources; nothing is generated.*",
        "**Not as stated:** Middle layers beat the last one by 2 to 16 points. [1] [2] So much for depth.",
        "*By contrast:* \\[the run:\\] A local run refutes it. [E1]",
        "**What the list does not contain**",
        "- *why*: no cause. Nearest: “Which layer?” [1]; “Another”. Would fill it: a paper.",
        "**Sources, 1 note, 1 paper and 1 experiment**",
        "- [1] Which layer? — One. (note `layers`)",
        "- [2] Depth (paper `thesis`)",
        "- [E1] Run — No. (experiment `layer_valley-00000000-1`)",
        "**Next inquiring lines**",
        "- And then? *needs a paper*",
        "**Experiments**",
        "- **Is there a valley?** Tests: Entropy dips.",
        "about 2 minutes here",
        "`inquire probe run layer_valley`",
        "*Folded: More evidence: 3 sentences from 2 sources · More reservations: 1 sentence from 1 source. "
        "`--length full` shows it.*",
        "One sentence was",
    ]
    shown = to_markdown(full_answer, {"other": "Another"})
    places = [shown.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_what_is_folded_is_named_in_a_brief_and_told_in_full(full_answer):
    brief, full = to_markdown(full_answer), to_markdown(unfolded(full_answer))
    assert "[3]" not in brief
    assert "Folded:" not in full
    assert "**More evidence.** A. [1] B. [1]\n\nC. [3]\n\n**More reservations.** D. [3]" in full
    assert "- [3] A lens" in full


def test_the_same_answer_gives_the_same_text_however_long_it_took(full_answer):
    assert to_markdown(full_answer) == to_markdown(replace(full_answer, seconds={"retrieve": 9.9}))


def test_an_answer_without_dropped_sentences_says_nothing_of_them(full_answer):
    assert "not shown" not in to_markdown(replace(full_answer, dropped=()))


def test_a_source_cited_twice_by_a_sentence_is_named_once(full_answer):
    claim = full_answer.sentences[0]
    twice = replace(claim, citations=(*claim.citations, claim.citations[0]))
    assert "points. [1] [2]\n" in to_markdown(replace(full_answer, sentences=(twice,)))


@given(HOSTILE)
@example("# no heading")
@example("--- no rule")
@example("1. no list")
@example("12345) no list")
@example("<script>alert(1)</script>")
@example("![no image](http://example.org/x.png)")
@example("&lt;b&gt; stays &amp;lt;")
@example("a | b")
@example("~~~")
@example("====")
def test_escaped_text_is_read_back_as_it_was(text):
    tokens = READER.parse(escaped(text))
    line = folded(text)
    if not line:
        assert not tokens
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inside = tokens[1].children
    assert {token.type for token in inside} <= {"text", "text_special"}
    assert "".join(token.content for token in inside) == line


@given(st.text())
def test_what_is_visible_holds_no_control_character(text):
    shown = visible(text)
    assert len(shown) == len(text)
    assert not any(
        ord(letter) < 32 or 127 <= ord(letter) < 160
        for letter in shown
        if letter not in "\n\t"
    )  # fmt: skip


def test_hostile_sentences_stay_text(full_answer):
    nasty = "<b>x</b> [y](javascript:1) \x1b[31m **z**"
    said = Sentence(text=nasty, paragraph=0, role="claim", lead_in=nasty)
    fold = Fold(kind="evidence", summary=nasty, sentences=(said,))
    shown = to_markdown(replace(full_answer, sentences=(said,), folds=(fold,)))
    assert "\x1b" not in shown
    page = READER.render(shown)
    assert "<b>" not in page
    assert "<a " not in page
    assert "<strong>z" not in page


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "a few seconds"), (10, "about 10 seconds"), (42, "about 40 seconds"), (60, "about a minute"),
        (118, "about 2 minutes"), (1800, "about 30 minutes"), (3500, "about an hour"), (7300, "about 2 hours"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(seconds, said):
    assert duration(seconds) == said
