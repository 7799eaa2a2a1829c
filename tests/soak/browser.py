"""A browser over TLS that costs little: one kept connection, cookies, an address of its own."""

import asyncio
import gzip
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE_S = 60.0
LOST = 0  # the status of a request without an answer
Fields = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Request:
    """What to ask for; `kind` names it in the journal, and a form has fields."""

    kind: str
    path: str
    fields: Fields | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encode(self, host: str, cookies: Mapping[str, str]) -> bytes:
        """Return it as it is sent."""
        headers = {"Host": host, "Accept-Encoding": "gzip", **self.headers}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={held}" for name, held in cookies.items())
        method, body = "GET", b""
        if self.fields is not None:
            method, body = "POST", urlencode(self.fields, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Content-Length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass(frozen=True)
class Answer:
    """An answer as it came; `status` is `LOST` where none came."""

    status: int
    took_ms: float
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The page."""
        whole = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if whole else self.body).decode()

    @property
    def leads_to(self) -> str:
        """Where a redirect leads, "" for a page."""
        return self.headers.get("location", "")


class Browser:
    """Asks one thing after the other; an answer that does not come is an answer too."""

    def __init__(self, port: int, context: ssl.SSLContext, address: str) -> None:
        self._port, self._context, self._address = port, context, address
        self._cookies: dict[str, str] = {}
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Request) -> Answer:
        """Ask once; redirects are not followed."""
        sent = request.encode(f"localhost:{self._port}", self._cookies)
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, told, body = await self._exchange(sent)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.leave()
            return Answer(LOST, (time.monotonic() - began) * 1000)
        return Answer(status, (time.monotonic() - began) * 1000, told, body)

    def leave(self) -> None:
        """Give the connection up."""
        if self._open:
            self._open[1].close()
        self._open = None

    async def _exchange(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._open is None:
            self._open = await asyncio.open_connection(
                "127.0.0.1",
                self._port,
                ssl=self._context,
                server_hostname="localhost",
                local_addr=(self._address, 0),
            )
        reader, writer = self._open
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = self._headers(head)
        body = await self._body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.leave()
        return int(head[9:12]), headers, body

    def _headers(self, head: str) -> dict[str, str]:
        """Return the headers by their names in lower case, and keep the cookies."""
        headers: dict[str, str] = {}
        for line in head.splitlines()[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, held = value.strip().partition(";")[0].partition("=")
                self._cookies[cookie] = held
            else:
                headers[name.lower()] = value.strip()
        return headers

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)
