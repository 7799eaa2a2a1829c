"""`doctor --production` at the public address: Debian's nginx with TLS, a hole for each check."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.services.diagnostics.findings import Severity
from dashboard.services.diagnostics.front import Front, examine_front
from dashboard.services.diagnostics.upkeep import A_DAY
from tests.faults.support.people import Served, serve_people
from tests.support import databases
from tests.support.servers.dashboard_process import free_port
from tests.support.servers.nginx_server import SHIPPED, nginx_server
from tests.support.servers.places import closed_port
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
PASS = "proxy_pass http://dashboard;"


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, simulator_process: RunningSimulator
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    settings = safe_settings(folder, simulator_process)
    with serve_people(folder, migrated, settings, PROXIES="1", WEB_CONCURRENCY="1") as running:
        yield running
    databases.drop(folder)


@contextlib.contextmanager
def front_of(
    served: Served,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    lasts: timedelta = 90 * A_DAY,
    hole: tuple[str, str] = ("", ""),
) -> Iterator[Front]:
    """Run nginx in front, with a certificate that this process trusts."""
    upstream, plain = (
        served.base_url.removeprefix("http://").replace("localhost", "127.0.0.1"),
        free_port(),
    )
    with nginx_server(folder, upstream, plain=plain, lasts=lasts, hole=hole) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))
        yield Front(f"https://localhost:{port}", plain)


def complaints(front: Front) -> dict[str, str]:
    return {
        each.check: each.found
        for each in examine_front(front, datetime.now(UTC))
        if each.severity is not Severity.OK
    }


def test_the_shipped_proxy_has_no_finding(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_of(served, tmp_path, monkeypatch) as front:
        found = [*examine_front(front, datetime.now(UTC))]
    assert {each.check: each.severity for each in found} == dict.fromkeys(
        ("tls", "proxy", "headers", "cookies", "hosts", "redirect"), Severity.OK
    )
    assert len(found) == 6
    assert "Days left: 89." in found[0].found


def hidden(name: str, instead: str) -> str:
    """Return the lines of nginx that replace a header."""
    return f'proxy_hide_header {name}; add_header {name} "{instead}";'


LOOSE = "default-src 'none'; script-src 'unsafe-inline'"
HOLES = {
    "HSTS is hidden": (PASS, f"proxy_hide_header Strict-Transport-Security; {PASS}", "headers"),
    "HSTS is short": (
        PASS,
        f"{hidden('Strict-Transport-Security', 'max-age=60')} {PASS}",
        "headers",
    ),
    "the policy is hidden": (PASS, f"proxy_hide_header Content-Security-Policy; {PASS}", "headers"),
    "the policy is loose": (
        PASS,
        f"{hidden('Content-Security-Policy', LOOSE)} {PASS}",
        "headers",
    ),
    "a header comes twice": (PASS, f"add_header X-Frame-Options DENY; {PASS}", "headers"),
    "frames are allowed": (
        PASS,
        f"proxy_hide_header X-Frame-Options; add_header X-Frame-Options SAMEORIGIN; {PASS}",
        "headers",
    ),
    "our own header is hidden": (PASS, f"proxy_hide_header X-Dashboard; {PASS}", "headers"),
    "cookies go without TLS": (PASS, f"proxy_cookie_flags ~ nosecure; {PASS}", "cookies"),
    "scripts read cookies": (PASS, f"proxy_cookie_flags ~ nohttponly; {PASS}", "cookies"),
    "cookies follow other sites": (PASS, f"proxy_cookie_flags ~ nosamesite; {PASS}", "cookies"),
    "cookies are hidden": (PASS, f"proxy_hide_header Set-Cookie; {PASS}", "cookies"),
    "another host is ours": (
        "Host $host;",
        "Host localhost;",
        "hosts",
    ),
    "plain http is answered": (
        "return 301 https://localhost$request_uri;",
        "return 200 hello;",
        "redirect",
    ),
    "plain http leads elsewhere": (
        "return 301 https://localhost$request_uri;",
        "return 301 https://elsewhere.invalid/;",
        "redirect",
    ),
    "plain http leads nowhere": (
        "return 301 https://localhost$request_uri;",
        "return 301 http://[;",
        "redirect",
    ),
    "the dashboard isn't there": (PASS, f"proxy_pass http://127.0.0.1:{closed_port()};", "proxy"),
}


@pytest.mark.parametrize("name", HOLES)
def test_each_hole_in_the_proxy_is_found_with_its_cure(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ours, theirs, check = HOLES[name]
    if check == "hosts":
        monkeypatch.setattr("tests.support.servers.nginx_server.SHIPPED", open_to_all(tmp_path))
    with front_of(served, tmp_path, monkeypatch, hole=(ours, theirs)) as front:
        found = [*examine_front(front, datetime.now(UTC))]
    bad = [each for each in found if each.severity is not Severity.OK]
    assert {each.check for each in bad} == {check}
    assert all(each.cure for each in bad)


def open_to_all(folder: Path) -> Path:
    """Return the shipped configuration with a server that takes any name."""
    file = folder / "open.conf"
    text = SHIPPED.read_text()
    names = "server_name dashboard.example.com"
    before, _, after = text.rpartition(f"{names};")
    file.write_text(f"{before}{names} another-host.invalid;{after}")
    return file


def test_a_certificate_that_expires_soon_is_told(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_of(served, tmp_path, monkeypatch, lasts=13 * A_DAY) as front:
        assert complaints(front) == {"tls": "The certificate is valid. Days left: 12."}


def test_a_certificate_that_no_one_signed_is_told(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_of(served, tmp_path, monkeypatch) as front:
        monkeypatch.delenv("SSL_CERT_FILE")
        found = complaints(front)
    assert found.keys() == {"tls"}
    assert "isn't valid: self-signed certificate" in found["tls"]


def test_a_certificate_that_has_expired_is_told(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_of(served, tmp_path, monkeypatch, lasts=timedelta(minutes=-1)) as front:
        found = complaints(front)
    assert "certificate has expired" in found["tls"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "PUBLIC_URL is not set"),
        ("http://dashboard.example.com", "would travel unencrypted"),
        (f"https://localhost:{closed_port()}", "can't be reached from this machine"),
    ],
    ids=["none", "http", "closed"],
)
def test_an_address_that_no_one_can_trust_is_told(url: str, said: str) -> None:
    (found,) = [*examine_front(Front(url), datetime.now(UTC))]
    assert (found.check, found.severity) == ("tls", Severity.ERROR)
    assert said in found.found
