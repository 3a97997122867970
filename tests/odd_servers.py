"""Servers that answer as no honest one does: too much, too slowly, packed, nested, or with odd words."""

import gzip
import json
import socket
import threading
import time
from contextlib import closing, contextmanager, suppress

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TAKEN = threading.Event()
"""Set where a client took a hundred megabytes of a reply."""


def endless(connection):
    connection.sendall(HEAD + b'\r\n{"data": ["')
    for _ in range(100):
        connection.sendall(b"a" * 2**20)
    TAKEN.set()


def trickling(connection):
    connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    while True:
        time.sleep(0.1)
        connection.sendall(b" ")


def packed(connection):
    body = gzip.compress(json.dumps({"data": [{"id": "m"}], "models": [{"name": "m"}]}).encode())
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection.sendall(HEAD + head + body)


def nested(connection):
    connection.sendall(HEAD + b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000)


def busy(connection):
    """Ask to wait for "²" seconds, which is a digit and no number."""
    connection.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: \xb2\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def talking(talk):
    """A server that answers each request with `talk(connection)`; yields its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection):
            with connection, suppress(OSError):
                connection.recv(2**16)
                talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def elsewhere(connection):
    """Send whoever asks on to another address."""
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    connection.sendall(head)
