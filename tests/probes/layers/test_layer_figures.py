"""The lines of a layer figure stand where the layers lie."""

import numpy as np

from probes import plotting
from probes.layers import layer_figures, published


def test_shares_run_from_the_embeddings_to_the_last_layer():
    assert layer_figures.shares(3).tolist() == [0.0, 0.5, 1.0]


def test_a_layer_that_is_defined_for_no_prompt_is_left_out():
    made = plotting.figure("t", "a", [("x", "y")])
    values = np.array([[1.0, np.nan, 3.0], [2.0, np.nan, 5.0]])
    layer_figures.add(made, "entropy", values, style=0, row=1)
    (line,) = [trace for trace in made.data if trace.name == "entropy" and trace.fill is None]
    assert list(line.x) == [0, 2]
    assert list(line.y) == [1.5, 4.0]


def test_published_curves_run_over_the_share_of_depth():
    made = plotting.figure("t", "a", [("x", "y")])
    layer_figures.add_published(made, "prompt_entropy", row=1)
    names = {trace.name for trace in made.data}
    assert names >= {f"{model} (published)" for model in layer_figures.BESIDE}
    for trace in made.data:
        assert min(trace.x) == 0.0
        assert max(trace.x) == 1.0
    assert set(layer_figures.BESIDE) <= set(published.curves("prompt_entropy"))
