"""urllib3 connections that show their socket to the deadline from the first packet on.

The pool would show it only with the response, which a server that drips its headers never lets
exist. The connect phase gets at most 2 s: DNS and TCP with all addresses, and TLS what is left.
"""

import socket
import ssl
import threading
import time
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import Any

from requests import adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.http.deadline import current

CONNECT_S = 2.0
RESOLVERS = 16

# What getaddrinfo gives: family, type, protocol, canonical name, address.
_Address = tuple[Any, Any, int, str, Any]
# getaddrinfo knows no timeout and may take half a minute: it may hold up at most this many threads.
_resolvers = threading.BoundedSemaphore(RESOLVERS)


class _Watched(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        deadline = current.get()
        try:
            until = time.monotonic() + min(CONNECT_S, deadline.left_s)
            sock = _connect(_resolve(self._dns_host, self.port or 0, until), until)
        except OSError as error:
            deadline.fault = _fault(error)
            raise NewConnectionError(self, str(deadline.fault)) from None
        for option in self.socket_options or ():
            sock.setsockopt(*option)
        deadline.watch(sock)
        return sock

    def send(self, data: Any) -> None:  # noqa: ANN401 - http.client's own signature
        deadline = current.get()
        if self.sock is None:
            self.connect()
        elif not deadline.sent:
            deadline.watch(self.sock)
        # From here on the upstream may have seen the request.
        deadline.sent = True
        super().send(data)


class _WatchedTLS(_Watched, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        current.get().fault = UnavailableKind.TLS  # until the handshake is through
        return sock

    def connect(self) -> None:
        super().connect()
        current.get().fault = None


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _WatchedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class WatchedAdapter(adapters.HTTPAdapter):
    """One kept-alive connection whose socket a Deadline can shut down at any time."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedTLSPool}

    def cert_verify(self, conn: HTTPConnectionPool, *_: object) -> None:
        """Let TLS connections use the context of this process, which verifies certificates."""
        if isinstance(conn, HTTPSConnectionPool):
            conn.conn_kw["ssl_context"] = _tls_context(adapters.DEFAULT_CA_BUNDLE_PATH)


@lru_cache(maxsize=1)
def _tls_context(certificates: str) -> ssl.SSLContext:
    """Return a context with the certificates to trust; each takes 13 ms and 0.6 MB."""
    context = create_urllib3_context()
    context.load_verify_locations(certificates)
    return context


def _resolve(host: str, port: int, until: float) -> list[_Address]:
    """Look a name up within the time; a literal address needs no look-up."""
    try:
        return socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
    except socket.gaierror:
        return _look_up(host, port, until)


def _look_up(host: str, port: int, until: float) -> list[_Address]:
    answers: SimpleQueue[list[_Address] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            answers.put(error)
        except UnicodeError:
            answers.put(socket.gaierror(socket.EAI_NONAME, "not a host name"))
        finally:
            _resolvers.release()

    if not _resolvers.acquire(timeout=max(until - time.monotonic(), 0)):
        raise TimeoutError
    threading.Thread(target=ask, name="partner-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=max(until - time.monotonic(), 0))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _connect(addresses: list[_Address], until: float) -> socket.socket:
    """Connect to the first address that answers; each gets its share of the time."""
    failure: OSError = TimeoutError()
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        left_s = until - time.monotonic()
        sock.settimeout(max(left_s / (len(addresses) - tried), 0.001))
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            sock.settimeout(max(until - time.monotonic(), 0.001))
            return sock
    raise failure


def _fault(error: OSError) -> UnavailableKind:
    match error:
        case socket.gaierror():
            return UnavailableKind.UNRESOLVED
        case TimeoutError():
            return UnavailableKind.CONNECT_TIMEOUT
        case ConnectionRefusedError():
            return UnavailableKind.REFUSED_CONNECTION
        case _:
            return UnavailableKind.NETWORK
