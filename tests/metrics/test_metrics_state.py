"""What the worker tells about the work that is to be done, from the database."""

import contextlib
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dashboard.config.settings import Config
from dashboard.metrics.state import StateCollector
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.audit.log import Outcome
from dashboard.services.permissions import Role
from dashboard.services.recorder.budgets import STRANGERS
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.services.registry import Services
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.staff.members import StaffMember
from dashboard.wiring import build_services
from tests.rules.test_statements import counted
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.following import Followers, followers_of
from tests.support.pages import jobs
from tests.support.people import LogIn
from tests.support.servers.scraping import Scrape
from tests.support.servers.simulator_process import RunningSimulator

MOST_STATEMENTS = 20


@pytest.fixture
def services(config: Config, database: Database, clock: TestClock) -> Services:
    return build_services(config, database, clock)


def state(services: Services) -> Scrape:
    registry = CollectorRegistry()
    registry.register(StateCollector(services))
    return Scrape(generate_latest(registry).decode())


@pytest.fixture
def followers(
    config: Config, database: Database, clock: TestClock, simulator: RunningSimulator
) -> Followers:
    return followers_of(config, database, clock, simulator)


def test_the_lag_is_how_long_the_most_overdue_check_is_due(followers: Followers) -> None:
    first, second, third, *_ = followers.pending()
    assert state(followers.services).total("dashboard_follow_lag_seconds") == 0
    followers.wait(first, timedelta(minutes=30), timedelta(minutes=1))  # every 2 minutes
    assert state(followers.services).total("dashboard_follow_lag_seconds") == 0
    followers.wait(second, timedelta(minutes=40), timedelta(minutes=9))
    followers.wait(third, timedelta(hours=3), timedelta(minutes=13))  # every 10 minutes
    assert state(followers.services).total("dashboard_follow_lag_seconds") == pytest.approx(
        7 * 60, abs=5
    )


def test_rows_of_jobs_are_counted_by_kind_and_state(log_in: LogIn, services: Services) -> None:
    rows = {"kind": "register", "state": "waiting"}
    assert state(services).total("dashboard_job_rows", **rows) == 0
    jobs.start(log_in(Role.ONBOARDING), jobs.table(jobs.emails(3)))
    found = state(services)
    assert found.total("dashboard_job_rows", **rows) == 3
    assert found.total("dashboard_job_rows") == 3


def test_a_breaker_that_opens_and_a_pause_are_told(
    support: Visitor, services: Services, simulator: RunningSimulator, only_member: StaffMember
) -> None:
    assert state(services).total("dashboard_breaker_open") == 0
    simulator.set_faults([{"status": 503}])
    for _ in range(3):
        support.http.get("/users")
    assert state(services).total("dashboard_breaker_open") == 1
    assert state(services).total("dashboard_api_calls_paused") == 0
    services.credentials.freeze.freeze("The API moves", Actor(only_member.id))
    assert state(services).total("dashboard_api_calls_paused") == 1


def test_a_scrape_costs_the_same_however_much_there_is(
    services: Services, database: Database, followers: Followers
) -> None:
    with counted() as few:
        state(services)
    fill(database, map(someone, range(500)))
    for user in followers.pending():
        followers.wait(user, timedelta(minutes=30), timedelta(minutes=9))
    with counted() as many:
        state(services)
    assert len(many) == len(few) <= MOST_STATEMENTS, many


def test_a_database_that_is_gone_is_told(services: Services, database: Database) -> None:
    assert state(services).total("dashboard_state_readable") == 1
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE job_rows RENAME TO elsewhere")
    found = state(services)
    assert found.total("dashboard_state_readable") == 0
    assert [name for name, _, _ in found.samples()] == ["dashboard_state_readable"]


def test_what_the_audit_log_only_counts_is_told_once_and_what_is_rolled_back_never(
    database: Database, chain: Chain, clock: TestClock
) -> None:
    told: list[tuple[str, str]] = []
    watched = Chain(chain.keys, chain.environment, lambda *entry: told.append(entry))
    recorder = AuditRecorder(watched, clock)
    tries = STRANGERS.rows + 7
    for _ in range(tries):
        with database.write() as connection:
            details = {"cause": "password", "address": "203.0.113.4"}
            recorder.note(
                connection, Action.LOG_IN, Actor(None), None, Outcome.REJECTED, STRANGERS, details
            )
    assert told == [("auth:login", "rejected")] * tries
    clock.advance(hours=2)
    with database.write() as connection:
        recorder.append_sums(connection)
    assert len(told) == tries
    with contextlib.suppress(RuntimeError), database.write() as connection:
        recorder.record(connection, Action.TAGS_SET, Actor(None))
        raise RuntimeError
    assert len(told) == tries
