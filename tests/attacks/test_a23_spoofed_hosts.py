"""T-A23: no request header decides our host or the client's address."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.people import Hire, LogIn

SPOOFED = [
    {"X-Forwarded-Host": "evil.test"},
    {"X-Forwarded-Server": "evil.test"},
    {"X-Host": "evil.test"},
    {"Forwarded": "host=evil.test;proto=https;for=192.0.2.1"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"},
    {"X-Forwarded-Prefix": "//evil.test"},
    {"X-Original-URL": "/healthz"},
    {"X-Rewrite-URL": "/healthz"},
    {"X-Script-Name": "//evil.test"},
    {"X-HTTP-Method-Override": "DELETE"},
]
HOSTS = [
    "evil.test",
    "localhost.evil.test",
    "localhost@evil.test",
    "localhost:80@evil.test",
    "[::2]",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_is_refused_on_every_kind_of_page(log_in: LogIn, host: str) -> None:
    admin = log_in(Role.ADMIN)
    for path in ("/", "/login", "/users", "/staff/new", "/no-such-page", "/link/never-made"):
        answer = admin.http.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("headers", SPOOFED, ids=lambda each: next(iter(each)))
def test_no_header_moves_a_link_or_a_redirect(log_in: LogIn, headers: dict[str, str]) -> None:
    admin = log_in(Role.ADMIN)
    fields = {"email": "b@example.com", "name": "Bruno", "roles": "viewer"}
    link = admin.post("/staff", fields, status=200, headers=headers)
    assert "http://localhost/link/" in link.text
    assert "evil.test" not in link.text
    admin.post("/logout", headers=headers)
    away = admin.http.get("/users", headers=headers)
    assert (away.status_code, away.headers["Location"]) == (303, "/login?next=/users")


def try_from(app: Flask, forwarded: str, email: str) -> int:
    """Try a wrong password; the proxy, where there is one, adds the address 198.51.100.7."""
    visitor = Visitor(app)
    visitor.http.environ_base["HTTP_X_FORWARDED_FOR"] = forwarded
    data = {"email": email, "password": "wrong", "csrf_token": visitor.csrf_token()}
    return visitor.http.post("/login", data=data).status_code


def test_another_address_every_time_does_not_move_the_limit(app: Flask, hire: Hire) -> None:
    email, _ = hire(Role.SUPPORT)
    statuses = [try_from(app, f"203.0.113.{number}", email) for number in range(11)]
    assert statuses == [422] * 10 + [429]


def test_behind_a_proxy_its_own_word_counts_and_not_what_came_with_the_request(
    settings: dict[str, str], database: Database, hire: Hire
) -> None:
    assert database
    app = create_app(load_config(None, **settings, PROXIES="1"))
    email, password = hire(Role.SUPPORT)
    spoofed = [try_from(app, f"203.0.113.{number}, 198.51.100.7", email) for number in range(11)]
    assert spoofed == [422] * 10 + [429]
    elsewhere = Visitor(app)
    elsewhere.http.environ_base["HTTP_X_FORWARDED_FOR"] = "198.51.100.8"
    elsewhere.log_in(email, password)
