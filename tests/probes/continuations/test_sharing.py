"""Prefixes are read as a tree, each shared token once."""

from hypothesis import given
from hypothesis import strategies as st

from probes.continuations.sharing import common, distinct_tokens, reading_order


@given(st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=12))
def test_reading_in_order_visits_every_distinct_prefix_once(prefixes):
    order = reading_order(prefixes)
    assert sorted(order) == list(range(len(prefixes)))
    read, path = 0, []
    for index in order:
        read += len(prefixes[index]) - common(path, prefixes[index])
        path = prefixes[index]
    nodes = {tuple(p[: k + 1]) for p in prefixes for k in range(len(p))}
    assert read == len(nodes) == distinct_tokens(prefixes)
