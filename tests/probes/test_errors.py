"""A failure of an experiment is one line with an exit code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import ProbeError, UsageError


@pytest.mark.parametrize(("kind", "code"), [(ProbeError, 3), (UsageError, 2)])
@given(message=st.text())
def test_a_failure_is_one_line_with_its_exit_code(kind, code, message):
    assert len(str(kind(message)).splitlines()) <= 1
    assert kind.exit_code == code
