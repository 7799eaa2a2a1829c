"""`python -m dashboard doctor`: what it finds, its fixes, and what it does not touch."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.cli.doctor import CHECK_WIDTH
from dashboard.config.settings import load_config
from dashboard.partner.errors import HELD_BACK, UnavailableKind
from dashboard.services.diagnostics.call_failures import _UNREACHED
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.wiring import now
from tests.contract.conftest import SHAPES
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.sampling import one_in
from tests.support.servers.places import closed_port, wait_for_the_resolver
from tests.support.servers.simulator_process import RunningSimulator, start_simulator
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

Doctor = Callable[..., Done]
pytestmark = pytest.mark.long  # each starts processes of its own
USERS = "/api/v1/partner/users"


@pytest.fixture
def doctor(
    run: Run,
    settings: dict[str, str],
    staff: Staff,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Doctor:
    """Run it where an admin may log in and the worker runs, with these settings changed."""
    WorkerHeartbeat(database, now).note()
    staff.add("admin@example.com", "Ana", secrets.token_urlsafe(16), [Role.ADMIN])
    monkeypatch.chdir(tmp_path)
    return lambda **changed: run("doctor", settings={**settings, **changed})


def complaints(done: Done) -> list[str]:
    """Return the checks that complained."""
    line = rf"^(?:WARNING |ERROR   ) (.{{{CHECK_WIDTH}}}) "
    found = re.findall(line, done.stdout, re.MULTILINE)
    return [check.strip() for check in found]


def test_all_is_well_in_few_reads(doctor: Doctor, simulator: RunningSimulator) -> None:
    done = doctor()
    assert (done.returncode, complaints(done), done.stderr) == (0, [], "")
    assert "No problems found." in done.stdout
    assert {(call.method, call.path) for call in simulator.requests()} == {("GET", USERS)}
    assert len(simulator.requests()) <= 8


@pytest.mark.parametrize("shape", one_in(4, SHAPES))  # the contract's tests look at each
def test_every_rival_of_the_list_and_of_errors_is_a_list(
    doctor: Doctor, simulator: RunningSimulator, shape: str
) -> None:
    simulator.set_rivals(**SHAPES[shape])
    done = doctor()
    assert (done.returncode, complaints(done)) == (0, [])
    items = SHAPES[shape].get("list_items", "data.users")
    stands_in = "the body itself, which is a list;" if items == "body" else items
    assert f"Users are in {stands_in}" in done.stdout


@pytest.mark.parametrize(
    ("rivals", "setting"),
    [
        (
            {"list_params": "snake"},
            "limit=page_size,country_code=country_code,user_type=user_type,search=query",
        ),
        ({"list_params": "short"}, "limit=per_page,country_code=country,user_type=type,search=q"),
        (
            {"list_params": "short", "list_paging": "cursor", "list_items": "data"},
            "limit=per_page,country_code=country,user_type=type,search=q",
        ),
        (
            {"list_params": "snake", "list_counters": "none", "list_items": "users"},
            "limit=page_size,country_code=country_code,user_type=user_type,search=query",
        ),
    ],
)
def test_parameters_of_other_names_are_found_and_its_cure_is_all_it_takes(
    doctor: Doctor,
    settings: dict[str, str],
    simulator: RunningSimulator,
    clock: TestClock,
    staff: Staff,
    rivals: dict[str, object],
    setting: str,
) -> None:
    simulator.set_rivals(**rivals)
    done = doctor()
    assert done.returncode == 1
    assert complaints(done) == [
        "list limit", "list country_code", "list user_type", "list search",
    ]  # fmt: skip
    assert f"Set PARTNER_LIST_PARAMS={setting}\n" in done.stdout
    assert len(simulator.requests()) <= 15
    cured = {"PARTNER_LIST_PARAMS": setting}
    assert doctor(**cured).returncode == 0
    password = secrets.token_urlsafe(16)
    staff.add("first@example.com", "First", password, [Role.SUPPORT])
    visitor = Visitor(create_app(load_config(None, **settings, **cured), clock))
    visitor.log_in("first@example.com", password)
    page = visitor.get("/users?status=pending&country=CO&limit=10")
    assert "ignored" not in page.words
    assert {user["countryCode"] for user in simulator.users() if user["email"] in page.words} == {
        "CO"
    }


def test_what_no_name_cures_says_where_to_look(doctor: Doctor, simulator: RunningSimulator) -> None:
    simulator.set_rivals(
        list_params="short", ignored_filters=["status", "countryCode", "userType", "search"]
    )
    done = doctor()
    assert done.returncode == 1
    assert set(complaints(done)) == {
        "list limit", "list status", "list country_code", "list user_type", "list search",
    }  # fmt: skip
    assert "Set PARTNER_LIST_PARAMS=limit=per_page\n" in done.stdout
    assert "PARTNER_LIST_PARAMS=limit=per_page,status=THEIR_NAME" in done.stdout
    assert len(simulator.requests()) <= 15


def test_an_unknown_list_says_what_came_and_what_to_report(
    doctor: Doctor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_unknown="yes")
    done = doctor()
    assert (done.returncode, complaints(done)) == (2, ["list shape"])
    assert "records: list" in done.stdout
    assert "report this line" in done.stdout


def test_an_empty_list_is_told(doctor: Doctor, simulator: RunningSimulator) -> None:
    simulator.set_faults([{"body": "hollow"}])
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["list parameters"])


@pytest.mark.parametrize("ignored", [[], ["search", "status"]])
def test_a_list_of_one_user_shows_what_it_can(
    doctor: Doctor, tmp_path: Path, ignored: list[str]
) -> None:
    with start_simulator(tmp_path, users=1) as small:
        small.set_rivals(ignored_filters=ignored)
        done = doctor(
            PARTNER_API_URL=small.base_url,
            PARTNER_API_KEY=small.first.api_key,
            PARTNER_API_SECRET=small.first.api_secret,
        )
    assert sorted(complaints(done)) == [f"list {name}" for name in ignored]
    assert "Not tested: the list is too short" in done.stdout


def test_a_row_that_cannot_be_read_is_named_only_by_its_field(
    doctor: Doctor, simulator: RunningSimulator
) -> None:
    simulator.add_user({"id": "nobody", "email": "hostile@example.com", "status": "active"})
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["list rows"])
    assert "Rows that can't be read completely: 1 of 20 (id: not a UUID)" in done.stdout
    assert "hostile@example.com" not in done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "check", "said"),
    [
        ({"status": 403}, "credentials", "403"),
        ({"status": 404}, "address", "host only, without /api/v1/partner"),
        ({"status": 400}, "list", "PARTNER_LIST_PARAMS"),
        ({"status": 429, "retry_after_s": 60}, "limit", "asks us to wait 60 s"),
        ({"status": 503}, "connection", "status 503"),
        ({"reset": "before"}, "connection", "broke off"),
        ({"latency_ms": 6000}, "connection", "within 5 s"),
        ({"body": "html"}, "list shape", "not JSON"),
    ],
)
def test_each_failure_of_the_upstream_is_told_apart_with_its_cure(
    doctor: Doctor, simulator: RunningSimulator, fault: dict[str, object], check: str, said: str
) -> None:
    simulator.set_faults([fault])
    done = doctor()
    assert (done.returncode, complaints(done)) == (2, [check])
    assert said in done.stdout
    assert len(simulator.requests()) <= 3


def test_an_upstream_that_is_not_reached_is_told_apart(
    doctor: Doctor, simulator: RunningSimulator
) -> None:
    wait_for_the_resolver("no-such-host.invalid")
    for url, said in (
        (f"http://127.0.0.1:{closed_port()}", "the connection was refused"),
        ("https://no-such-host.invalid", "DNS has no host"),
        (simulator.base_url.replace("http:", "https:"), "didn't prove its identity"),
    ):
        done = doctor(PARTNER_API_URL=url)
        assert (done.returncode, complaints(done)) == (2, ["connection"]), url
        assert said in done.stdout


def test_every_way_not_to_be_reached_has_words_and_a_cure_of_its_own() -> None:
    assert set(_UNREACHED) == set(UnavailableKind) - HELD_BACK  # which the doctor never is
    assert len(set(_UNREACHED.values())) == len(_UNREACHED)


def test_wrong_credentials_are_named_and_neither_they_nor_people_are_printed(
    doctor: Doctor, settings: dict[str, str], simulator: RunningSimulator
) -> None:
    wrong = {"PARTNER_API_SECRET": "qash_secret_live_" + secrets.token_hex(20)}
    refused = doctor(**wrong)
    assert (refused.returncode, complaints(refused)) == (2, ["credentials"])
    assert "runbook.md, Credentials refused" in refused.stdout
    simulator.set_rivals(list_params="short")
    printed = refused.stdout + doctor(PARTNER_API_SECRET=settings["PARTNER_API_SECRET"]).stdout
    for name in ("DASHBOARD_SECRET_KEY", "PARTNER_API_KEY", "PARTNER_API_SECRET"):
        assert settings[name] not in printed
    assert wrong["PARTNER_API_SECRET"] not in printed
    for user in simulator.users():
        assert user["email"] not in printed
        assert user["id"] not in printed
