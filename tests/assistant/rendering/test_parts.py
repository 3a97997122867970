"""An answer is rendered in one order; less important parts are folded, and no part is lost."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.rendering.parts import (
    SHOWN_EXPERIMENTS,
    Closing,
    Folded,
    Gaps,
    NextLines,
    Offers,
    Opening,
    Paragraph,
    Sources,
    parts,
)
from assistant.types import Answer, Citation, CitedSource, Fold, Sentence

ORDER = [Opening, Paragraph, Gaps, Sources, NextLines, Offers, Folded, Closing]
KEYS = ("a", "b", "c")


def of(answer, kind):
    return [part for part in parts(answer) if isinstance(part, kind)]


def with_experiments(answer, count):
    return replace(answer, experiments=answer.experiments * count)


def test_the_essay_comes_first_then_gaps_sources_next_lines_experiments_and_folds(full_answer):
    kinds = [type(part) for part in parts(with_experiments(full_answer, 3))]
    assert list(dict.fromkeys(kinds)) == ORDER
    assert kinds == sorted(kinds, key=ORDER.index)


def test_parts_that_hold_nothing_are_left_out():
    empty = Answer(
        question="Q?", deck="", coverage="absent", writer="extractive", index_hash="", sentences=()
    )
    assert [type(part) for part in parts(empty)] == [Opening]


def test_only_sources_cited_above_the_fold_are_listed_each_with_one_sentence_of_its_claim(
    full_answer,
):
    (sources,) = of(full_answer, Sources)
    assert [each.source.label for each in sources.listed] == ["1", "2", "E1"]
    assert sources.listed[0].claim == "One."
    assert sources.heading == "Sources, 1 note, 1 paper and 1 experiment"


def test_a_fold_names_each_source_once_and_keeps_its_summary(full_answer):
    evidence, reservations = of(full_answer, Folded)
    assert evidence.summary == full_answer.folds[0].summary
    assert [(group.source.key, len(group.told)) for group in evidence.groups] == [
        ("layers", 2),
        ("lens", 1),
    ]
    assert [group.introduced for group in evidence.groups] == [False, True]
    assert [group.introduced for group in reservations.groups] == [False]


def test_two_experiments_are_shown_and_the_rest_is_folded_unless_the_answer_is_in_full(full_answer):
    answer = with_experiments(full_answer, 5)
    (offers,), *_, more = of(answer, Offers), *of(answer, Folded)
    assert len(offers.offers) == SHOWN_EXPERIMENTS == 2
    assert (more.kind, more.summary, len(more.offers)) == ("experiments", "More experiments (3)", 3)
    full = replace(answer, length="full", folds=())
    assert len(of(full, Offers)[0].offers) == 5
    assert of(full, Folded) == []


def test_the_verdict_is_the_lead_in_of_the_first_sentence_alone(full_answer):
    told = [each for part in of(full_answer, Paragraph) for each in part.told]
    assert [(each.lead_in, each.verdict) for each in told] == [
        ("Not as stated:", True),
        ("", False),
        ("By contrast:", False),
    ]


def sentences():
    citation = st.sampled_from(KEYS).map(
        lambda key: Citation(source=key, passage=key, quote=key, page=None, start=0, end=1)
    )
    return st.lists(
        st.builds(
            Sentence, text=st.text("xy ", min_size=1), paragraph=st.integers(0, 3),
            role=st.sampled_from(["claim", "link"]), citations=st.lists(citation, max_size=3).map(tuple),
            lead_in=st.sampled_from(["", "By contrast:"]),
        ),
        max_size=6,
    ).map(tuple)  # fmt: skip


ANSWERS = st.builds(
    Answer, question=st.just("Q?"), deck=st.just(""), coverage=st.just("partial"), writer=st.just("extractive"),
    index_hash=st.just(""), sentences=sentences(),
    headings=st.lists(st.sampled_from(["", "H."]), max_size=4).map(tuple),
    folds=st.lists(
        st.builds(
            Fold, kind=st.sampled_from(["evidence", "reservations", "experiments"]),
            summary=st.just("More."), sentences=sentences(),
        ),
        max_size=3,
    ).map(tuple),
    sources=st.just(
        tuple(CitedSource(key=key, kind="note", title=key, claim="", label=key) for key in KEYS)
    ),
)  # fmt: skip


@given(ANSWERS)
def test_every_sentence_stands_once_with_every_place_that_it_cites(answer):
    walked = list(parts(answer))
    told = [each for part in walked if isinstance(part, Paragraph) for each in part.told]
    told += [
        each
        for part in walked
        if isinstance(part, Folded)
        for group in part.groups
        for each in group.told
    ]
    said = [*answer.sentences, *(each for fold in answer.folds for each in fold.sentences)]
    assert sorted(each.text for each in told) == sorted(each.text for each in said)
    places = [place for each in told for cited in each.cited for place in cited.citations]
    assert sorted(p.source for p in places) == sorted(
        c.source for each in said for c in dict.fromkeys(each.citations)
    )


@given(ANSWERS)
def test_every_source_that_a_sentence_cites_is_introduced_exactly_once(answer):
    introduced = [each.source.key for part in of(answer, Sources) for each in part.listed]
    for group in (group for part in of(answer, Folded) for group in part.groups):
        introduced += [group.source.key] if group.introduced else []
        introduced += [source.key for source in group.also]
    said = [*answer.sentences, *(each for fold in answer.folds for each in fold.sentences)]
    assert sorted(introduced) == sorted({c.source for each in said for c in each.citations})


def test_an_answer_in_part_says_so_where_no_gap_does(full_answer):
    def told(**changes):
        (head,) = of(replace(full_answer, **changes), Opening)
        return head.byline.endswith("is not sure.")

    assert told(coverage="partial", gaps=())
    assert full_answer.gaps
    assert not told(coverage="partial")
    assert not told(coverage="answered", gaps=())
