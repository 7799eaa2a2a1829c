"""Settings that could be read and would not work: none starts, and each says what to write."""

from itertools import combinations
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.cli.doctor import run_doctor
from dashboard.config.settings import Config, UnsafeConfigError, load_config
from tests.support.sampling import all_of
from tests.unit.config.test_config import GOOD, refusal

OIDC = {"OIDC_CLIENT_ID": "dashboard", "OIDC_CLIENT_SECRET": "a secret of the provider"}
# Each URL in two parts, with its host and port between them; what goes with it; what it says.
URLS = {
    "PUBLIC_URL": ("https://", "", {"TRUSTED_HOSTS": ".example.com"}),
    "PARTNER_API_URL": ("https://", "/v1", {}),
    "DATABASE_URL": ("postgresql://user:password@", "/name?sslmode=require", {}),
    "REDIS_URL": ("rediss://:password@", "/0", {}),
    "MAIL_URL": ("smtps://user:password@", "", {"MAIL_FROM": "a@example.com"}),
    "OIDC_ISSUER": ("https://", "/tenant", OIDC),
}
HOSTS = (
    *("", "-a.example.com", "a-.example.com", "a..example.com", ".example.com", "a.*.com"),
    *("300.1.1.1", "1.2.3", "a.example.1", "a" * 64 + ".example.com", "a." * 127 + "example.com"),
    *("[::1", "[::zz]", "::1", "a,b", "a b", "a%20b"),
)
PORTS = ("", "0", "00", "65536", "99999", "-1", "+1", "1e3", "x", "٤٤٣", "443:443", " 443")
UNSEEN = ("\n", "\r", "\t", " ", "\u00a0", "\u200b", "\u202e", "\x7f", "\\")


def says(name: str, place: str) -> str:
    before, after, others = URLS[name]
    return refusal(**{**others, name: f"{before}{place}{after}"})


@pytest.mark.parametrize("name", URLS)
def test_a_url_that_can_be_called_is_taken(name: str) -> None:
    before, after, others = URLS[name]
    for place in ("a.example.com", "A.example.com:65535", "a.example.com.:1"):
        assert load_config(None, **{**GOOD, **others, name: f"{before}{place}{after}"})


@all_of("name", URLS)
@all_of("host", HOSTS)
def test_a_host_that_is_none_is_refused_with_what_to_write(name: str, host: str) -> None:
    for place in (host, f"{host}:8443")[not host :]:
        said = says(name, place)
        assert name in said
        assert "must look like" in said


@all_of("name", URLS)
@all_of("port", PORTS)
def test_a_port_that_is_none_is_refused_with_what_to_write(name: str, port: str) -> None:
    said = says(name, f"a.example.com:{port}")
    assert name in said
    assert "must look like" in said


@given(st.sampled_from(sorted(URLS)), st.sampled_from(UNSEEN), st.data())
@hypothesis_settings(max_examples=60, derandomize=True, database=None)
def test_a_url_with_a_character_that_no_url_has_is_refused_wherever_it_is(
    name: str, unseen: str, data: st.DataObject
) -> None:
    before, after, others = URLS[name]
    whole = f"{before}a.example.com:8443{after}"
    at = data.draw(st.integers(1, len(whole) - 1))
    said = refusal(**{**others, name: whole[:at] + unseen + whole[at:]})
    assert name in said
    assert "must look like" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "rediss://a.example.com/zero"),
        ("DATABASE_URL", "postgresql:///name?host=a..b&sslmode=require"),
        ("DATABASE_URL", "postgresql:///name?host=a.example.com:0&sslmode=require"),
        ("OIDC_ISSUER", "https://a.example.com/?tenant=1"),
        ("OIDC_ISSUER", "https://user@a.example.com"),
    ],
)
def test_what_belongs_to_no_such_url_is_refused(name: str, value: str) -> None:
    said = refusal(**{**URLS[name][2], name: value})
    assert name in said
    assert "must look like" in said


@all_of(
    "written",
    [
        *("{n}@", "@example.org", "qa@example.org", "qa+{n}@example", "qa+{n}@example..org"),
        *("{n}{n}@example.org", "qa{n}@{n}.example.org", "q a{n}@example.org", "{n}@a@b.org"),
        *("a" * 60 + "{n}@example.org", "Ana <qa+{n}@example.org>", "qa+{n}@-a.example"),
    ],
)
def test_a_template_that_makes_no_email_is_refused(written: str) -> None:
    assert "TEST_EMAIL cannot be used: it is not of the form qa+{n}@" in refusal(TEST_EMAIL=written)


@pytest.mark.parametrize("written", ["qa+{n}@example.org", "{n}@example.org", "qa@x{n}.example"])
def test_a_template_that_makes_emails_is_taken(written: str) -> None:
    assert load_config(None, **GOOD, TEST_EMAIL=written).test_email == written


@all_of(
    "written",
    [
        *("https://t.example.com/", "https://t.example.com/{ticket}/{ticket}", "{ticket}"),
        *("http://t.example.com/{ticket}", "https://{ticket}.example.com/", "https:///{ticket}"),
        *("javascript:alert({ticket})", "https://a:b@t.example.com/{ticket}", "//t/{ticket}"),
        *("https://t.example.com/{ticket}/{id}", "https://t.example.com:0/{ticket}"),
    ],
)
def test_an_address_of_tickets_that_leads_nowhere_is_refused(written: str) -> None:
    assert "TICKET_URL cannot be used: it must look like https://" in refusal(TICKET_URL=written)


@pytest.mark.parametrize(
    "written",
    ["", "https://t.example.com/browse/{ticket}", "https://t.example:8443/?id={ticket}#x"],
)
def test_an_address_of_tickets_is_taken(written: str) -> None:
    assert load_config(None, **GOOD, TICKET_URL=written).ticket_url == written


@pytest.mark.parametrize("sender", ["dashboard@", "@example.com", "a@b@c.example", "a@-b.example"])
def test_a_sender_that_no_mail_can_have_is_refused(sender: str) -> None:
    mail = {"MAIL_URL": "smtps://a.example.com", "MAIL_FROM": sender}
    assert "MAIL_FROM must be an address" in refusal(**mail)


SECRET = "0fJ&x" + GOOD["DASHBOARD_SECRET_KEY"]
WITH_SECRET = {
    "DASHBOARD_SECRET_KEY": {"DASHBOARD_SECRET_KEY": SECRET},
    "DASHBOARD_SECRET_KEY_FALLBACKS": {"DASHBOARD_SECRET_KEY_FALLBACKS": SECRET},
    "PARTNER_API_KEY": {"PARTNER_API_KEY": SECRET},
    "PARTNER_API_SECRET": {"PARTNER_API_SECRET": SECRET},
    "OIDC_CLIENT_SECRET": {
        "OIDC_ISSUER": "https://a.example.com",
        "OIDC_CLIENT_ID": "dashboard",
        "OIDC_CLIENT_SECRET": SECRET,
    },
    "DATABASE_URL": {"DATABASE_URL": f"postgresql://user:{quote(SECRET)}@localhost/name"},
    "REDIS_URL": {"REDIS_URL": f"redis://:{quote(SECRET)}@localhost"},
    "MAIL_URL": {
        "MAIL_URL": f"smtps://user:{quote(SECRET)}@a.example.com",
        "MAIL_FROM": "a@example.com",
    },
}
OLD_KEY = {"DASHBOARD_SECRET_KEY", "DASHBOARD_SECRET_KEY_FALLBACKS"}


@all_of("one,other", [*combinations(WITH_SECRET, 2)])
def test_no_two_secrets_are_one(one: str, other: str) -> None:
    both = {**GOOD, **WITH_SECRET[one], **WITH_SECRET[other]}
    if {one, other} == OLD_KEY:
        assert load_config(None, **both)  # in the middle of a rotation
        return
    with pytest.raises(UnsafeConfigError) as refused:
        load_config(None, **both)
    said = str(refused.value)
    assert "are the same secret" in said
    assert one in said
    assert other in said
    assert SECRET not in said


def test_every_secret_of_the_settings_is_compared() -> None:
    secret = {
        str(field.validation_alias)
        for field in Config.model_fields.values()
        if "Secret" in str(field.annotation) or field.repr is False
    }
    assert secret == set(WITH_SECRET)


def test_the_doctor_says_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {**GOOD, "PUBLIC_URL": "https://a.example.com:0", "TEST_EMAIL": "{n}@"}
    for name, value in {**given, "PARTNER_API_SECRET": given["PARTNER_API_KEY"]}.items():
        monkeypatch.setenv(name, value)
    assert run_doctor() == 2
    said = capsys.readouterr().out
    assert "PUBLIC_URL cannot be used: it must look like https://dashboard.example.com" in said
    assert "TEST_EMAIL cannot be used: it is not of the form qa+{n}@example.org" in said
    assert "PARTNER_API_KEY and PARTNER_API_SECRET are the same secret" in said
