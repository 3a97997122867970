import pytest

from assistant.commands.screening import screen_problems
from assistant.errors import Mendable, NegativeResult
from tests.probes.continuations.conftest import build


def test_a_model_that_no_problem_fits_is_told_so_before_any_run(tmp_path):
    folder = tmp_path / "tiny"
    build(folder, max_position_embeddings=1024)
    with pytest.raises(NegativeResult, match=r"addition-3x9: 0\.00.*problems=FILE\.jsonl"):
        screen_problems(model=str(folder), count=5, shots=1, data_dir=tmp_path / "data")


def test_a_bound_ends_it_and_its_cost_is_told_before(tmp_path, capsys):
    folder = tmp_path / "tiny"
    build(folder, max_position_embeddings=1024)
    with pytest.raises(
        Mendable, match=r"tried in 0\.0001 minutes .*not tried: addition-3x9.*--minutes"
    ):
        screen_problems(
            model=str(folder), count=5, shots=1, minutes=0.0001, data_dir=tmp_path / "data"
        )
    assert "minutes for" in capsys.readouterr().err.splitlines()[0]
