"""The page of the ledger shows the library's own runs."""

import shutil

from assistant.views.ledger import ledger
from tests.assistant.command_line import ROOT


def test_the_ledger_shows_every_run_that_came(runs, window):
    shutil.copytree(
        ROOT / "corpus" / "evidence", window.assistant.data_dir / "evidence", dirs_exist_ok=True
    )
    page = runs.ledger()
    assert page == ledger(window.assistant.ledger())
    for row in window.assistant.ledger():
        assert f'data-id="{row.evidence}"' in page or not row.model
