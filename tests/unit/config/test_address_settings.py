"""Where the dashboard is found: PUBLIC_URL and TRUSTED_HOSTS, read, compared and required."""

import pytest

from dashboard.config.settings import load_config
from tests.support.sampling import all_of
from tests.unit.config.test_config import GOOD, PRODUCTION, SANDBOX, refusal

LOCAL_ADDRESS = {"PUBLIC_URL": "http://localhost:8000"}


@pytest.mark.parametrize("name", ["PUBLIC_URL", "TRUSTED_HOSTS"])
def test_production_requires_its_address_and_says_what_to_set(name: str) -> None:
    said = refusal(**{**PRODUCTION, name: ""})
    assert f"{name} is not set, and production requires it." in said
    assert f"{name}=" in said
    assert load_config(None, **{**GOOD, **SANDBOX, name: ""})


def test_the_host_of_the_address_is_what_it_tells_to_trust() -> None:
    assert "such as TRUSTED_HOSTS=dash.example.com" in refusal(
        **{**PRODUCTION, "TRUSTED_HOSTS": ""}
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://dash.example.com", "https://dash.example.com"),
        ("https://DASH.Example.com./", "https://dash.example.com"),
        ("https://dash.example.com:443", "https://dash.example.com"),
        ("https://dash.example.com:8443", "https://dash.example.com:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_a_public_url_is_read_as_browsers_write_an_origin(written: str, read: str) -> None:
    assert load_config(None, **GOOD, PUBLIC_URL=written, TRUSTED_HOSTS=host(read)).address == read


def host(origin: str) -> str:
    return origin.split("//")[1].split(":", maxsplit=1)[0]


@all_of(
    "value",
    [
        "dash.example.com",
        "https://",
        "https://dash.example.com/panel",
        "https://dash.example.com?x=1",
        "https://dash.example.com#x",
        "https://ana@dash.example.com",
        "https://dash.example.com:port",
        "https://dash.example.com:99999",
        "https://dash_board.example.com",
        "https://dash.example.com,https://b.example.com",
        "https://*.example.com",
        "https://[::1",
        "http://dash.example.com",
        "ftp://localhost",
    ],
)
def test_what_is_no_origin_is_refused_with_the_form_it_needs(value: str) -> None:
    assert "PUBLIC_URL cannot be used: it must look like https://" in refusal(PUBLIC_URL=value)


@pytest.mark.parametrize("trusted", ["", "other.example.com", "example.com", ".other.example"])
def test_an_address_that_every_page_would_be_refused_at_is_refused_at_the_start(
    trusted: str,
) -> None:
    said = refusal(PUBLIC_URL="https://dash.example.com", TRUSTED_HOSTS=trusted)
    assert "TRUSTED_HOSTS does not name" in said
    assert "TRUSTED_HOSTS=dash.example.com" in said


@pytest.mark.parametrize(
    "trusted", ["dash.example.com", ".example.com", "a.example, DASH.example.com."]
)
def test_the_host_may_be_one_of_several_and_below_a_domain(trusted: str) -> None:
    assert load_config(None, **GOOD, PUBLIC_URL="https://dash.example.com", TRUSTED_HOSTS=trusted)


@all_of("name", ["TRUSTED_HOSTS", "KYC_LINK_HOSTS"])
@all_of(
    "value",
    [
        "https://dash.example.com",
        "dash.example.com/panel",
        "*",
        "*.example.com",
        "a b",
        ".",
        "::1",
        "[::1]:8000",
        "2001:db8::1",
        "localhost, ::1",
    ],
)
def test_hosts_that_would_match_nothing_are_refused(name: str, value: str) -> None:
    assert f"{name} cannot be used: it must hold only host names" in refusal(**{name: value})


def test_a_domain_is_refused_where_whole_hosts_are_compared() -> None:
    assert "must hold only host names" in refusal(KYC_LINK_HOSTS=".withpersona.com")


def test_hosts_are_read_as_browsers_write_them() -> None:
    config = load_config(
        None, **GOOD, TRUSTED_HOSTS="Dash.Example.com., bücher.example, a.example:8443"
    )
    assert config.trusted_hosts == ("dash.example.com", "xn--bcher-kva.example", "a.example")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, ""),
        (LOCAL_ADDRESS, "http://localhost:8000"),
        (
            {"TRUSTED_HOSTS": "localhost, .example.com, dash.example.com"},
            "https://dash.example.com",
        ),
        ({"TRUSTED_HOSTS": ".example.com"}, ""),
    ],
)
def test_without_a_public_url_the_first_whole_host_is_the_address(
    given: dict[str, str], address: str
) -> None:
    assert load_config(None, **GOOD, **given).address == address


@pytest.mark.parametrize("trusted", [".com", "dash.example.com,.COM.", "..com", "."])
def test_no_top_level_domain_is_trusted(trusted: str) -> None:
    assert "TRUSTED_HOSTS cannot be used" in refusal(TRUSTED_HOSTS=trusted)


@all_of(
    "name",
    ["TRUSTED_HOSTS", "KYC_LINK_HOSTS", "SECOND_FACTOR_ROLES", "DASHBOARD_SECRET_KEY_FALLBACKS"],
)
@all_of("written", [",", " , ", " "])
def test_a_list_of_nothing_is_refused(name: str, written: str) -> None:
    assert f"{name} cannot be used: it names nothing" in refusal(**{name: written})
