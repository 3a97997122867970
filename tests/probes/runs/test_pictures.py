"""A figure is saved as the picture that the ending names, with its words."""

import numpy as np
import pytest

from probes import plotting
from probes.errors import ProbeError, UsageError
from probes.runs.pictures import plain, save


@pytest.fixture
def figure():
    made = plotting.figure("A title", "What it shows.", [("layer", "entropy")])
    plotting.add_curve(made, "a line", np.ones(2), np.full(2, 0.1), x=np.arange(2), style=0, row=1)
    return plotting.arranged(made)


def test_an_svg_holds_the_title_and_the_line(figure, tmp_path):
    save(figure, tmp_path / "a.SVG")
    told = (tmp_path / "a.SVG").read_text("utf-8")
    assert told.lstrip().startswith("<svg")
    assert "A title" in told


def test_a_png_says_what_it_shows(figure, tmp_path):
    from PIL import Image

    pytest.importorskip("matplotlib")
    save(figure.to_plotly_json(), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width > picture.height / 2
        assert picture.info["Description"] == "What it shows."


def test_another_ending_and_a_folder_that_is_not_there_are_one_line(figure, tmp_path):
    with pytest.raises(UsageError, match=r"not 'a\.pdf'"):
        save(figure, tmp_path / "a.pdf")
    with pytest.raises(ProbeError, match="cannot write"):
        save(figure, tmp_path / "gone" / "a.svg")


def test_a_label_is_one_line():
    assert plain("two<br>lines") == "two lines"
