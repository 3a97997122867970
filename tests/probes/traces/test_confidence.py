import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.traces.confidence import token_confidence, trace_confidence, window_means

_TRACES = st.lists(st.floats(0, 30), min_size=1, max_size=60)


@given(confidences=_TRACES, window=st.integers(1, 70))
def test_the_summaries_are_ordered(confidences, window):
    found = trace_confidence(confidences, window)
    assert found.minimum <= found.bottom + 1e-9
    assert found.minimum <= found.tail + 1e-9
    assert min(confidences) - 1e-9 <= found.mean <= max(confidences) + 1e-9


@given(confidences=_TRACES, window=st.integers(1, 70))
def test_window_means_agree_with_the_plain_definition(confidences, window):
    width = min(window, len(confidences))
    plain = [sum(confidences[i : i + width]) / width for i in range(len(confidences) - width + 1)]
    assert list(window_means(confidences, window)) == pytest.approx(plain, abs=1e-9)


def test_certainty_about_one_token_among_k_is_the_mean_surprise():
    assert token_confidence([0.0, -2.0, -4.0]) == 2.0


def test_empty_input_is_refused():
    with pytest.raises(ValueError, match="log-probability"):
        token_confidence([])
    with pytest.raises(ValueError, match="without tokens"):
        trace_confidence([])
    with pytest.raises(ValueError, match="window"):
        trace_confidence([1.0], 0)
