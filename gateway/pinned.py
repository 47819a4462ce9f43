"""Connections to addresses that outsiders name: inner networks are not asked unless that is allowed.

The name is resolved once, every address it has is judged, and the connection goes to a judged address: a name that changes
its mind in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable

from premises.errors import GreenroomError, RetryableError

Resolve = Callable[[str, int], list[str]]


class AddressUnknownError(RetryableError):
    """The name has no address now."""


class AddressRefusedError(GreenroomError):
    """The address may not be asked."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises AddressUnknownError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressUnknownError(f"{host} cannot be resolved: {error}") from None
    return [str(each[4][0]) for each in found]


def judge(addresses: list[str], host: str, *, allow_private: bool = False) -> str:
    """The first address, if none of them lies in an inner network. Raises AddressRefusedError, AddressUnknownError."""
    if not addresses:
        raise AddressUnknownError(f"{host} has no address")
    if allow_private:
        return addresses[0]
    for told in addresses:
        address = ipaddress.ip_address(told.partition("%")[0])
        inner = getattr(address, "ipv4_mapped", None) or address
        if not inner.is_global or inner.is_multicast:
            raise AddressRefusedError(f"{host} is {told}, an address of an inner network; allow it in the settings if it is meant")
    return addresses[0]


class PinnedConnection(http.client.HTTPConnection):
    """HTTP to an address that was judged, whatever the name means by now. tls None: in the clear."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address
        self._tls = tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
