"""A folder of which no format is known is refused with the formats that are."""

import pytest

from assistant.errors import UsageError
from assistant.evaluation import sets
from tests.assistant.evaluation.sets.written import write


def test_a_folder_of_nothing_known_says_what_is_known(tmp_path):
    write(tmp_path, any_json=[{"problem": "2+2"}], any_txt="text")
    with pytest.raises(UsageError) as caught:
        sets.read(tmp_path)
    assert all(name in str(caught.value) for name in sets.names())
