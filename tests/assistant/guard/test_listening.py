"""A port is opened, or one line says why it cannot be."""

import pytest

from assistant.errors import Mendable
from assistant.guard.listening import listening


def test_a_free_port_is_found_and_a_taken_one_is_named():
    with listening("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        assert port > 0
        with pytest.raises(Mendable, match=f"Port {port} of 127.0.0.1 is in use"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused_in_one_line(host):
    with pytest.raises(Mendable, match="no address to listen on here") as caught:
        listening(host, 0)
    assert "\n" not in str(caught.value)
