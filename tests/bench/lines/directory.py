"""P10: a directory of 1,000,000 users, on SQLite and on a private PostgreSQL.

The times are those in the database, of one connection, after the first answers.
"""

import contextlib
import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, text

from dashboard.services.directory import typos
from dashboard.store.db.database import Database
from dashboard.store.directory import lookup, rows
from dashboard.store.directory.search import Sort
from tests.bench.bench import Bench
from tests.bench.directory_asks import KINDS, Ask, Took, Watch, deep_pages, took, word
from tests.bench.directory_fill import NEWEST_AT, fill, someone
from tests.bench.figures import Figure
from tests.support.private_servers import postgres_server

USERS, TIMES, PAGES = 1_000_000, 200, 100
FIND_MS = {"SQLite": 30, "PostgreSQL": 60}
COUNT_MS, WHOLE_MS, NEAR_MS = 30, 5, 100
DEEP = 1.2
UNCHANGED_MS, NEW_MS, BYTES = 0.05, 0.5, 700
CHANGED = "with another status"
SWEPT_AT = NEWEST_AT + timedelta(days=2)


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure on either engine; `DIRECTORY_USERS` gives another number of users."""
    users = int(os.environ.get("DIRECTORY_USERS", USERS))
    bench.folder.mkdir(parents=True, exist_ok=True)
    for engine in (_sqlite, _postgresql):
        with engine(bench.folder) as database, contextlib.closing(database):
            yield from _measured(database, users)


@contextlib.contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    yield Database(f"sqlite:///{folder / 'directory.sqlite3'}")


@contextlib.contextmanager
def _postgresql(_folder: Path) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as own, postgres_server(Path(own)) as server:
        yield Database(server.make_database())


def _measured(database: Database, users: int) -> Iterator[Figure]:
    database.upgrade()
    began = time.monotonic()
    fill(database, users)
    rate = users / (time.monotonic() - began)
    name = "SQLite" if database.is_file else "PostgreSQL"
    yield Figure(name, f"{users:,} users: built", f"{rate:,.0f} users/s")
    yield from of_size(database, name, users)
    yield from of_searches(database, name, users)
    yield from of_whole(database, name, users)
    yield from of_pages(database, name, users)
    yield from of_a_sweep(database, name, users)


def of_size(database: Database, name: str, users: int) -> Iterator[Figure]:
    """Yield what a user takes on the disk."""
    if database.is_file:
        with database.read() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()
        size = Path(str(database.engine.url.database)).stat().st_size
    else:
        with database.read() as connection:
            asked = text("SELECT pg_total_relation_size('directory')")
            size = connection.execute(asked).scalar_one()
    each = size / users
    yield Figure(name, "on the disk", f"{each:.0f} B/user", goal=f"≤ {BYTES}", holds=each <= BYTES)


def of_searches(database: Database, name: str, users: int) -> Iterator[Figure]:
    """Yield how long finds and counts take."""
    took(database, itertools.islice(KINDS[0].finds(users, TIMES), 20))
    for kind in KINDS:
        yield _figure(
            name, f"{kind.name}: page", took(database, kind.finds(users, TIMES)), FIND_MS[name]
        )
        yield _figure(
            name, f"{kind.name}: count", took(database, kind.counts(users, TIMES)), COUNT_MS
        )


def of_whole(database: Database, name: str, users: int) -> Iterator[Figure]:
    """Yield how long a whole email, phone or ID takes, and a name with a typo."""
    numbers = range(0, users, users // TIMES)
    known = [someone(number) for number in numbers]
    asks: dict[str, tuple[int, list[Ask]]] = {
        "a whole email": (WHOLE_MS, [partial(_email, each.email) for each, _ in known]),
        "a whole phone": (WHOLE_MS, [partial(_phone, each.phone or "") for each, _ in known]),
        "an ID": (WHOLE_MS, [partial(_id, each.user_id) for each, _ in known]),
        "near misses of a name": (NEAR_MS, [partial(_near, name) for _, name in known]),
    }
    for what, (goal, each) in asks.items():
        yield _figure(name, what, took(database, iter(each)), goal)


def _email(email: str, connection: Connection) -> object:
    return lookup.of_emails(connection, [email])


def _phone(phone: str, connection: Connection) -> object:
    return lookup.of_phones(connection, [phone.removeprefix("+")])


def _id(user_id: UUID, connection: Connection) -> object:
    return rows.get(connection, [user_id])


def _near(name: str, connection: Connection) -> object:
    return typos.find_near(connection, [word(each[:2] + each[3:]) for each in name.split()[:2]])


def of_pages(database: Database, name: str, users: int) -> Iterator[Figure]:
    """Yield what deep pages cost beside the first, in every order."""
    for sort in Sort:
        pages = deep_pages(database, sort, users)
        first = pages.pop("first")
        ratio = max(each.p50 for each in pages.values()) / first.p50
        told = ", ".join(f"{page} {each.p50:.2f}" for page, each in pages.items())
        yield Figure(
            name,
            f"sorted by {sort}: p50 beside the first page's",
            f"{ratio:.2f}×: {first.p50:.2f} ms, {told}",
            goal=f"≤ {DEEP}×",
            holds=ratio <= DEEP,
        )


def of_a_sweep(database: Database, name: str, users: int) -> Iterator[Figure]:
    """Yield what a swept user costs: a page of 100 in a transaction."""
    for what, goal, first in (
        ("unchanged", UNCHANGED_MS, 0),
        (CHANGED, NEW_MS, users // 2),
        ("new", NEW_MS, users),
    ):
        watch = Watch()
        for page in range(PAGES):
            numbers = range(first + page * 100, first + page * 100 + 100)
            seen = [someone(number)[0] for number in numbers]
            if what == CHANGED:
                seen = [replace(user, status="frozen") for user in seen]
            with watch.once(shared_by=len(seen)), database.write() as connection:
                rows.record(connection, seen, SWEPT_AT, sweep=2)
        each = watch.took
        yield Figure(
            name,
            f"a swept user, {what}",
            f"{each.p50:.3f} ms, p95 {each.p95:.3f} (processor {each.busy_p50:.3f})",
            goal=f"≤ {goal} ms",
            holds=each.p50 <= goal,
        )


def _figure(name: str, what: str, took: Took, goal: float) -> Figure:
    return Figure(
        name,
        what,
        f"{took.p50:.1f} ms, p95 {took.p95:.1f} (processor {took.busy_p95:.1f})",
        goal=f"p95 < {goal:g} ms",
        holds=took.p95 < goal,
    )
