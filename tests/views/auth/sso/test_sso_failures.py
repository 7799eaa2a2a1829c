"""The way back from a provider, and how it fails: one page, no one logged in, no secret."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.sso import (
    COOKIE,
    employee,
    go_out,
    log_in_by_sso,
    provider,
    refused,
    running_provider,
    settings,
)
from tests.support.servers.oidc_provider import HANG_S, OidcProvider

__all__ = ["employee", "provider", "running_provider", "settings"]

pytestmark = pytest.mark.usefixtures("employee")


def test_another_state_is_refused_before_the_provider_is_asked(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.answer = {"state": "another"}
    refused(log_in_by_sso(visitor, status=400), visitor, "Start again")
    assert "/token" not in provider.asked


def test_an_answer_without_the_cookie_is_refused(app: Flask, provider: OidcProvider) -> None:
    address, other = go_out(Visitor(app)), Visitor(app)
    refused(other.get(address, status=400), other, "another browser")
    assert "/token" not in provider.asked


def test_a_cookie_that_we_did_not_seal_is_refused(app: Flask, provider: OidcProvider) -> None:
    for made_up in ("", "x", "x.y", "ü", ".".join(["0" * 16, "A" * 80])):
        visitor = Visitor(app)
        address = go_out(visitor)
        visitor.http.set_cookie(COOKIE, made_up, secure=True)
        visitor.get(address, status=400)
    assert "/token" not in provider.asked


def test_what_took_longer_than_ten_minutes_is_refused(
    visitor: Visitor, provider: OidcProvider, clock: TestClock
) -> None:
    address = go_out(visitor)
    clock.advance(minutes=10, seconds=1)
    refused(visitor.get(address, status=400), visitor, "10 minutes")
    assert "/token" not in provider.asked


def test_an_answer_is_good_once_on_whichever_worker(
    app: Flask, config: Config, clock: TestClock, provider: OidcProvider
) -> None:
    first, second = Visitor(app), Visitor(create_app(config, clock))
    address = go_out(first)
    kept = first.cookies()[COOKIE]
    log_in_cookies = first.get(address).headers.getlist("Set-Cookie")
    assert any(COOKIE in cookie and "Max-Age=0" in cookie for cookie in log_in_cookies)
    for visitor in (first, second):
        visitor.http.set_cookie(COOKIE, kept, secure=True)
        visitor.get(address, status=400)
    assert provider.asked.count("/token") == 1
    second.get("/users", status=303)


@pytest.mark.parametrize(
    ("error", "logged"),
    [("access_denied", "access_denied"), ("canary of a browser", "another error")],
)
def test_of_what_the_browser_brings_only_a_known_error_is_logged(
    visitor: Visitor,
    provider: OidcProvider,
    capsys: pytest.CaptureFixture[str],
    error: str,
    logged: str,
) -> None:
    provider.answer = {"error": error, "code": None}
    log_in_by_sso(visitor, status=403)
    log = "".join(capsys.readouterr())
    assert f'"cause": "{logged}"' in log
    assert "canary" not in log


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        ("invalid_request", "error invalid_request"),
        ("canary@example.com", "error: text"),
        ("no canary here", "error: text"),
        ({"message": "canary"}, "error: object"),
        (None, "error: null"),
    ],
)
def test_of_what_the_provider_answers_only_the_name_of_an_error_is_logged(
    visitor: Visitor,
    provider: OidcProvider,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: object,
    logged: str,
) -> None:
    monkeypatch.setattr(provider, "redeem", lambda *_: (400, {"error": error}))
    log_in_by_sso(visitor, status=502)
    log = "".join(capsys.readouterr())
    assert f'"cause": "token: 400 {logged}"' in log
    assert "canary" not in log


def test_a_refusal_there_is_told_here(visitor: Visitor, provider: OidcProvider) -> None:
    provider.answer = {"error": "access_denied", "code": None}
    refused(
        log_in_by_sso(visitor, status=403), visitor, "It refused the log-in, or you left its page"
    )
    assert "/token" not in provider.asked


def test_an_answer_of_another_issuer_is_refused(visitor: Visitor, provider: OidcProvider) -> None:
    provider.answer = {"iss": "https://evil.test"}
    refused(log_in_by_sso(visitor, status=502), visitor)
    assert "/token" not in provider.asked
    provider.answer = {"iss": provider.issuer}
    log_in_by_sso(visitor)


def test_an_answer_without_a_code_is_refused(visitor: Visitor, provider: OidcProvider) -> None:
    provider.answer = {"code": None}
    refused(log_in_by_sso(visitor, status=502), visitor)


def test_a_code_of_another_log_in_is_refused(
    app: Flask, provider: OidcProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier is of the log-in that began in this browser (PKCE)."""
    victim, attacker = Visitor(app), Visitor(app)
    stolen = parse_qs(urlsplit(go_out(victim)).query)["code"][0]
    address = go_out(attacker)
    own = parse_qs(urlsplit(address).query)["code"][0]
    refused(attacker.get(address.replace(own, stolen), status=502), attacker)
    assert provider.asked.count("/token") == 1
    assert "invalid_grant" in capsys.readouterr().err  # by the verifier, before the nonce


def test_too_many_answers_from_one_address_have_to_wait(app: Flask, provider: OidcProvider) -> None:
    provider.claims["nonce"] = "another"
    for _ in range(10):
        log_in_by_sso(Visitor(app), status=502)
    visitor = Visitor(app)
    page = log_in_by_sso(visitor, status=429)
    assert "Too many attempts." in page.words
    assert int(page.headers["Retry-After"]) > 0
    assert provider.asked.count("/token") == 10


def test_log_ins_that_succeed_are_not_counted(app: Flask) -> None:
    for _ in range(12):
        log_in_by_sso(Visitor(app))


# The provider is in trouble.


@pytest.mark.parametrize(
    ("fault", "path", "status", "words"),
    [
        ("broken", "/token", 503, "We got no response from it."),
        ("huge", "/token", 502, "doesn’t prove"),
        ("broken", "/jwks", 503, "We got no response from it."),
        ("huge", "/jwks", 502, "doesn’t prove"),
    ],
)
def test_a_provider_in_trouble_is_told_of(
    visitor: Visitor, provider: OidcProvider, fault: str, path: str, status: int, words: str
) -> None:
    getattr(provider, fault).add(path)
    refused(log_in_by_sso(visitor, status=status), visitor, words)


def test_a_provider_that_is_down_leaves_the_log_in_page_as_it_is(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.broken.add("/.well-known/openid-configuration")
    assert "We got no response from it." in visitor.post("/login/sso", {}, status=503).words
    assert "Work email" in visitor.get("/login").words
    provider.reset()
    visitor.post("/login/sso", {}, status=200)


@pytest.mark.long
def test_a_provider_that_hangs_is_waited_for_five_seconds(
    visitor: Visitor, provider: OidcProvider
) -> None:
    address = go_out(visitor)
    provider.hang.add("/token")
    began = time.monotonic()
    refused(visitor.get(address, status=503), visitor)
    assert 4.5 < time.monotonic() - began < HANG_S / 2


@pytest.mark.parametrize("path", ["/token", "/jwks"])
def test_a_provider_that_leads_elsewhere_is_not_followed(
    visitor: Visitor, provider: OidcProvider, path: str
) -> None:
    provider.moved.add(path)
    refused(log_in_by_sso(visitor, status=502), visitor)
    assert "/moved" not in provider.asked


def test_no_code_token_or_secret_is_in_the_log(
    app: Flask, provider: OidcProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens: list[str] = []

    def sign(claims: dict[str, object]) -> str:
        tokens.append(provider.sign_by_a_stranger(claims))
        return tokens[-1]

    provider.sign = sign
    visitor = Visitor(app)
    address = go_out(visitor)
    kept = visitor.cookies()[COOKIE]
    visitor.get(address, status=502)
    said = capsys.readouterr().err
    assert "bad_signature" in said
    secrets = [*(values[0] for values in parse_qs(urlsplit(address).query).values()), *tokens]
    for secret in (*secrets, provider.client_secret, kept, "ana-1"):
        assert secret not in said
