"""What single sign-on must not believe, and how it fails: one page, nobody logged in, no secret."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config import Config
from dashboard.services.roles import Role
from tests.browsing import Page, Visitor
from tests.conftest import Hire, LogIn, TestClock
from tests.oidc_provider import CLIENT_ID, OidcProvider
from tests.views.sso import ahead, go_out, log_in_by_sso, provider, running_provider, settings

__all__ = ["provider", "running_provider", "settings"]

COOKIE = "__Host-dashboard-local-sso"


@pytest.fixture(autouse=True)
def _employee(hire: Hire, provider: OidcProvider) -> None:
    """Somebody who would come in, were everything as it should be."""
    email, _ = hire(Role.SUPPORT)
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}


def refused(page: Page, visitor: Visitor, *words: str) -> None:
    """Nobody is logged in, the page says what to do, and nothing of it is kept."""
    assert "Not logged in by Company account (SSO)" in page.words
    assert all(word in page.words for word in words), page.words
    assert "To the log-in" in page.words
    assert [cookie for cookie in page.headers.getlist("Set-Cookie") if COOKIE not in cookie] == []
    visitor.get("/users", status=303)


def test_everything_as_it_should_be_logs_in(visitor: Visitor) -> None:
    log_in_by_sso(visitor)
    visitor.get("/users")


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-application"},
        {"aud": "another-application", "azp": CLIENT_ID},
        {"aud": None},
        {"aud": [CLIENT_ID, "another-application"]},  # and no azp
        {"azp": "another-application"},
        {"iss": "https://evil.test"},
        {"iss": None},
        {"exp": None},
        {"exp": "never"},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": ["ana-1"]},
        {"sub": "x" * 256},
    ],
    ids=lambda claims: str(claims)[:40],
)
def test_an_id_token_with_a_wrong_claim_is_not_believed(
    visitor: Visitor, provider: OidcProvider, claims: dict[str, object]
) -> None:
    provider.claims.update(claims)
    refused(log_in_by_sso(visitor, status=502), visitor, "does not prove who you are")


@pytest.mark.parametrize("times", [{"exp": -75}, {"iat": 75}, {"nbf": 75}], ids=str)
def test_an_id_token_of_another_time_is_not_believed(
    visitor: Visitor, provider: OidcProvider, times: dict[str, int]
) -> None:
    provider.times = times
    refused(log_in_by_sso(visitor, status=502), visitor, "does not prove who you are")


@pytest.mark.parametrize("times", [{"exp": -30}, {"iat": 30}, {"nbf": 30}], ids=str)
def test_a_clock_that_is_a_little_off_keeps_nobody_out(
    visitor: Visitor, provider: OidcProvider, times: dict[str, int]
) -> None:
    provider.times = times
    log_in_by_sso(visitor)
    visitor.get("/users")


@pytest.mark.parametrize(
    "claims",
    [{"aud": [CLIENT_ID, "another-application"], "azp": CLIENT_ID}, {"aud": [CLIENT_ID]}],
    ids=str,
)
def test_an_id_token_may_name_several_audiences_where_it_was_given_to_us(
    visitor: Visitor, provider: OidcProvider, claims: dict[str, object]
) -> None:
    provider.claims.update(claims)
    log_in_by_sso(visitor)
    visitor.get("/users")


Sign = Callable[[OidcProvider], Callable[[dict[str, object]], str]]


@pytest.mark.parametrize(
    "sign",
    [
        lambda provider: provider.sign_by_a_stranger,
        lambda provider: provider.sign_not_at_all,
        lambda provider: provider.sign_with_the_client_secret,
        lambda provider: provider.sign_with_the_public_key_as_secret,
        lambda _provider: lambda _claims: "no token",
        lambda _provider: lambda _claims: "a.b.c",
        lambda provider: lambda claims: provider.sign_well(claims)[:-8],
    ],
    ids=["stranger", "none", "client-secret", "public-key", "text", "abc", "cut"],
)
def test_an_id_token_that_the_provider_did_not_sign_is_not_believed(
    visitor: Visitor, provider: OidcProvider, sign: Sign
) -> None:
    provider.sign = sign(provider)
    refused(log_in_by_sso(visitor, status=502), visitor, "does not prove who you are")


def test_a_new_key_is_asked_for_once_a_minute(
    app: Flask, provider: OidcProvider, clock: TestClock
) -> None:
    log_in_by_sso(Visitor(app))
    provider.sign = provider.sign_with_a_new_key
    log_in_by_sso(Visitor(app), status=502)
    clock.advance(seconds=61)
    log_in_by_sso(Visitor(app))
    provider.sign = provider.sign_well
    provider.published = [provider.key]
    log_in_by_sso(Visitor(app))
    assert provider.asked.count("/jwks") == 2


def test_only_what_the_provider_signs_with_is_believed(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.metadata = {"id_token_signing_alg_values_supported": ["ES256"]}
    refused(log_in_by_sso(visitor, status=502), visitor)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.test"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"token_endpoint": "ftp://evil.test/token"},
        {"jwks_uri": ["/jwks"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
        {"id_token_signing_alg_values_supported": []},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
    ids=str,
)
def test_a_provider_that_is_not_what_it_should_be_is_not_gone_to(
    visitor: Visitor, provider: OidcProvider, metadata: dict[str, object]
) -> None:
    provider.metadata = metadata
    page = visitor.post("/login/sso", {}, status=502)
    assert "Not logged in by" in page.words
    assert COOKIE not in visitor.cookies()


def test_the_secret_goes_in_the_body_where_the_provider_wants_it_there(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    log_in_by_sso(visitor)
    assert provider.client_secret in provider.bodies[-1]


# The way back.


def test_another_state_is_refused_before_the_provider_is_asked(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.answer = {"state": "another"}
    refused(log_in_by_sso(visitor, status=400), visitor, "begin again")
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
    refused(visitor.get(address, status=400), visitor, "ten minutes")
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


def test_a_refusal_there_is_told_here(visitor: Visitor, provider: OidcProvider) -> None:
    provider.answer = {"error": "access_denied", "code": None}
    refused(log_in_by_sso(visitor, status=403), visitor, "not let in there")
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


def test_a_code_of_another_log_in_is_refused(app: Flask, provider: OidcProvider) -> None:
    """The verifier is of the log-in that began in this browser (PKCE)."""
    victim, attacker = Visitor(app), Visitor(app)
    stolen = parse_qs(urlsplit(go_out(victim)).query)["code"][0]
    address = go_out(attacker)
    own = parse_qs(urlsplit(address).query)["code"][0]
    refused(attacker.get(address.replace(own, stolen), status=502), attacker)
    assert provider.asked.count("/token") == 1


def test_too_many_answers_from_one_address_have_to_wait(app: Flask, provider: OidcProvider) -> None:
    provider.claims["nonce"] = "another"
    for _ in range(10):
        log_in_by_sso(Visitor(app), status=502)
    visitor = Visitor(app)
    page = log_in_by_sso(visitor, status=429)
    assert "Too many tries." in page.words
    assert int(page.headers["Retry-After"]) > 0
    assert provider.asked.count("/token") == 10


def test_log_ins_that_succeed_are_not_counted(app: Flask) -> None:
    for _ in range(12):
        log_in_by_sso(Visitor(app))


# The provider is in trouble.


@pytest.mark.parametrize(
    ("fault", "path", "status", "words"),
    [
        ("broken", "/token", 503, "No answer came from there."),
        ("huge", "/token", 502, "does not prove"),
        ("broken", "/jwks", 503, "No answer came from there."),
        ("huge", "/jwks", 502, "does not prove"),
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
    assert "No answer came from there." in visitor.post("/login/sso", {}, status=503).words
    assert "Work email" in visitor.get("/login").words
    provider.reset()
    visitor.post("/login/sso", {}, status=200)


def test_a_provider_that_hangs_is_waited_for_five_seconds(
    visitor: Visitor, provider: OidcProvider
) -> None:
    address = go_out(visitor)
    provider.hang.add("/token")
    began = time.monotonic()
    refused(visitor.get(address, status=503), visitor)
    assert 4.5 < time.monotonic() - began < 6.5


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


# Links of other sites.

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("path", ["/users?status=pending&page=2", "/login", "/", "/link/abc?x=%0d"])
def test_a_page_opened_from_another_site_goes_on_to_itself_without_a_cookie(
    visitor: Visitor, path: str
) -> None:
    page = visitor.get(path, headers=CROSS_SITE)
    assert ahead(page) == path
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    again = visitor.http.get(path, headers={**CROSS_SITE, "Sec-Fetch-Site": "same-origin"})
    assert "refresh" not in again.text


def test_a_page_that_is_framed_or_fetched_by_another_site_does_not_go_on(visitor: Visitor) -> None:
    for dest in ("iframe", "empty", "image"):
        answer = visitor.http.get("/users", headers={**CROSS_SITE, "Sec-Fetch-Dest": dest})
        assert answer.status_code == 303


def test_an_address_of_no_page_does_not_go_on(visitor: Visitor) -> None:
    for path in ("/no-such-page", "//evil.test/", "/users/not-a-uuid"):
        assert "refresh" not in visitor.http.get(path, headers=CROSS_SITE).text


def test_whoever_brings_their_session_along_is_answered_at_once(log_in: LogIn) -> None:
    assert "Users" in log_in(Role.SUPPORT).get("/users", headers=CROSS_SITE).words
