"""The migration of the desk fills its columns as the product writes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, insert, select

from dashboard.store.db.database import Database
from dashboard.store.db.migrate import upgrade
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import directory, sightings
from dashboard.store.schema import inquiries as inquiries_table
from dashboard.store.users import sightings as sightings_store
from tests.support import databases
from tests.support.directory import START, someone

NOW = START + timedelta(days=30, microseconds=123_456)
USERS = [someone(number) for number in range(1, 49)]
UNNAMED = someone(99).user_id
STATES = tuple(InquiryState)
NEW = (
    "kyc_state",
    "kyc_started_at",
    "kyc_staff_id",
    "waits_from_at",
    "became_active_at",
    "closed_at",
)
LATER = ("owner_id", "owner_active_at", "snoozed_until_at", "is_test", "is_named")


def fill(database: Database) -> None:
    """Write users who change, vanish and have up to five inquiries of all kinds."""
    before = [
        replace(each, status="pending" if number % 4 else "banned")
        for number, each in enumerate(USERS[::2])
    ]
    with database.write() as connection:
        for seen, at in ((before, NOW - timedelta(days=9)), (USERS, NOW)):
            sightings_store.record(connection, seen, at)
            rows.record(connection, seen, at)
        for number, user in enumerate(USERS):
            for place in range(number % 6):
                inquiry = Inquiry(
                    user_id=user.user_id,
                    state=STATES[(number // 6 + place) % 3],
                    started_at=NOW - timedelta(hours=number, microseconds=place * 1001),
                    source=tuple(InquirySource)[(number // 5 + place) % 2],
                )
                inquiries.add(connection, inquiry, None)
        for started_at in (NOW, NOW):
            inquiries.add(connection, Inquiry(UNNAMED, InquiryState.HELD, started_at), None)
        for user in USERS[::11]:
            rows.mark_gone(connection, user.user_id, NOW + timedelta(hours=1))


def read(database: Database, table: Table) -> Sequence[Row[*tuple[Any, ...]]]:
    with database.read() as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()


def test_the_migration_fills_the_columns_as_the_product_does(tmp_path: Path) -> None:
    folders = [tmp_path / "as_written", tmp_path / "upgraded"]
    for folder in folders:
        folder.mkdir()
    written, upgraded = map(databases.make, folders)
    written.upgrade()
    fill(written)
    with upgraded.write() as connection:
        upgrade(connection, "0016")
        for table in (directory, sightings, inquiries_table):
            for row in read(written, table):
                values = {key: each for key, each in row._mapping.items() if key not in NEW + LATER}  # noqa: SLF001  documented
                connection.execute(insert(table).values(**values))
        upgrade(connection)
    told, upgraded_to = read(written, inquiries_table), read(upgraded, inquiries_table)
    assert [row for row in told if not row.is_named] == [r for r in told if r.user_id == UNNAMED]
    assert upgraded_to == told
    before, after = read(written, directory), read(upgraded, directory)
    assert len({row.kyc_state for row in before}) == len(STATES) + 1
    assert sum(row.closed_at is not None for row in before) > 3
    assert [row._mapping for row in after] == [row._mapping for row in before]  # noqa: SLF001  documented
    for database, folder in zip((written, upgraded), folders, strict=True):
        database.close()
        databases.drop(folder)
