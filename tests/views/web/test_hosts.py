"""The Host header: health answers any, pages answer ours in every spelling."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.store.db.database import Database
from dashboard.web.middleware import Middleware
from dashboard.wiring import now
from tests.support.browsing import Visitor
from tests.support.sampling import all_of
from tests.support.walking import walk

OWN = "dashboard.example.com"
ANY = ["10.0.3.17:8000", "evil.test", "[::1]:8000", "_", "", "a" * 300, "dash board", "[", "évil"]


@pytest.fixture
def app(settings: dict[str, str], database: Database) -> Flask:
    assert database
    named = {"TRUSTED_HOSTS": f"{OWN}, .below.example.com, localhost", "PUBLIC_URL": ""}
    return create_app(load_config(None, **{**settings, **named}))


def one_spelling(host: str) -> str:
    """Return a `Host` header as the application reads it."""
    read: dict[str, str] = {}
    middleware = Middleware(lambda environ, _start: [read.update(environ) or b""], now, OWN)
    list(middleware({"wsgi.url_scheme": "http", "HTTP_HOST": host}, lambda *_: bytes))
    return read["HTTP_HOST"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ANY)
def test_health_answers_any_host(app: Flask, path: str, host: str) -> None:
    client = app.test_client()
    for method in ("GET", "HEAD"):
        answer = client.open(path, method=method, headers={"Host": host})
        assert answer.status_code == 200, method


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_where_no_host_is_named(app: Flask, path: str) -> None:
    def without_host(environ: dict[str, object], start: object) -> object:
        del environ["HTTP_HOST"]
        environ["SERVER_NAME"] = "10.0.3.17"  # of the socket
        return inner(environ, start)  # type: ignore[arg-type]  # as it came

    inner, app.wsgi_app = app.wsgi_app, without_host  # type: ignore[method-assign,assignment]  # Flask's way
    assert app.test_client().get(path).status_code == 200
    assert app.test_client().get("/login").status_code == 400


@all_of("host", ANY)
def test_no_other_route_does(app: Flask, host: str) -> None:
    client = app.test_client()
    paths = {step.path for step in walk(app)} - {"/healthz", "/readyz"}
    assert len(paths) > 40
    for path in {*paths, "/healthz/", "/healthz/x", "//healthz", "/HEALTHZ"}:
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code in {400, 405}, path
        assert "evil" not in answer.text


SPELLINGS = [
    "Dashboard.Example.com",
    "DASHBOARD.EXAMPLE.COM",
    "dashboard.example.com.",
    "Dashboard.example.com.:443",
    "dashboard.example.com:8443",
    "A.Below.Example.Com.",
]


@all_of("host", SPELLINGS)
def test_a_page_answers_our_host_in_every_spelling(app: Flask, host: str) -> None:
    assert app.test_client().get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_form_is_taken_at_a_name_that_was_typed_with_its_dot(app: Flask, host: str) -> None:
    """Browsers keep the dot, in `Host` and in `Origin`."""
    address = f"https://{host.lower().removesuffix(':443')}"
    client = app.test_client()
    page = client.get("/login", base_url=address)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "email": "a@example.com", "password": "wrong"}
    for origin, status in {address: 422, "https://evil.test.": 400}.items():
        headers = {"Origin": origin}
        answer = client.post("/login", base_url=address, data=fields, headers=headers)
        assert answer.status_code == status, origin


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_form_of_ours_is_taken_where_the_proxy_spells_the_host_differently(
    app: Flask, host: str
) -> None:
    """Browsers write the origin in lower case, whatever was typed."""
    visitor = Visitor(app)
    visitor.http.environ_base["HTTP_HOST"] = host
    page = visitor.get("/login", headers={"Host": host})
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    headers = {"Host": host, "Origin": f"https://{one_spelling(host)}"}
    answer = visitor.http.post("/login", data={"csrf_token": token}, headers=headers)
    assert answer.status_code in {400, 422}
    assert "origin" not in answer.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A.example", "a.example"),
        ("a.example.", "a.example"),
        ("a.example.:80", "a.example:80"),
        ("a.example..", "a.example."),
        (".", ""),
        ("", ""),
        ("[::1]:80", "[::1]:80"),
        ("." * 100_000, "." * 99_999),
    ],
)
def test_only_the_dot_and_the_case_are_taken_off(written: str, read: str) -> None:
    assert one_spelling(written) == read


@pytest.mark.parametrize("host", [OWN, f"{OWN}:8443", "10.0.3.17:8000"])
@pytest.mark.parametrize("proto", ["http", "https"])
def test_a_form_is_taken_at_our_address_where_the_proxy_hands_on_another_host(
    settings: dict[str, str], database: Database, host: str, proto: str
) -> None:
    """Proxies hand on a host without its port, or their own name for us."""
    assert database
    origin = f"https://{OWN}:8443"
    named = {"TRUSTED_HOSTS": f"{OWN},10.0.3.17", "PUBLIC_URL": origin, "PROXIES": "1"}
    visitor = Visitor(create_app(load_config(None, **{**settings, **named})))
    headers = {"Host": host, "X-Forwarded-Proto": proto}
    page = visitor.get("/login", headers=headers)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "email": "a@example.com", "password": "wrong"}
    foreign = (
        f"https://{OWN}:9443",
        f"http://{OWN}:8444",
        "https://evil.test",
        "null",
        f"{OWN}:8443",
    )
    for named_origin, status in {**dict.fromkeys(foreign, 400), origin: 422}.items():
        with_origin = {**headers, "Origin": named_origin}
        answer = visitor.http.post("/login", data=sent, headers=with_origin)
        assert answer.status_code == status, named_origin


@pytest.mark.parametrize(
    ("proto", "over_tls"),
    [
        ("https", True),
        ("HTTPS", True),
        ("wss", True),
        ("http", False),
        ("Http", False),
        ("on", False),
    ],
)
def test_a_scheme_is_read_however_the_proxy_spells_it(
    settings: dict[str, str], database: Database, proto: str, *, over_tls: bool
) -> None:
    assert database
    named = {"TRUSTED_HOSTS": "localhost", "PUBLIC_URL": "", "PROXIES": "1"}
    visitor = Visitor(create_app(load_config(None, **{**settings, **named})))
    visitor.http.environ_base["HTTP_X_FORWARDED_PROTO"] = proto
    page = visitor.get("/login")
    assert ("Strict-Transport-Security" in page.headers) is over_tls
    sent = {"csrf_token": visitor.csrf_token()}
    assert visitor.http.post("/login/passkey/options", data=sent).status_code == 200
