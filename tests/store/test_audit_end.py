"""The end of the audit: what the owner of the database can cut off does not go unseen."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Column, Connection, insert, select, update

from dashboard.store.audit import chain as audit
from dashboard.store.audit import check as audit_check
from dashboard.store.audit import head as audit_head
from dashboard.store.audit.chain import Chain, ChainFault, FindingKind, signed
from dashboard.store.db.database import Database
from dashboard.store.db.migrate import upgrade
from dashboard.store.schema import audit as rows
from dashboard.store.schema import meta
from dashboard.store.staff import members as staff
from tests.store.test_audit import ROWS, entry
from tests.store.test_audit import chain as chain  # noqa: PLC0414  a fixture
from tests.store.test_audit import filled as filled  # noqa: PLC0414  a fixture
from tests.support import databases
from tests.support.databases import behind_our_back, unprotect

CUT = ROWS - 2
Trick = Callable[[Connection], None]


def verified(database: Database, chain: Chain) -> ChainFault | None:
    with database.read() as connection:
        return audit_check.verify(connection, chain.keys)


def known(connection: Connection) -> str:
    return str(connection.execute(select(meta.c.value).where(meta.c.name == "audit_head")).scalar())


def say(connection: Connection, value: str) -> None:
    connection.execute(update(meta).where(meta.c.name == "audit_head").values(value=value))


def cut(database: Database, trick: Trick = lambda _: None) -> None:
    """Delete the last rows, as the database's owner can."""
    with behind_our_back(database) as connection:
        unprotect(connection)
        connection.execute(rows.delete().where(rows.c.seq > CUT))
        trick(connection)


def nothing(_connection: Connection) -> None:
    """Leave what is known of the end."""


def forget(connection: Connection) -> None:
    connection.execute(meta.delete().where(meta.c.name == "audit_head"))


def as_after_an_upgrade(connection: Connection) -> None:
    last = audit.head(connection)
    say(connection, f"{last.seq}:{last.mac}:")


def with_the_signature_of_another(connection: Connection) -> None:
    last, signature = audit.head(connection), known(connection).split(":", 2)[2]
    say(connection, f"{last.seq}:{last.mac}:{signature}")


def with_the_row_s_own_mac(connection: Connection) -> None:
    last, key_id = audit.head(connection), known(connection).split(":")[2]
    say(connection, f"{last.seq}:{last.mac}:{key_id}:{last.mac}")


TRICKS = (
    nothing,
    forget,
    as_after_an_upgrade,
    with_the_signature_of_another,
    with_the_row_s_own_mac,
)


def test_a_whole_audit_holds(filled: Database, chain: Chain) -> None:
    assert verified(filled, chain) is None


def test_an_empty_one_too(database: Database, chain: Chain) -> None:
    assert verified(database, chain) is None


@pytest.mark.parametrize("trick", TRICKS)
def test_a_cut_end_is_found_without_a_note(filled: Database, chain: Chain, trick: Trick) -> None:
    cut(filled, trick)
    assert verified(filled, chain) == ChainFault(CUT, FindingKind.END_LOST)


@pytest.mark.parametrize("trick", TRICKS)
def test_it_is_still_found_once_the_dashboard_has_appended_more(
    filled: Database, chain: Chain, trick: Trick
) -> None:
    cut(filled, trick)
    for _ in range(ROWS):
        with filled.write() as connection:
            audit.append(connection, chain, entry())
    assert verified(filled, chain) == ChainFault(CUT + ROWS, FindingKind.END_LOST)


def test_an_audit_that_was_emptied_is_found(filled: Database, chain: Chain) -> None:
    with behind_our_back(filled) as connection:
        unprotect(connection)
        connection.execute(rows.delete())
    assert verified(filled, chain) == ChainFault(0, FindingKind.END_LOST)


POINTERS = [
    column
    for table in rows.metadata.sorted_tables
    for column in table.c
    if any(key.column is rows.c.seq for key in column.foreign_keys)
]


@pytest.mark.parametrize("column", POINTERS, ids=lambda column: f"{column.table.name}")
def test_whatever_points_past_the_end_is_an_error(
    filled: Database, chain: Chain, column: "Column[object]"
) -> None:
    with filled.write() as connection:
        staff_id = staff.add(connection, "a@example.com", "A", "", datetime.now(UTC))
    filler = {"TEXT": "x", "DATETIME": datetime.now(UTC), "CHAR(32)": uuid4()}
    with behind_our_back(filled) as connection:
        unprotect(connection)
        values = {
            each.name: filler.get(str(each.type), staff_id)
            for each in column.table.c
            if not each.nullable and not (each.primary_key and str(each.type) == "INTEGER")
        }
        if column.table is rows:
            row = update(rows).where(rows.c.seq == 1).values(attempt_seq=ROWS + 1)
            connection.execute(row)
        else:
            connection.execute(insert(column.table).values({**values, column.name: ROWS + 1}))
    found = verified(filled, chain)
    expected = FindingKind.CHANGED if column.table is rows else FindingKind.POINTED_AT
    assert found
    assert found.kind is expected


def test_rows_of_an_older_version_hold_as_they_are_after_the_upgrade(
    tmp_path: Path, chain: Chain
) -> None:
    database = databases.make(tmp_path)
    with database.write() as connection:
        upgrade(connection, "0007")
    macs = [_append_as_before(database, chain, seq) for seq in range(1, 4)]
    database.upgrade()
    assert verified(database, chain) is None
    with database.write() as connection:
        audit.append(connection, chain, entry())
    assert verified(database, chain) is None
    with database.read() as connection:
        found = list(connection.execute(select(rows.c.mac, rows.c.actor_name).order_by(rows.c.seq)))
        assert audit_head.find(connection, chain.keys)[1]
    assert [tuple(row) for row in found[:3]] == [(mac, None) for mac in macs]
    database.close()


def test_an_older_row_cannot_be_given_a_name_nor_a_newer_one_lose_it(
    filled: Database, chain: Chain
) -> None:
    for value in (None, "Ana"):
        with behind_our_back(filled) as connection:
            unprotect(connection)
            connection.execute(update(rows).where(rows.c.seq == 2).values(actor_name=value))
        assert verified(filled, chain) == ChainFault(2, FindingKind.CHANGED)


def _append_as_before(database: Database, chain: Chain, seq: int) -> str:
    """Append a row as version 0007 did: without an actor."""
    key = chain.keys.current
    with database.write() as connection:
        last = connection.exec_driver_sql("SELECT mac FROM audit ORDER BY seq DESC").scalar()
        values = {
            **dict.fromkeys(("staff_id", "subject_kind", "subject_id", "attempt_seq")),
            **dict.fromkeys(("intent", "reason", "request_id")),
            "at": datetime.now(UTC),
            "action": "auth:login",
            "seq": seq,
            "outcome": "succeeded",
            "details": "{}",
            "environment": "local",
            "key_id": key.id,
            "prev": last or "",
        }
        connection.execute(insert(rows).values(**values, mac=key.mac(signed(values))))
    return key.mac(signed(values))
