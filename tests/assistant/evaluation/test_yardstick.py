"""A figure is a mean over the questions that have its values, and lies within its interval."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.labelled_answers import FIGURES as ANSWERS
from assistant.evaluation.spans import FIGURES as SPANS
from assistant.evaluation.yardstick import figured

shares = st.dictionaries(
    st.sampled_from(["opening", "helpful", "words", "label_right"]), st.floats(0, 1)
)
counts = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


@given(st.lists(shares, max_size=12))
def test_a_question_without_a_value_does_not_count(values):
    found = figured(ANSWERS, values, 0)
    assert found["questions"] == len(values)
    held = {name for each in values for name in each}
    assert set(found) - {"questions", "intervals", "words_largest"} == held
    for name in held - {"words"}:
        kept = [each[name] for each in values if name in each]
        assert abs(found[name] - sum(kept) / len(kept)) < 1e-4
    if "words" in held:
        assert found["words"] <= found["words_largest"]


@given(st.lists(counts, min_size=1, max_size=12))
def test_word_f1_is_over_all_words_together_and_between_precision_and_recall(rows):
    values = [
        {"both_above": min(a, b, c), "shown_above": max(a, b, c), "gold": sorted((a, b, c))[1]}
        for a, b, c in rows
    ]
    found = figured(SPANS, values, 0)
    both, shown, gold = (sum(v[k] for v in values) for k in ("both_above", "shown_above", "gold"))
    assert abs(found["f1_above"] - (2 * both / (shown + gold) if shown + gold else 0.0)) < 1e-4
    ends = sorted((found["precision_above"], found["recall_above"]))
    assert ends[0] - 1e-3 <= found["f1_above"] <= ends[1] + 1e-3
    for name, (low, high) in found["intervals"].items():
        assert 0.0 <= low <= high <= 1.0, name
