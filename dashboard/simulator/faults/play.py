"""How a fault looks on the wire: bodies no client should trust, and connections that never end."""

import errno
import gzip
import json
import select
import socket
import struct
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import Response, request

HUGE_BYTES = 8_000_000
BOMB_BYTES = 64_000_000
DEEP = 200_000
LONG = 5_000  # 100 rows of it still fit into what a client may read
_SHORT = frozenset({"id", "email", "createdAt"})
HOLD_S = 60.0
DROP_S = 0.05
_HTML = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1><p>nginx</p>\n"
_DEEP = f'{{"success": true, "data": {"[" * DEEP}{"]" * DEEP}}}'


def spoil(answer: Response, body: str, status: int) -> Response:
    """Return the answer with a body that no client should trust."""
    if body == "truncated":
        return _truncated(answer.get_data() or b"{}", status)
    if body == "huge":
        return Response(_huge(), status, mimetype="application/json")
    if body == "bomb":
        return _packed(_bomb(), status)
    if body in _REWRITTEN:
        other = _REWRITTEN[body](answer.get_json())
        return Response(json.dumps(other), status, mimetype="application/json")
    if body == "html":
        return Response(_HTML, status, mimetype="text/html")
    contents = {"empty": "", "deep": _DEEP, "not_json": "{'success': True, this is not JSON"}
    return Response(contents[body], status, mimetype="application/json")


def hung_up() -> Response:
    """Return an answer of which not one byte is sent: the connection is reset."""
    return Response(_reset(_connection()))


def held() -> Response:
    """Return an answer that never comes: the connection is reset once the caller gave up."""
    return Response(_silence(_connection()))


def redirected(location: str) -> Response:
    """Return an answer that asks to send the same again, secrets and all, to another host."""
    return Response(status=307, headers={"Location": location})


def dripping(answer: Response, part: str) -> Response:
    """Return the answer so slowly that only a deadline ends it: its headers, or its body."""
    if part == "headers":
        return Response(_dripped_headers(_connection()))
    drops = Response(_drops(answer.get_data()), answer.status_code, mimetype=answer.mimetype)
    drops.headers["Content-Length"] = str(len(answer.get_data()))
    return drops


def _connection() -> socket.socket | None:
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    return connection


def _reset(connection: socket.socket | None) -> Iterator[bytes]:
    if connection:
        # A close without linger is a RST, not a FIN (socket(7)).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    raise ConnectionResetError(errno.ECONNRESET, "a fault: no answer")
    yield b""


def _silence(connection: socket.socket | None) -> Iterator[bytes]:
    if connection:
        select.select([connection], [], [], HOLD_S)  # readable: closed by the other side
    yield from _reset(connection)


def _dripped_headers(connection: socket.socket | None) -> Iterator[bytes]:
    until = time.monotonic() + HOLD_S
    if connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
    while connection and time.monotonic() < until:
        connection.sendall(b"X-Drop: 1\r\n")
        time.sleep(DROP_S)
    yield from _reset(connection)


def _drops(body: bytes) -> Iterator[bytes]:
    for at in range(len(body)):
        time.sleep(DROP_S)
        yield body[at : at + 1]


def _truncated(body: bytes, status: int) -> Response:
    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionResetError(errno.ECONNRESET, "a fault: half an answer")

    answer = Response(half(), status, mimetype="application/json")
    answer.headers["Content-Length"] = str(len(body))
    return answer


def _hollow(body: Any) -> Any:  # noqa: ANN401  JSON
    """Return the same JSON with every list in it emptied: a total without its rows."""
    if isinstance(body, dict):
        return {name: _hollow(value) for name, value in body.items()}
    return [] if isinstance(body, list) else body


def _long(body: Any, name: str = "") -> Any:  # noqa: ANN401  JSON
    """Return the same JSON with every text in it too long, except for the fields of `_SHORT`."""
    if isinstance(body, dict):
        return {key: _long(value, key) for key, value in body.items()}
    if isinstance(body, list):
        return [_long(each, name) for each in body]
    return f"{body}{'a' * LONG}" if isinstance(body, str) and name not in _SHORT else body


def _echo(body: Any) -> Any:  # noqa: ANN401  JSON
    """Return the same JSON, with the caller's token put before every text."""
    if isinstance(body, dict):
        return {key: _echo(value) for key, value in body.items()}
    if isinstance(body, list):
        return [_echo(each) for each in body]
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return f"{token} {body}" if isinstance(body, str) else body


_REWRITTEN = {"hollow": _hollow, "long": _long, "echo": _echo}


def _huge() -> Iterator[bytes]:
    yield b'{"success": true, "data": {"users": ['
    item = json.dumps({"id": "0" * 36, "email": "a" * 1_000, "status": "active"}).encode()
    chunk = b", ".join([item] * 50)
    for _ in range(HUGE_BYTES // (len(chunk) + 2) - 1):
        yield chunk + b", "
    yield item + b"]}}"


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"success": true, "data": "' + b" " * BOMB_BYTES + b'"}')


def _packed(body: bytes, status: int) -> Response:
    headers = {"Content-Encoding": "gzip"}
    return Response(body, status, headers, mimetype="application/json")
