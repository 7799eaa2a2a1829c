"""Pairs of API credentials that this dashboard was given or has used, sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, FromClause, Row, Select, func, insert, select, update

from dashboard.store.db.columns import read_back
from dashboard.store.schema import api_pairs, staff
from dashboard.store.staff import names as staff_names


class Proof(StrEnum):
    """Results of testing a pair with a read."""

    SAME = "same"  # partner: it sees users we remember
    ANOTHER = "another"  # partner: it does not
    UNKNOWN = "unknown"  # accepted, and we remember no user to compare with


@dataclass(frozen=True)
class ApiPair:
    """A pair. Without `sealed` it is the environment's, or was forgotten.

    `pair` is its `Credentials.id`. Until `used_at` it is a candidate; `left_at` is when another
    one last took its place.
    """

    id: int
    pair: str
    hint: str
    sealed: str | None = field(repr=False)
    key_id: str | None
    added_by: str | None
    added_at: datetime
    proved_at: datetime | None
    proof: Proof | None
    users_same: int | None
    users_other: int | None
    used_at: datetime | None
    left_at: datetime | None
    forgotten_at: datetime | None


def add(  # noqa: PLR0913  one row, everything by name
    connection: Connection,
    *,
    pair: str,
    hint: str,
    at: datetime,
    sealed: str | None = None,
    key_id: str | None = None,
    added_by: int | None = None,
    used_at: datetime | None = None,
) -> int:
    """Keep a pair; return its number."""
    statement = insert(api_pairs).values(
        pair=pair,
        hint=hint,
        sealed=sealed,
        key_id=key_id,
        added_by=added_by,
        added_at=at,
        used_at=used_at,
    )
    return int(connection.execute(statement).inserted_primary_key[0])  # type: ignore[index]  # it has one


def kept(connection: Connection) -> list[ApiPair]:
    """Return the pairs that were not forgotten, the most recently left one first."""
    statement = _pairs().where(api_pairs.c.forgotten_at.is_(None))
    newest_first = statement.order_by(api_pairs.c.left_at.desc(), api_pairs.c.id.desc())
    return [pair_of(row) for row in connection.execute(newest_first)]


def find(connection: Connection, pair_id: int) -> ApiPair | None:
    """Return a pair that was not deleted."""
    return next((pair for pair in kept(connection) if pair.id == pair_id), None)


def hints(connection: Connection) -> dict[str, str]:
    """Return the hint of every pair that ever was, by its `Credentials.id`."""
    rows = connection.execute(select(api_pairs.c.pair, api_pairs.c.hint))
    return {row.pair: row.hint for row in rows}


def reencrypt(connection: Connection, pair_id: int, sealed: str, key_id: str) -> None:
    """Put a pair that was sealed with another key in place of what was there."""
    _change(connection, pair_id, sealed=sealed, key_id=key_id)


def prove(
    connection: Connection, pair_id: int, at: datetime, proof: Proof, same: int, other: int
) -> None:
    """Store the result of a test."""
    _change(
        connection,
        pair_id,
        proved_at=at,
        proof=proof.value,
        users_same=same,
        users_other=other,
    )


def disprove(connection: Connection, pair_id: int) -> None:
    """Clear the result of an earlier test: the pair is refused now."""
    _change(connection, pair_id, proved_at=None, proof=None, users_same=None, users_other=None)


def use(connection: Connection, pair_id: int, at: datetime) -> None:
    """Keep since when the pair is in use."""
    _change(connection, pair_id, used_at=at)


def leave(connection: Connection, pair_id: int, at: datetime) -> None:
    """Keep until when the pair was in use, and that it was, if only as the environment's."""
    _change(connection, pair_id, left_at=at, used_at=func.coalesce(api_pairs.c.used_at, at))


def forget(connection: Connection, pair_id: int, at: datetime) -> None:
    """Delete the encrypted pair; its hint stays."""
    _change(connection, pair_id, sealed=None, key_id=None, forgotten_at=at)


def columns() -> list[Any]:
    """Return the columns that `pair_of` reads, under names of their own."""
    return [
        *(column.label(f"pair_{column.name}") for column in api_pairs.c),
        staff_names.of(_adder).label("pair_added_by_name"),
    ]


def joined_adder(start: FromClause) -> FromClause:
    """Add who gave the pair to tables with `api_pairs` among them."""
    return start.outerjoin(_adder, _adder.c.id == api_pairs.c.added_by)


def pair_of(row: Row[*tuple[Any, ...]]) -> ApiPair:
    """Return the pair in a row of `columns()`."""
    values = {name: getattr(row, f"pair_{name}") for name in ApiPair.__dataclass_fields__}
    proof = read_back(Proof, row.pair_proof, Proof.UNKNOWN) if row.pair_proof else None
    return ApiPair(**{**values, "proof": proof, "added_by": row.pair_added_by_name})


_adder = staff.alias("adder")


def _pairs() -> Select[*tuple[Any, ...]]:
    return select(*columns()).select_from(joined_adder(api_pairs))


def _change(connection: Connection, pair_id: int, **to: object) -> None:
    connection.execute(update(api_pairs).where(api_pairs.c.id == pair_id).values(**to))
