"""Import the `app.py` of this checkout and the modules it starts, even beside an installed copy."""

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).resolve().parents[1] / "app.py"
_SPEC = importlib.util.spec_from_file_location("app_of_this_checkout", _PATH)
app = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = app
sys.path.insert(
    0, str(_PATH.parent)
)  # and `page_parts`, `presses`, `library_presses`, `room_presses`, `run_presses`, `serving`
_SPEC.loader.exec_module(app)

import library_presses  # noqa: E402 likewise
import presses  # noqa: E402 found where the path was just set
import room_presses  # noqa: E402 likewise
import run_presses  # noqa: E402 likewise
import serving  # noqa: E402 likewise

__all__ = ["app", "library_presses", "presses", "room_presses", "run_presses", "serving"]
