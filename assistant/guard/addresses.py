"""Read Host and Origin once and strictly, to know the name of the app and the page that a request names."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Address:
    """A host with its port: an IP address, or a name in lower case without the final dot.

    `port` is None if none was written.
    """

    host: IPAddress | str
    port: int | None = None


def parsed(text: str) -> Address | None:
    """Return the address that a Host header names, or None if it names none.

    A host is a name of letters, digits, hyphens and dots, an IPv4 address of four decimal numbers,
    or an IPv6 address in brackets; a port from 1 to 65535 may follow. Nothing is guessed: white
    space, a user, a list, another script, a zone or a port without digits gives None.
    """
    match = _HOST.fullmatch(text)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 2**16:
        return None
    if match["six"]:
        try:
            return Address(_unmapped(ipaddress.IPv6Address(match["six"])), port)
        except ValueError:
            return None
    name = match["name"].lower().removesuffix(".")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return None
    return Address(_number(name) or name, port)


# A port has at most five digits, because int() must not read a long number from a stranger.
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9.-]+))(?::(?P<port>[0-9]{1,5}))?"
)
_NAME = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
# A domain name has at most this many characters (RFC 1035).
_LONGEST_NAME = 253


def _number(name: str) -> IPAddress | None:
    try:
        return ipaddress.IPv4Address(name)
    except ValueError:
        return None


def _unmapped(address: ipaddress.IPv6Address) -> IPAddress:
    """Return the IPv4 address inside an IPv6 one (::ffff:127.0.0.1), or the address itself."""
    return address.ipv4_mapped or address


def origin(text: str) -> Address | None:
    """Return the address of an Origin header, or None for `null`, a scheme other than http(s), or a bad value."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in _PORTS:
        return None
    address = parsed(rest)
    if address is None or address.port is not None:
        return address
    return Address(address.host, _PORTS[scheme.lower()])


_PORTS = {"http": 80, "https": 443}


def same(page: Address, called: Address) -> bool:
    """Return whether a page of this origin belongs to the app as the request names it.

    A Host without a port has the default port of its scheme, which only the Origin gives.
    """
    ports = (called.port,) if called.port is not None else tuple(_PORTS.values())
    return page.host == called.host and page.port in ports


@dataclass(frozen=True)
class Names:
    """The names and addresses by which the app may be called.

    In a DNS rebinding attack, another site points its own name at this machine; the browser then
    sends that name as Host, so only names of this list are accepted. An IP address cannot be
    rebound. `anywhere` accepts every IP address, for an app that other machines may reach;
    otherwise only those of this machine are accepted (127.0.0.0/8, ::1).
    """

    names: frozenset[str] = frozenset()
    anywhere: bool = False

    def hold(self, called: Address) -> bool:
        """Return whether the app may be called by this address, at any port, because a tunnel has its own."""
        if isinstance(called.host, str):
            return called.host == "localhost" or called.host in self.names
        return self.anywhere or called.host.is_loopback


def names(written: Iterable[str], *, anywhere: bool = False) -> Names:
    """Return the list of names without those that are not valid names."""
    found = (parsed(name.strip()) for name in written)
    return Names(frozenset(a.host for a in found if a and isinstance(a.host, str)), anywhere)


def is_local(host: str) -> bool:
    """Return whether only this machine can reach an app that listens on this address."""
    if host.lower().removesuffix(".") == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = _unmapped(address)
    return address.is_loopback
