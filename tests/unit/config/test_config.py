"""Settings the dashboard refuses to start with, each with its own words."""

import secrets
from inspect import signature

import pytest

from dashboard.config.checks import CHECKS
from dashboard.config.settings import Config, UnsafeConfigError, load_config
from tests.support.sampling import all_of

GOOD = {
    "DASHBOARD_ENVIRONMENT": "local",
    "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
    "PARTNER_API_KEY": "qash_key_live_" + secrets.token_hex(20),
    "PARTNER_API_SECRET": "qash_secret_live_" + secrets.token_hex(64),
}
PRODUCTION = {
    "DASHBOARD_ENVIRONMENT": "production",
    "PARTNER_API_URL": "https://api.qash.ai",
    "PUBLIC_URL": "https://dash.example.com",
    "TRUSTED_HOSTS": "dash.example.com",
}
SANDBOX = {"DASHBOARD_ENVIRONMENT": "sandbox", "PARTNER_API_URL": "https://sandbox.api.qash.ai"}


def refusal(**changed: str) -> str:
    with pytest.raises(UnsafeConfigError) as caught:
        load_config(None, **{**GOOD, **changed})
    return str(caught.value)


@pytest.mark.parametrize("right", [{}, PRODUCTION, SANDBOX, {"PARTNER_API_URL": "http://[::1]:9"}])
def test_a_safe_configuration_starts(right: dict[str, str]) -> None:
    assert load_config(None, **{**GOOD, **right})


@pytest.mark.parametrize("name", list(GOOD))
def test_what_has_no_default_is_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    given = {other: value for other, value in GOOD.items() if other != name}
    with pytest.raises(UnsafeConfigError, match=f"{name} is not set"):
        load_config(None, **given)


@pytest.mark.parametrize("environment", ["local", "sandbox"])
def test_production_s_address_needs_production(environment: str) -> None:
    said = refusal(DASHBOARD_ENVIRONMENT=environment, PARTNER_API_URL="https://api.qash.ai/")
    assert "needs DASHBOARD_ENVIRONMENT=production" in said


@pytest.mark.parametrize("environment", ["local", "production"])
def test_the_sandbox_s_address_needs_sandbox(environment: str) -> None:
    said = refusal(
        DASHBOARD_ENVIRONMENT=environment, PARTNER_API_URL="https://SANDBOX.api.qash.ai."
    )
    assert "needs DASHBOARD_ENVIRONMENT=sandbox" in said


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_another_host_of_the_vendor_is_neither(environment: str) -> None:
    said = refusal(DASHBOARD_ENVIRONMENT=environment, PARTNER_API_URL="https://eu.api.qash.ai")
    assert f"DASHBOARD_ENVIRONMENT={environment} does not go with eu.api.qash.ai" in said


@pytest.mark.parametrize("url", ["http://api.example.com", "http://10.0.0.1:8080"])
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    assert "plain http to another machine" in refusal(PARTNER_API_URL=url)


@pytest.mark.parametrize(
    "url", ["api.qash.ai", "ftp://localhost", "https://a@b", "https://a/?b", ""]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    if url:
        assert "PARTNER_API_URL must look like https://host" in refusal(PARTNER_API_URL=url)
    else:
        assert load_config(None, **GOOD).partner_api_url == "http://localhost:8080"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("PARTNER_API_KEY", "qash_key_live_simulator" + "0" * 30),
        ("PARTNER_API_SECRET", "qash_secret_live_simulator" + "0" * 30),
    ],
)
def test_the_simulator_s_key_is_refused_in_production_and_against_the_vendor(
    name: str, key: str
) -> None:
    loopback = {**PRODUCTION, "PARTNER_API_URL": "http://localhost:8080"}
    elsewhere = {**PRODUCTION, "PARTNER_API_URL": "https://proxy.example.com"}
    for given in (PRODUCTION, loopback, elsewhere, SANDBOX):
        assert "PARTNER_API_KEY is a key of the simulator" in refusal(**given, **{name: key})
    assert load_config(None, **{**GOOD, name: key})


@pytest.mark.parametrize("name", ["PARTNER_API_KEY", "PARTNER_API_SECRET"])
def test_a_credential_that_no_header_can_carry_is_refused(name: str) -> None:
    assert "Copy it again" in refusal(**{name: "two\nlines"})
    assert "two" not in refusal(**{name: "two\nlines"})


def test_a_name_that_the_list_does_not_know_is_refused() -> None:
    assert "PARTNER_LIST_PARAMS" in refusal(PARTNER_LIST_PARAMS="sort=by")


def test_debug_is_only_for_local() -> None:
    assert load_config(None, **GOOD, FLASK_DEBUG="1").debug
    assert "FLASK_DEBUG is on" in refusal(**SANDBOX, FLASK_DEBUG="1")


@all_of(
    "name,value",
    [
        ("DASHBOARD_ENVIRONMENT", "staging"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("TIME_ZONE", "America"),
        ("PROXIES", "many"),
        ("SESSION_IDLE_MIN", "0"),
        ("KYC_LINK_TTL_H", "-1"),
        ("SIMULATOR_PORT", "99999"),
        ("DATABASE_URL", "mysql://localhost/dashboard"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://localhost:abc/dashboard"),
        ("DATABASE_URL", "foo"),
        ("DATABASE_URL", "sqlite:///"),
        ("PARTNER_API_URL", "http://["),
        ("PARTNER_API_URL", "http://localhost:abc"),
        ("PARTNER_API_URL", "http://localhost:70000"),
        ("PARTNER_LIST_PARAMS", "foo"),
        ("PARTNER_LIST_PARAMS", "page=p,foo"),
    ],
)
def test_an_unreadable_value_is_named_without_being_shown(name: str, value: str) -> None:
    assert f"{name} cannot be used" in refusal(**{name: value})


def test_no_refusal_shows_a_secret() -> None:
    canary = "canary-" + secrets.token_hex(8)
    said = refusal(
        DASHBOARD_SECRET_KEY=canary,
        PARTNER_API_SECRET=canary,
        PARTNER_API_KEY=canary,
        TIME_ZONE="Mars",
        SESSION_MAX_H="x",
    )
    assert "canary" not in said
    assert "canary" not in repr(load_config(None, **{**GOOD, "PARTNER_API_SECRET": canary}))


def test_every_finding_is_told_at_once() -> None:
    said = refusal(DASHBOARD_SECRET_KEY="x", PARTNER_API_URL="http://example.com", FLASK_DEBUG="1")
    assert len(said.splitlines()) == 2


def test_what_cannot_be_read_does_not_hide_what_is_unsafe() -> None:
    given = {**PRODUCTION, "PUBLIC_URL": "", "TRUSTED_HOSTS": "", "FLASK_DEBUG": "1"}
    said = refusal(**given, SESSION_MAX_H="x", TIME_ZONE="Mars", DASHBOARD_SECRET_KEY="x")
    for name in (*given, "SESSION_MAX_H", "TIME_ZONE", "DASHBOARD_SECRET_KEY"):
        assert name in said or name == "PARTNER_API_URL"
    assert len(said.splitlines()) == 6


def test_what_hangs_on_an_unreadable_setting_is_not_guessed() -> None:
    said = refusal(DASHBOARD_ENVIRONMENT="staging", FLASK_DEBUG="1")
    assert [line.split()[0] for line in said.splitlines()] == ["DASHBOARD_ENVIRONMENT"]


def test_every_check_is_given_settings_that_there_are() -> None:
    for check in CHECKS:
        assert signature(check).parameters.keys() <= Config.model_fields.keys(), check


@all_of("name", [str(each.validation_alias) for each in Config.model_fields.values()])
def test_a_setting_that_cannot_be_read_is_one_sentence_that_names_it(name: str) -> None:
    said = refusal(**{name: "\ud800"})
    assert said == f"{name} cannot be used: it is not UTF-8 text. Save it as UTF-8."


def test_lists_and_pairs_are_read() -> None:
    config = load_config(
        None,
        **GOOD,
        KYC_LINK_HOSTS="a.example, b.example",
        PARTNER_LIST_PARAMS="page=p, limit=per_page",
        TRUSTED_HOSTS="dash.example.com",
    )
    assert config.kyc_link_hosts == ("a.example", "b.example")
    assert config.partner_list_params == {"page": "p", "limit": "per_page"}
    assert config.trusted_hosts == ("dash.example.com",)
