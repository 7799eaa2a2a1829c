"""How users get on: the time to active, and each week, as a plain reading of the rows has it."""

import html
import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from dashboard.services.permissions import Role
from dashboard.services.readers import Reader
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.schema import directory
from tests.support.browsing import Page
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.support.sampling import few_of

pytestmark = pytest.mark.on_postgres

ZONES = [ZoneInfo(name) for name in ("UTC", "America/Bogota", "Pacific/Kiritimati")]


@dataclass(frozen=True)
class Times:
    """When a user registered, was started, and became active, in hours before now."""

    registered: int
    started: int | None = None
    active: int | None = None


MOMENTS = st.integers(0, 24 * 70)
PEOPLE = st.lists(
    st.builds(
        Times,
        MOMENTS,
        st.none() | MOMENTS,
        st.none() | st.integers(0, 24 * 40) | st.integers(24 * 28, 24 * 31),
    ),
    max_size=40,
)


def put(database: Database, people: Sequence[Times], now: datetime) -> None:
    """Fill the directory with users of these times, and with no one else."""

    def at(hours: int | None) -> datetime | None:
        return None if hours is None else now - timedelta(hours=hours)

    fill(database, [], now)
    with database.write() as connection:
        connection.execute(delete(directory))
        for number, times in enumerate(people):
            user = replace(someone(number + 1), registered_at=at(times.registered))
            row = rows.new_row(user, now, 1)
            connection.execute(insert(directory).values(**row))
            known = {"kyc_started_at": at(times.started), "became_active_at": at(times.active)}
            here = directory.c.user_id == user.user_id
            connection.execute(update(directory).where(here).values(**known))


@settings(max_examples=few_of(60))
@given(people=PEOPLE, zone=st.sampled_from(ZONES))
def test_numbers_are_those_of_a_plain_reading(
    app: Flask, database: Database, clock: TestClock, people: list[Times], zone: ZoneInfo
) -> None:
    now = clock().replace(minute=30)
    put(database, people, now)
    progress = cast("Services", app.extensions["services"]).overview.progress.read(
        Reader(1, zone, names_hidden=False)
    )
    today = clock().astimezone(zone).date()

    def day(hours: int | None) -> date | None:
        moment = None if hours is None else now - timedelta(hours=hours)
        return moment.astimezone(zone).date() if moment else None

    for week in progress.weeks:
        days = {week.begins + timedelta(days=each) for each in range(7)}
        assert week.users == (
            sum(day(each.registered) in days for each in people),
            sum(day(each.started) in days for each in people),
            sum(day(each.active) in days for each in people),
        )
    assert progress.weeks[-1].begins == today - timedelta(days=today.weekday())

    first = today - timedelta(days=29)
    recent = [
        each
        for each in people
        if each.started is not None and (day(each.active) or date.min) >= first
    ]
    took = sorted(
        each.started - each.active
        for each in recent
        if each.started is not None and each.active is not None and each.started >= each.active
    )
    time = progress.time_to_active
    assert time.counted.users == len(recent)
    if len(took) < 5:
        assert time.took is None
        return
    assert time.took
    assert time.took.median == timedelta(hours=statistics.median(took))
    assert time.took.most == timedelta(hours=took[math.ceil(len(took) * 0.9) - 1])


def cards(page: Page) -> dict[str, str]:
    """Return the cards of the chart and of the time."""
    return {
        name: page.text.split(f'id="{name}"')[1].split("</section>")[0]
        for name in ("weeks", "time")
    }


def test_each_number_opens_exactly_its_users(
    log_in: LogIn, database: Database, clock: TestClock
) -> None:
    people = [Times(24 * days, 24 * days - 5, 24 * days - 5 - days) for days in range(1, 30, 3)]
    put(database, [*people, Times(500), Times(300, 200)], clock())
    visitor = log_in(Role.SUPPORT)
    page = visitor.get("/")
    found = [
        (html.unescape(path), number)
        for card in cards(page).values()
        for path, number in re.findall(r'<a href="(/users[^"]+)">(\d+)</a>', card)
    ]
    assert len(found) == 8 * 3 + 1
    for path, number in found:
        assert len(shown(visitor.get(f"{path}&limit=100"))) == int(number), path
    assert found[-1][1] == str(len(people))
    assert "Median 14 hours 9 of 10 within 25 hours Users 10" in page.words


def test_a_median_of_few_is_not_told(log_in: LogIn, database: Database, clock: TestClock) -> None:
    put(database, [Times(100, 90, 80 - each) for each in range(4)], clock())
    page = log_in(Role.SUPPORT).get("/")
    assert "Median" not in page.words
    assert "Users 4 Too few users for a median." in page.words


def test_the_chart_has_a_bar_for_each_number_of_the_table(
    log_in: LogIn, database: Database, clock: TestClock
) -> None:
    put(database, [Times(1), Times(2), Times(2, 1), Times(24 * 50)], clock())
    card = cards(log_in(Role.SUPPORT).get("/"))["weeks"]
    bars = [float(height) for height in re.findall(r'<rect[^>]* height="([\d.]+)"', card)]
    numbers = [int(each) for each in re.findall(r'<td class="end"><a[^>]*>(\d+)</a>', card)]
    assert len(bars) == len(numbers) == 24
    assert bars == [round(100 * each / max(numbers), 1) for each in numbers]


def test_no_number_leads_anywhere_while_our_copy_has_not_everyone(log_in: LogIn) -> None:
    page = log_in(Role.SUPPORT).get("/")
    for card in cards(page).values():
        assert "/users" not in card
        assert "isn’t complete" in card
