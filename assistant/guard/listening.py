"""Open a port to listen on, or say in one line why that is not possible."""

import errno
import socket

from assistant.errors import Mendable


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address; port 0 chooses a free port.

    Raises:
        Mendable: the address cannot be listened on.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Mendable(f"{host} is no address to listen on here; see --host.") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()
    except OSError as error:
        bound.close()
        raise Mendable(_unusable(host, port, error)) from error
    return bound


def _unusable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use; choose another with --port, or --port 0."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights; choose one above 1023 with --port."
    return f"{host} is no address to listen on here ({error.strerror}); see --host."
