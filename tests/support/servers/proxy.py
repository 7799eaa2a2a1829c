"""A proxy in front of the dashboard, which can answer in its place."""

import contextlib
import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HANG_S = 60.0
HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "te"})


class Reply:
    """The proxy's answer in place of the dashboard's."""

    def __init__(self, status: int, body: str = "", **headers: str) -> None:
        self.status = status
        self.body = body.encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


HTML = "text/html; charset=utf-8"
BAD_GATEWAY = Reply(
    502,
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    Content_Type=HTML,
)
FOREIGN: dict[str, Reply | str] = {
    "502 HTML": BAD_GATEWAY,
    "empty 504": Reply(504),
    "200 of another log-in": Reply(
        200, "<title>Sign in</title><form><input name=user></form>", Content_Type=HTML
    ),
    "503 JSON": Reply(503, '{"message": "no healthy upstream"}', Content_Type="application/json"),
    "204": Reply(204),
    "200 empty": Reply(200),
    "401 with HX-Redirect": Reply(401, HX_Redirect="/login"),
    "HX-Refresh": Reply(200, HX_Refresh="true"),
    "303 to our log-in": Reply(303, Location="/healthz"),
    "302 to another host": Reply(302, Location="https://sso.example.invalid/"),
    "reset": "reset",
}

Wanted = Callable[[str, str], bool]


class Proxy(ThreadingHTTPServer):
    """Passes requests on, or answers those that `wanted` selects by method and path."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128  # a page asks for its files in parallel

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(behind)
        self.url = f"http://localhost:{self.server_address[1]}"
        self.ended = threading.Event()
        self.pass_on()

    def pass_on(self) -> None:
        """Answer nothing in the dashboard's place."""
        self.reply: Reply | str = ""
        self.wanted: Wanted = lambda _method, _path: False
        self.swallows = False

    def stand_in(self, reply: Reply | str, wanted: Wanted = lambda _method, _path: True) -> None:
        """Answer the wanted requests by `reply`, by "reset", or not at all: "hang"."""
        self.reply, self.wanted, self.swallows = reply, wanted, False

    def swallow(self, reply: Reply | str, wanted: Wanted) -> None:
        """Let the dashboard handle the wanted requests, and replace its answers."""
        self.reply, self.wanted, self.swallows = reply, wanted, True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        if self.path.startswith("/static/") or not server.wanted(self.command, self.path):
            self._pass_on(body)
            return
        reply = server.reply
        if server.swallows:
            self._ask(body)
        match reply:
            case Reply():
                self._send(reply.status, list(reply.headers.items()), reply.body)
            case "hang":
                server.ended.wait(HANG_S)
                self.close_connection = True
            case _:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.close_connection = True
                self.connection.close()

    def _pass_on(self, body: bytes) -> None:
        status, headers, content = self._ask(body)
        self._send(status, headers, content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        behind = self.server.behind
        with contextlib.closing(
            http.client.HTTPConnection(str(behind.hostname), behind.port, timeout=60)
        ) as upstream:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP:
                    upstream.putheader(name, value)
            upstream.putheader("Content-Length", str(len(body)))
            upstream.endheaders(body)
            answer = upstream.getresponse()
            content = answer.read()
        headers = [item for item in answer.getheaders() if item[0].lower() not in HOP]
        return answer.status, headers, content

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != http.HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def proxy_to(behind: str) -> Iterator[Proxy]:
    """Run it until the block ends."""
    proxy = Proxy(behind)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        proxy.shutdown()
        proxy.server_close()
