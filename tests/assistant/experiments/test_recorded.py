"""No gap says that a measurement is recorded nowhere when a cited run has made it."""

import pytest

from assistant.experiments.recorded import recorded_by
from assistant.experiments.stored import RunSentence, said


@pytest.fixture
def cited(opened):
    """The runs of a probe as an answer cites them."""

    def runs(probe):
        return [
            RunSentence(
                source=run, passage="", text=one.text, start=one.start, end=one.end, role=one.role,
                bears=1.0, answers=1.0,
            )
            for run in opened.library.sources("evidence")
            if run.metadata["probe"] == probe
            for one in list(said(run))[:1]
        ]  # fmt: skip

    return runs


VALLEY = (
    "Own remark: no note on the list tests whether the mid-depth entropy valley survives without the first "
    "token, without massive dimensions, with shuffled tokens and in an untrained model."
)


def test_a_remark_that_nothing_records_it_is_told_as_recorded_by_the_run_that_measured_it(
    cited, opened
):
    assert VALLEY in " ".join(opened.source("layer-by-layer").text.split())
    search = opened.index(), opened.embedder
    assert recorded_by(cited("layer_valley"), VALLEY, *search)
    assert not recorded_by(cited("block_influence"), VALLEY, *search)
    assert not recorded_by([], VALLEY, *search)


@pytest.mark.parametrize(
    "open_point",
    [
        "Own remark: whether training with LayerSkip changes the mid-depth entropy valley described in "
        "Layer by Layer has not been reported in this collection.",
        "Own remark: whether the mid-depth valley keeps its depth and place when the order a or the "
        "kernel is changed has not been tested in this note.",
        "Whether the compression valley over depth has the same cause as the compression phase over "
        "training is left open in this corpus.",
        "How bees find flowers in the dark is not recorded in any note of this collection.",
    ],
)
def test_what_no_run_measured_stays_open(cited, opened, open_point):
    runs = cited("layer_valley") + cited("block_influence") + cited("layer_task")
    assert not recorded_by(runs, open_point, opened.index(), opened.embedder)
