"""Whatever a message holds, the reader gets one printable line and an exit code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import errors

KINDS = {
    errors.InquiryError: 3,
    errors.UsageError: 2,
    errors.Mendable: 3,
    errors.Refused: 3,
    errors.NegativeResult: 1,
    errors.Stopped: 130,
}


@pytest.mark.parametrize(("kind", "code"), KINDS.items())
@given(message=st.text())
def test_a_failure_is_one_printable_line_with_its_exit_code(kind, code, message):
    told = str(kind(message))
    assert len(told.splitlines()) <= 1
    assert "\x1b" not in told
    assert kind.exit_code == code
    assert issubclass(kind, errors.InquiryError)
