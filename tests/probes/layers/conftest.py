"""Small networks of each architecture, loaded for the tests of layers."""

import pytest

from probes.models import laboratory
from tests.probes.conftest import KINDS


@pytest.fixture(params=KINDS)
def model(request, tmp_path):
    """A small network, of each architecture in turn."""
    return laboratory.load(str(request.getfixturevalue(request.param)), tmp_path)


@pytest.fixture
def small(decoder, tmp_path):
    """The small decoder."""
    return laboratory.load(str(decoder), tmp_path)
