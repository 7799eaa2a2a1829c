"""The settings page: for admins, to be read, without a secret."""

import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from dashboard.config.settings import load_config
from dashboard.partner.credentials import Credentials
from dashboard.services.operations import versions
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

ROOT = Path(__file__).parents[3]


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_only_who_may_manage_credentials_sees_it_and_the_way_to_it(
    log_in: LogIn, admin: Visitor
) -> None:
    for role in (Role.SUPPORT, Role.AUDITOR):
        other = log_in(role)
        other.get("/settings", status=403)
        assert "/settings" not in other.get("/users").text
    assert 'href="/settings"' in admin.get("/users").text
    admin.get("/settings")


def test_neither_the_secret_nor_the_whole_key_nor_their_lengths_are_shown(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    pair = simulator.first
    admin.get("/users")
    page = admin.get("/settings")
    assert f"qash_key_live_…{pair.api_key[-4:]}" in page.words
    assert "Set, never shown" in page.words
    for secret in (pair.api_secret, pair.api_key):
        assert not any(
            secret[start : start + 6] in page.text for start in range(26, len(secret) - 5)
        )
        assert str(len(secret)) not in page.words.split()


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("qash_key_live_" + "a" * 36 + "8a3f", "qash_key_live_…8a3f"),
        ("qash_key_live_short8a3f", "qash_key_live_…"),
        ("another-kind-of-key-8a3f", "…8a3f"),
        ("tiny", "…"),
    ],
)
def test_a_key_is_hinted_at_and_a_short_one_is_not(key: str, hint: str) -> None:
    assert Credentials(key, "s").hint == hint


def test_it_tells_what_was_seen_without_asking_anybody(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    empty = admin.get("/settings").words
    assert "Not used yet" in empty
    assert empty.count("Not yet") == 10
    simulator.set_rivals(list_items="items", list_counters="none", ignored_filters=["status"])
    admin.get("/users?status=pending&country=CO")
    page = admin.get("/settings").words
    assert "Accepted" in page
    assert "None" in page
    assert "Unknown" in page
    assert "statusstatusIgnored" in page
    assert "country_codecountryCodeApplied" in page
    assert len(simulator.requests()) == 1


def test_refused_credentials_lead_to_the_runbook(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    admin.get("/users")
    simulator.accept_keys(1, accepted=False)
    admin.get("/users", status=502)
    page = admin.get("/settings")
    assert "The Partner API refuses the API key pair." in page.words
    assert 'href="/settings/runbook#credentials-refused"' in page.text
    simulator.accept_keys(1, accepted=True)
    admin.get("/users")
    assert "refuses the API key pair" not in admin.get("/settings").words


def test_it_shows_what_is_set(app: Flask, admin: Visitor, settings: dict[str, str]) -> None:
    assert app
    page = admin.get("/settings").words
    config = load_config(None, **settings)
    assert config.partner_api_url in page
    assert "After 1 hour of inactivity · At most 12 hours" in page
    assert "inquiry.withpersona.com" in page


def test_the_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == versions.DASHBOARD
    assert (
        (ROOT / "static/vendor/htmx/README.md").read_text().startswith(f"# htmx {versions.HTMX}\n")
    )


def test_every_link_to_the_runbook_leads_to_its_recipe(log_in: LogIn) -> None:
    admin = log_in(Role.ADMIN)
    runbook = admin.get("/settings/runbook").text
    anchors = re.findall(r'href="/settings/runbook#([a-z-]+)"', admin.get("/settings").text)
    assert {"start", "upgrade", "back-up", "restore", "lost-admin"} <= set(anchors)
    for anchor in anchors:
        assert f'id="{anchor}"' in runbook


def test_the_runbook_begins_with_links_to_all_its_recipes(log_in: LogIn) -> None:
    page = log_in(Role.ADMIN).get("/settings/runbook").text
    contents, _, rest = page.partition('id="contents"')[2].partition("</nav>")
    anchors = re.findall(r'href="#([a-z0-9-]+)"', contents)
    assert len(anchors) > 15
    assert anchors == re.findall(r'<h2 id="([a-z0-9-]+)"', rest.partition("</main>")[0])
    assert page.index('id="contents"') < page.index('class="code"')


def test_it_says_when_the_last_good_backup_was_made_and_that_one_failed(
    admin: Visitor, app: Flask, clock: TestClock
) -> None:
    assert "No good backup yet" in admin.get("/settings").words
    log = app.extensions["services"].backups.log
    log.note_good(Path("copy.sqlite3"), clock())
    page = admin.get("/settings")
    assert "Last good backup" in page.words
    assert "why the last backup failed" not in page.words
    log.note_failed("/var/backups can't be used: No space left on device.", clock())
    page = admin.get("/settings")
    assert "why the last backup failed" in page.words
    assert "/var/backups" not in page.text
