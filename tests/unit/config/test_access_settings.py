"""Single sign-on that the dashboard refuses to start with, and what its table of roles says."""

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.config.areas import contact_ways
from dashboard.config.settings import UnsafeConfigError, load_config
from dashboard.services.permissions import Role
from tests.unit.config.test_config import GOOD

ROOT = Path(__file__).parents[3]
SSO = {
    "OIDC_ISSUER": "https://login.example.com/realms/staff",
    "OIDC_CLIENT_ID": "dashboard",
    "OIDC_CLIENT_SECRET": "not-a-real-one",
}


def refusal(**changed: str) -> str:
    with pytest.raises(UnsafeConfigError) as caught:
        load_config(None, **{**GOOD, **SSO, **changed})
    return str(caught.value)


def test_single_sign_on_starts_without_passwords_too() -> None:
    config = load_config(None, **GOOD, **SSO, PASSWORD_LOG_IN="off")
    assert not config.password_log_in
    assert config.role_table == {}


@pytest.mark.parametrize("name", list(SSO))
def test_its_settings_go_together(name: str) -> None:
    assert "go together" in refusal(**{name: ""})


@pytest.mark.parametrize("issuer", ["http://login.example.com", "login.example.com", "https://"])
def test_nobody_may_read_along(issuer: str) -> None:
    assert "OIDC_ISSUER must look like https://host" in refusal(OIDC_ISSUER=issuer)


def test_nobody_could_log_in_without_either() -> None:
    with pytest.raises(UnsafeConfigError, match="no one could log in"):
        load_config(None, **GOOD, PASSWORD_LOG_IN="off")


def test_a_role_that_is_none_is_named() -> None:
    assert "OIDC_ROLES names astronaut" in refusal(OIDC_ROLES="Moon=kyc+astronaut")
    assert "OIDC_ROLES cannot be used: it is not of the form name=value" in refusal(
        OIDC_ROLES="Moon"
    )


def test_a_group_s_name_may_hold_spaces_and_equals_signs() -> None:
    config = load_config(None, **GOOD, **SSO, OIDC_ROLES=" KYC team = kyc + support ,cn=x=admin,")
    assert config.role_table == {
        "KYC team": {Role.KYC, Role.SUPPORT},
        "cn=x": {Role.ADMIN},
    }


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib", None)
    assert "pip install -r requirements-sso.txt" in refusal()
    assert load_config(None, **GOOD)


def test_the_dashboard_does_without_it_where_it_is_not_set_up() -> None:
    script = "import sys; sys.modules['authlib'] = None; import dashboard.app"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)  # noqa: S603  our own


MAIL = {"MAIL_URL": "smtps://mail.example.com:465"}


@pytest.mark.parametrize("sender", ["nobody", "Ana <nobody>", "a@example.com\nBcc: b@example.com"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    assert "MAIL_FROM must be an address" in refusal(**MAIL, MAIL_FROM=sender)


@pytest.mark.parametrize("sender", ["a@example.com", "Panel <a@example.com>", "a@localhost"])
def test_a_sender_may_have_a_name(sender: str) -> None:
    assert load_config(None, **GOOD, **MAIL, MAIL_FROM=sender)


@pytest.mark.parametrize("sender", ["nobody", "Ana <nobody>", "a@example.com\nBcc: b@example.com"])
def test_a_sender_to_users_that_is_no_address_is_refused(sender: str) -> None:
    both = {**MAIL, "MAIL_FROM": "a@example.com"}
    assert "USER_MAIL_FROM must be an address" in refusal(**both, USER_MAIL_FROM=sender)


def test_a_sender_to_users_needs_a_mail_server() -> None:
    assert "Set MAIL_URL too" in refusal(USER_MAIL_FROM="help@example.com")


def test_a_way_that_is_none_is_refused() -> None:
    said = refusal(CONTACT_WAYS="code,pigeon")
    assert "pigeon is not a way: the ways are code, card, mail, mailto, whatsapp" in said


def test_email_is_a_way_only_where_it_is_set_up() -> None:
    both = {**MAIL, "MAIL_FROM": "a@example.com"}
    for more, offered in (
        ({}, False),
        (both, False),
        ({**both, "USER_MAIL_FROM": "h@e.com"}, True),
    ):
        ways = contact_ways(load_config(None, **GOOD, **more))
        assert ("mail" in ways) == offered
        assert "whatsapp" not in ways
