"""The golden cases of this package, and copies of them that a test may spoil."""

import json
import shutil
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "layer_metrics"


def copied(tmp_path):
    """A copy of the golden folder."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "golden"))


def edited(tmp_path, edit):
    """A copy of the golden folder whose first comparable case went through `edit`."""
    folder = copied(tmp_path)
    stored = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    stored["cases"] = [c for c in stored["cases"] if c["id"] == "entropy_def/iid_small/none/a1"]
    edit(stored["cases"][0])
    (folder / "expected.json").write_text(json.dumps(stored), encoding="utf-8")
    return folder
