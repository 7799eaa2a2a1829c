"""Forged input to single sign-on: ID tokens, keys and provider metadata."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.sso import (
    COOKIE,
    employee,
    log_in_by_sso,
    provider,
    refused,
    running_provider,
    settings,
)
from tests.support.servers.oidc_provider import CLIENT_ID, OidcProvider

__all__ = ["employee", "provider", "running_provider", "settings"]

pytestmark = pytest.mark.usefixtures("employee")


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
        {"sub": "ana\0"},
    ],
    ids=lambda claims: str(claims)[:40],
)
def test_an_id_token_with_a_wrong_claim_is_not_believed(
    visitor: Visitor, provider: OidcProvider, claims: dict[str, object]
) -> None:
    provider.claims.update(claims)
    refused(log_in_by_sso(visitor, status=502), visitor, "doesn’t prove who you are")


@pytest.mark.parametrize("times", [{"exp": -75}, {"iat": 75}, {"nbf": 75}], ids=str)
def test_an_id_token_of_another_time_is_not_believed(
    visitor: Visitor, provider: OidcProvider, times: dict[str, int]
) -> None:
    provider.times = times
    refused(log_in_by_sso(visitor, status=502), visitor, "doesn’t prove who you are")


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
        lambda provider: provider.sign_nested,
    ],
    ids=["stranger", "none", "client-secret", "public-key", "text", "abc", "cut", "nested"],
)
def test_an_id_token_that_the_provider_did_not_sign_is_not_believed(
    visitor: Visitor, provider: OidcProvider, sign: Sign
) -> None:
    provider.sign = sign(provider)
    refused(log_in_by_sso(visitor, status=502), visitor, "doesn’t prove who you are")


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
        {"authorization_endpoint": "https://["},
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
    assert "We couldn’t log you in with" in page.words
    assert COOKIE not in visitor.cookies()


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["https://*/", "http://127.0.0.1:99999/", "https://a b/"])
def test_an_address_that_no_one_can_call_is_not_to_be_trusted(
    visitor: Visitor, provider: OidcProvider, name: str, address: str
) -> None:
    provider.metadata = {name: address}
    refused(log_in_by_sso(visitor, status=502), visitor, "doesn’t prove")


def test_the_secret_goes_in_the_body_where_the_provider_wants_it_there(
    visitor: Visitor, provider: OidcProvider
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    log_in_by_sso(visitor)
    assert provider.client_secret in provider.bodies[-1]
