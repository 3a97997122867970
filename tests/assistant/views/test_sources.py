"""What became of an added file is said with its title, or its name if it was refused."""

import re

from assistant.types import (
    FileReport,
    SyncReport,
)
from assistant.views import sources


def test_a_file_that_was_added_is_told_by_its_title_and_a_refused_one_by_its_name_alone():
    files = (
        FileReport(path="/in/a.pdf", status="new", source="a-paper"),
        FileReport(
            path="/in/b.pdf", status="refused",
            message="/in/b.pdf: encrypted, it needs a password; give the right one with --password",
        ),
    )  # fmt: skip
    done = SyncReport(files=files, index_hash="0", seconds=1.0)
    added, locked = re.findall(
        "<li.*?</li>", sources.report(done, ["/in/a.pdf", "/in/b.pdf"], {"a-paper": "Bees"})
    )
    assert re.sub("<[^>]*>", "", added) == "a.pdf: added Bees"
    told = re.sub("<[^>]*>", "", locked)
    assert told.startswith("b.pdf: not added, encrypted, it needs a password ")
    assert "--password" not in told
