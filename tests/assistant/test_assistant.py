"""The package names one class, and importing it loads none of what takes seconds."""

import subprocess
import sys

import pytest

import assistant


def test_importing_the_package_loads_no_index_and_no_network():
    code = "import assistant, sys; print([m for m in ('torch', 'chromadb', 'gradio') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_the_class_is_there_and_what_is_no_part_is_not():
    assert assistant.Assistant.__name__ == "Assistant"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        assistant.nothing  # noqa: B018 the attribute is asked for
