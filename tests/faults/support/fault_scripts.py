"""The scripts: what a broken, slow or hostile upstream does."""

import functools
import gzip
import json
import zlib
from collections.abc import Mapping

import brotli  # type: ignore[import-untyped]  # it has no stubs

from tests.faults.support.fault_server import Conversation, Script

BOMB_SIZE = 64 * 1024 * 1024
DEPTH = 200_000


def answer(
    body: bytes | object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json",
) -> Script:
    """Answer in full and keep the connection."""
    whole = answer_bytes(body, status, headers, content_type)

    def script(talk: Conversation) -> bool:
        talk.say(whole)
        return True

    return script


def answer_bytes(
    body: bytes | object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json",
) -> bytes:
    """Return what `answer` says on the wire."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = {"Content-Type": content_type, "Content-Length": str(len(content)), **(headers or {})}
    return _head(status, head) + content


def in_turn(*scripts: Script) -> Script:
    """Answer the first request with the first script, and so on; the last one stays."""
    left = list(scripts)

    def script(talk: Conversation) -> bool | None:
        return (left.pop(0) if len(left) > 1 else left[0])(talk)

    return script


def redirect(status: int, to: str, body: bytes = b"") -> Script:
    return answer(body, status, {"Location": to})


def hang(talk: Conversation) -> None:
    talk.hang()


def close(_talk: Conversation) -> None:
    return


def reset(talk: Conversation) -> None:
    talk.reset()


def body_drip(talk: Conversation) -> None:
    talk.say(_head(200, {"Content-Length": "100000"}))
    talk.drip(b" " * 100_000)


def chunk_drip(talk: Conversation) -> None:
    talk.say(_head(200, {"Transfer-Encoding": "chunked"}))
    talk.drip(b"1\r\n \r\n" * 20_000)


def status_drip(talk: Conversation) -> None:
    talk.drip(b"HTTP/1.1 200 " + b"O" * 60_000)


def header_drip(talk: Conversation) -> None:
    """Drip a header of a 404: cut off, it parses as a whole "no such user"."""
    talk.say(b"HTTP/1.1 404 Not Found\r\nX-Slow: ")
    talk.drip(b"a" * 60_000)


def endless_continue(talk: Conversation) -> None:
    while not talk.stopping.is_set():
        talk.say(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_body(talk: Conversation) -> None:
    talk.say(_head(200, {"Connection": "close"}))
    while not talk.stopping.is_set():
        talk.say(b" " * 65_536)


def endless_chunks(talk: Conversation) -> None:
    talk.say(_head(200, {"Transfer-Encoding": "chunked"}))
    while not talk.stopping.is_set():
        talk.say(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def endless_headers(talk: Conversation) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\n")
    while not talk.stopping.is_set():
        talk.say(b"X-More: " + b"a" * 8000 + b"\r\n")


def endless_header(talk: Conversation) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not talk.stopping.is_set():
        talk.say(b"a" * 65_536)


def truncated(talk: Conversation) -> None:
    talk.say(_head(200, {"Content-Length": "1000"}) + b'{"success": true,')


def truncated_chunks(talk: Conversation) -> None:
    talk.say(_head(200, {"Transfer-Encoding": "chunked"}) + b"20\r\n{")


def truncated_headers(talk: Conversation) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Le")


def reset_in_body(talk: Conversation) -> None:
    talk.say(_head(200, {"Content-Length": "1000"}) + b"{")
    talk.reset()


def not_http(talk: Conversation) -> None:
    talk.say(b"220 mail.example.com ESMTP\r\n")


def deep() -> Script:
    return answer(b"[" * DEPTH + b"]" * DEPTH)


def deep_objects() -> Script:
    return answer(b'{"data":' * DEPTH + b"1" + b"}" * DEPTH)


def gzip_bomb(status: int = 200) -> Script:
    return answer(_gzipped(), status, {"Content-Encoding": "gzip"})


def deflate_bomb() -> Script:
    return answer(_deflated(), headers={"Content-Encoding": "deflate"})


def brotli_bomb() -> Script:
    return answer(brotli.compress(_zeros(), quality=1), headers={"Content-Encoding": "br"})


def bad_gzip() -> Script:
    return answer(b"this is not gzip", headers={"Content-Encoding": "gzip"})


def truncated_gzip() -> Script:
    return answer(gzip.compress(b'{"success": true}')[:-12], headers={"Content-Encoding": "gzip"})


def nested_encodings() -> Script:
    return answer(b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 50)})


def html() -> Script:
    return answer(b"<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")


@functools.cache
def _gzipped() -> bytes:
    return gzip.compress(_zeros(), compresslevel=1)


@functools.cache
def _deflated() -> bytes:
    return zlib.compress(_zeros(), level=1)


def _zeros() -> bytes:
    return b" " * BOMB_SIZE


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
