import pytest

from assistant.commands.screening import screen_problems
from assistant.errors import NegativeResult
from tests.probes.continuations.conftest import build


def test_a_model_that_no_problem_fits_is_told_so_before_any_run(tmp_path):
    folder = tmp_path / "tiny"
    build(folder, max_position_embeddings=1024)
    with pytest.raises(NegativeResult, match=r"addition-3x9: 0\.00.*problems=FILE\.jsonl"):
        screen_problems(model=str(folder), count=5, shots=1, data_dir=tmp_path / "data")
