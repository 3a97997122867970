"""A command that runs in a folder of a stranger's runs nothing of that folder, and takes no setting from it."""

import os
import subprocess
import sys

import pytest

from tests.assistant.command_line import ROOT

# Python looks for modules in the current folder first if it is started with -c or -m: for those of
# the standard library, of others and of ours.
SHADOWS = ("assistant", "json", "multiprocessing", "numpy", "pickle", "selectors", "signal", "yaml")
NOTE = "# Do middle layers help?\n\nThe middle layers of the model carry better features.\n"


@pytest.fixture
def strange(tmp_path):
    """A folder with a note, modules that leave a mark where they run, and settings."""
    folder = tmp_path / "strange"
    folder.mkdir()
    (folder / "note.md").write_text(NOTE)
    for name in SHADOWS:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})")
    (folder / ".env").write_text("INQUIRE_WRITER=openai\nINQUIRE_PORT=1\n")
    return folder


def run(folder, *arguments, **settings):
    """Run `inquire` in a folder; its script stands elsewhere."""
    script = folder.parent / "inquire"
    script.write_text("from assistant.cli import main\n\nif __name__ == '__main__':\n    main()\n")
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "INQUIRE_CORPUS_DIR": "none",
        "INQUIRE_DATA_DIR": str(folder.parent / "data"), **settings,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder, capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_module_of_the_current_folder_runs(strange, workers):
    done = run(strange, "add", ".", INQUIRE_WORKERS=workers)
    assert not (strange.parent / "ran").exists()
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 new" in done.stdout


def test_no_setting_is_taken_from_the_current_folder(strange):
    done = run(strange, "settings", "show", "--json")
    assert done.returncode == 0, done.stderr
    assert '"openai"' not in done.stdout
