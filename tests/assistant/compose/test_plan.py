"""A plan has the evidence of the whole answer, each quote once and the lines first."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.compose.plan import Folded, Line, Plan
from tests.assistant.compose.quotes import quote

QUOTES = [quote(f"Sentence {n}.", source=f"s{n}") for n in range(5)]
SOME = st.lists(st.sampled_from(QUOTES), max_size=4)


@given(st.lists(SOME, max_size=3), SOME)
def test_the_evidence_has_each_quote_once_and_the_lines_first(paragraphs, folded):
    lines = tuple(tuple(Line(quote=q, text=q.text) for q in row) for row in paragraphs)
    folds = (Folded(kind="evidence", summary="More", quotes=tuple(folded)),)
    plan = Plan(question="Why?", coverage="answered", paragraphs=lines, folds=folds)
    evidence = plan.evidence()
    assert len(evidence) == len(set(evidence))
    assert set(evidence) == {q for row in (*paragraphs, folded) for q in row}
    assert evidence[: len(set(plan.quotes()))] == list(dict.fromkeys(plan.quotes()))
