"""Sweeps over the simulator's list, in every shape: no one is missed, no one doubled."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import rows, sweeps
from dashboard.store.directory.sweeps import Result, Sweep
from dashboard.store.schema import directory
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import someone
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["services"]
    return found


def last(database: Database) -> Sweep:
    with database.read() as connection:
        found = sweeps.find_last(connection)
    assert found
    return found


def listed(database: Database) -> list[UUID]:
    with database.read() as connection:
        return list(connection.execute(select(directory.c.user_id)).scalars())


def sweep(services: Services, database: Database, clock: TestClock) -> Sweep:
    """Work until the sweep is over."""
    for _ in range(500):
        clock.advance(seconds=services.directory.sync.work().total_seconds())
        with database.read() as connection:
            found = sweeps.find_last(connection)
        if found and not found.is_running:
            return found
    raise AssertionError("The sweep does not end.")


@pytest.mark.parametrize(
    "rivals",
    [
        {},
        {"list_order": "oldest"},
        {"list_paging": "cursor"},
        {"list_counters": "none"},
        {"list_counters": "none", "list_order": "oldest"},
        {"list_params": "short"},
        {"list_items": "body"},
    ],
)
def test_a_sweep_reads_everyone_whatever_the_shape_of_the_list(
    services: Services,
    database: Database,
    simulator: RunningSimulator,
    clock: TestClock,
    rivals: dict[str, object],
) -> None:
    simulator.set_rivals(**rivals)
    done = sweep(services, database, clock)
    assert done.result is Result.COMPLETE, done
    users = [UUID(user["id"]) for user in simulator.users()]
    assert sorted(listed(database)) == sorted(users)
    assert done.seen == len(users)


def test_the_list_does_not_have_more_users_of_ours_than_the_api_has(
    services: Services,
    database: Database,
    support: Visitor,
    simulator: RunningSimulator,
    clock: TestClock,
) -> None:
    sweep(services, database, clock)
    users = len(simulator.users())
    assert f"Our copy: {users} of {users} users, newest" in support.get("/users").words
    with database.write() as connection:  # since the API last gave its total
        rows.record(connection, [someone(1)], clock())
    clock.advance(minutes=2)  # the page counts again
    assert f"Our copy: {users + 1} users, newest" in support.get("/users").words
