"""gradio works without its stubs: its components and their events are there, and no file is written."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = """
import sys
import pathlib
written = []
pathlib.Path.write_text = lambda self, *rest, **named: written.append(self)
before = list(sys.meta_path)
from lean_gradio import gr
assert sys.meta_path == before
assert not written, written
assert "mcp" not in sys.modules
with gr.Blocks() as blocks:
    field, part = gr.Textbox(), gr.HTML()
    field.submit(str, field, part)
assert [one["targets"][0][1] for one in blocks.config["dependencies"]] == ["submit"]
print("whole")
"""


def test_gradio_is_whole_without_its_stubs_and_without_mcp():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "whole", done.stderr
