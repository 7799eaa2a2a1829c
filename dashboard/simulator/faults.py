"""Faults played on demand, and how each looks on the wire."""

import errno
import json
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import Response, request

API_PREFIX = "/api/v1/partner"
HUGE_BYTES = 8_000_000
_LATENCY_MAX_MS = 120_000
_HTML = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1><p>nginx</p>\n"
_WORDS = {
    "reset": ("before", "after"),
    "method": ("GET", "POST"),
    "body": ("html", "empty", "truncated", "not_json", "huge", "hollow"),
}


class FaultError(ValueError):
    """A fault that cannot be played; the text says which field is wrong."""


@dataclass
class Fault:
    """One fault.

    `latency_ms` waits first. `status` answers in place of the work; `body` without a status does
    the work and spoils the answer, as 200 (`hollow` empties its lists). `reset` closes the
    connection `before` the work or `after` it. `method` and `path` (a prefix below the API's) say
    which calls; None is every one. `times` counts down with each call; None is for ever.
    """

    status: int | None = None
    latency_ms: int = 0
    retry_after_s: int | None = None
    reset: str | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = None
    body: str | None = None

    @classmethod
    def read(cls, raw: object) -> "Fault":
        """Read one from JSON. Raises FaultError."""
        if not isinstance(raw, dict):
            raise FaultError("A fault is an object.")
        if unknown := raw.keys() - {one.name for one in fields(cls)}:
            raise FaultError(f"A fault has no {', '.join(sorted(unknown))}.")
        for name, words in _WORDS.items():
            if raw.get(name) not in (None, *words):
                raise FaultError(f"{name} is one of {', '.join(words)}, or null.")
        if not isinstance(raw.get("path"), str | None):
            raise FaultError("path is text, or null.")
        _check_number(raw, "status", 400, 599)
        _check_number(raw, "retry_after_s", 0, 86_400)
        _check_number(raw, "times", 1, 1_000_000)
        _check_number(raw, "latency_ms", 0, _LATENCY_MAX_MS)
        return cls(**{**raw, "latency_ms": raw.get("latency_ms") or 0})

    def fits(self, method: str, path: str) -> bool:
        """Say whether this call is meant; `path` is the whole one."""
        return self.method in (None, method) and path.startswith(API_PREFIX + (self.path or ""))


class Faults:
    """The list of faults, of which the first that fits a call applies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        """Play these from now on."""
        with self._lock:
            self._faults = list(faults)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this call, and count it."""
        with self._lock:
            fault = next((one for one in self._faults if one.fits(method, path)), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
            return fault

    def listed(self) -> list[Mapping[str, object]]:
        """Return what is still to come."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


def spoil(answer: Response, body: str, status: int) -> Response:
    """Return the answer with a body that no client should trust."""
    if body == "truncated":
        return _truncated(answer.get_data() or b"{}", status)
    if body == "huge":
        return Response(_huge(), status, mimetype="application/json")
    if body == "hollow":
        return Response(_hollow(answer.get_json()), status, mimetype="application/json")
    if body == "html":
        return Response(_HTML, status, mimetype="text/html")
    content = "" if body == "empty" else "{'success': True, this is not JSON"
    return Response(content, status, mimetype="application/json")


def hung_up() -> Response:
    """Return an answer of which not one byte is sent: the connection is reset."""
    return Response(_reset(request.environ.get("gunicorn.socket")))


def _reset(connection: socket.socket | None) -> Iterator[bytes]:
    if connection:
        # A close without linger is a RST, not a FIN (socket(7)).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    raise ConnectionResetError(errno.ECONNRESET, "a fault: no answer")
    yield b""


def _truncated(body: bytes, status: int) -> Response:
    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionResetError(errno.ECONNRESET, "a fault: half an answer")

    answer = Response(half(), status, mimetype="application/json")
    answer.headers["Content-Length"] = str(len(body))
    return answer


def _hollow(body: Any) -> str:  # noqa: ANN401  JSON
    """Return the same JSON with every list in it emptied: a total without its rows."""
    if isinstance(body, dict):
        emptied = {name: [] if isinstance(value, list) else value for name, value in body.items()}
        body = {name: json.loads(_hollow(value)) for name, value in emptied.items()}
    return json.dumps(body)


def _huge() -> Iterator[bytes]:
    yield b'{"success": true, "data": {"users": ['
    item = json.dumps({"id": "0" * 36, "email": "a" * 1_000, "status": "active"}).encode()
    chunk = b", ".join([item] * 50)
    for _ in range(HUGE_BYTES // (len(chunk) + 2) - 1):
        yield chunk + b", "
    yield item + b"]}}"


def _check_number(raw: Mapping[str, Any], name: str, least: int, most: int) -> None:
    value = raw.get(name)
    if value is None:
        return
    if type(value) is not int or not least <= value <= most:
        raise FaultError(f"{name} is a whole number from {least} to {most}, or null.")
