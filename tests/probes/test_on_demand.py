"""A folder loads a file when it is first asked for, and nothing that is no file of its own."""

import subprocess
import sys

import pytest

from probes import on_demand


def test_importing_a_folder_loads_none_of_its_files():
    code = (
        "import sys; from probes import runs; before = 'probes.runs.kept' in sys.modules;"
        " runs.kept; print(before, 'probes.runs.kept' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.parametrize("name", ["nothing", "_private", "__path__of"])
def test_a_name_that_is_no_file_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=f"'probes.runs' has no attribute '{name}'"):
        on_demand.files("probes.runs")(name)
