"""Every route, however it is asked: tokens, origins, methods and the headers of every answer."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata
from dashboard.web.routing import Open
from tests.support.browsing import HTMX, Visitor
from tests.support.people import LogIn
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import unsafe, walk

PLAIN: dict[str, str] = {}
WRITTEN_BY_READING = {
    "audit",
    "breakers",
    "counts",
    "directory",
    "directory_counts",
    "last_visits",
    "limits",
    "observations",
    "recent_users",
    "requests",
    "sessions",
    "sightings",
    "upstream_minutes",
    "visits",
}
FOREIGN = [
    {"Origin": "https://evil.test"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    {"Origin": "//[a"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize(
    ("token", "headers"), pairs([None, "", "made-up", "foreign", "before"], [PLAIN, HTMX])
)
def test_an_unsafe_request_without_the_session_s_token_is_refused(
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    token: str | None,
    headers: dict[str, str],
) -> None:
    admin, other, stranger = log_in(Role.ADMIN), log_in(Role.ADMIN), Visitor(app)
    tokens = {"": "", "made-up": "x", "foreign": other.csrf_token()}
    tokens["before"] = stranger.csrf_token()  # of a session before its log-in
    sent = {} if token is None else {"csrf_token": tokens[token]}
    for step in unsafe(app):
        answer = admin.http.open(step.path, method=step.method, data=sent, headers=headers)
        # Someone logged in who sends an earlier log-in form is led on, and stays who they are.
        led_on = 200 if headers else 303
        assert answer.status_code == (led_on if step.path == "/login" else 400), step
    assert simulator.requests() == []
    assert admin.get("/users")


@pytest.mark.parametrize("token", [None, "foreign"])
def test_nobody_is_made_to_log_in_by_another_site(
    app: Flask, log_in: LogIn, token: str | None
) -> None:
    other, visitor = log_in(Role.ADMIN), Visitor(app)
    sent = {} if token is None else {"csrf_token": other.csrf_token()}
    for step in unsafe(app):
        if step.policy.access is Open.EVERYBODY:
            answer = visitor.http.open(step.path, method=step.method, data=sent)
            assert answer.status_code == 400, step


@pytest.mark.parametrize("number", range(len(FOREIGN)))
def test_an_unsafe_request_from_another_origin_is_refused(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, number: int
) -> None:
    headers = FOREIGN[number]
    for visitor in (log_in(Role.ADMIN), Visitor(app)):
        data = {"csrf_token": visitor.csrf_token()}
        for step in unsafe(app)[number % 3 :: 3]:
            answer = visitor.http.open(step.path, method=step.method, data=data, headers=headers)
            assert answer.status_code == 400, step
    assert simulator.requests() == []


def test_reading_writes_only_what_it_saw_and_when(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    admin = log_in(Role.ADMIN)
    user = simulator.users()[0]["id"]
    before = rows(database)
    paths = [step.path for step in walk(app) if step.method == "GET"]
    for path in [
        *paths,
        f"/users/{user}",
        f"/users/{user}/kyc",
        f"/users/{user}/tokens",
        f"/users/{user}/look",
        f"/users/{user}/look",
    ]:
        admin.http.get(path)
    after = rows(database)
    changed = {name for name, held in after.items() if held != before[name]}
    assert changed <= WRITTEN_BY_READING
    assert {call.method for call in simulator.requests()} == {"GET"}


def rows(database: Database) -> dict[str, list[object]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def test_every_answer_has_its_cache_policy_and_the_security_headers(
    app: Flask, log_in: LogIn, simulator: RunningSimulator
) -> None:
    assert simulator
    every = walk(app)
    for visitor, steps in (
        (Visitor(app), every[::4]),
        (log_in(), every[::4]),
        (log_in(Role.ADMIN), every),
    ):
        for step in steps:
            if step.method == "GET":
                for answer in (
                    visitor.http.get(step.path),
                    visitor.http.get(step.path, headers=HTMX),
                    visitor.http.head(step.path),
                    visitor.http.options(step.path),
                    visitor.http.open(step.path, method="TRACE"),
                ):
                    check(answer)
            check(visitor.http.open(step.path, method=step.method, headers=HTMX))
            check(visitor.http.open(step.path, method="PUT"))
        for answer in odd(visitor):
            check(answer)


def odd(visitor: Visitor) -> Iterator[TestResponse]:
    """Give answers that no route gives."""
    http = visitor.http
    yield http.get("/no-such-page")
    yield http.get("/no-such-page", headers=HTMX)
    yield http.get("/static/none.css")
    yield http.get("/static/../dashboard/app.py")
    yield http.get("/users/")
    yield http.get("/", headers={"Host": "evil.test"})
    yield http.post("/login", data={"email": "x" * 300_000})
    yield http.get("/users?" + "&" * 1001)


def check(answer: TestResponse, lax: str = "") -> None:
    """Fail where a header is missing or says too much; `lax` is the one cookie that need not be
    strict, as it has to come along from another site."""
    asked = f"{answer.request.method} {answer.request.path} {answer.status}"
    headers = answer.headers
    assert headers["Cache-Control"] == "no-store", asked
    check_security(headers, asked)
    if answer.request.method == "HEAD":
        assert not answer.data, asked
    for cookie in headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-"), asked
        assert len(cookie) <= 4096, asked
        same_site = "Lax" if lax and cookie.startswith(f"{lax}=") else "Strict"
        wanted = {"Secure", "HttpOnly", f"SameSite={same_site}", "Path=/"}
        assert wanted <= set(cookie.split("; ")), asked
        assert "Domain" not in cookie, asked


def check_security(headers: Headers, asked: str) -> None:
    policy = headers["Content-Security-Policy"]
    for said in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert said in policy, asked
    assert "unsafe" not in policy, asked
    assert headers["X-Content-Type-Options"] == "nosniff", asked
    assert headers["X-Dashboard"].isdigit(), asked  # else the browser takes it for a stranger's
    assert headers["X-Frame-Options"] == "DENY", asked
    assert headers["Referrer-Policy"] in {"same-origin", "strict-origin", "no-referrer"}, asked
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", asked
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", asked
    assert "camera=()" in headers["Permissions-Policy"], asked
    assert "Access-Control-Allow-Origin" not in headers, asked
    assert "Server" not in headers or "/" not in headers["Server"], asked


def test_static_files_have_them_too_whole_and_unchanged(app: Flask, visitor: Visitor) -> None:
    path = app.jinja_env.globals["asset"]("app.js")  # type: ignore[operator]  # ours
    whole = visitor.http.get(path)
    unchanged = visitor.http.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (whole.status_code, unchanged.status_code) == (200, 304)
    for answer in (whole, unchanged, visitor.http.head(path), visitor.http.post(path)):
        check_security(answer.headers, answer.status)
        answer.close()
    assert "immutable" in whole.headers["Cache-Control"]
