"""Who has a whole value: an email, a phone number, an inquiry or a ticket. Each by an index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Column, Connection, Row, Select, bindparam, func, select

from dashboard.store.schema import directory, grants, inquiries, sightings
from dashboard.text.phones import international
from dashboard.text.search import cases

Owners = Mapping[str, frozenset[UUID]]
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
NUMBERS_AT_ONCE = 40  # each may be one of some 200 countries, and a statement has its limits


def of_emails(connection: Connection, emails: Collection[str]) -> Owners:
    """Return who had each of these emails, in the comparison form, when last seen."""
    return _owners(_rows(connection, _KEPT, emails), _rows(connection, _SEEN, emails))


def of_phones(connection: Connection, numbers: Collection[str]) -> Owners:
    """Return who has each of these phone numbers: digits, with the country's code."""
    return _owners(_rows(connection, _PHONE, numbers))


def of_national_phones(connection: Connection, numbers: Collection[str]) -> Owners:
    """Return who has each of these phone numbers, in whatever country."""
    owners: dict[str, frozenset[UUID]] = {}
    listed = list(numbers)
    for start in range(0, len(listed), NUMBERS_AT_ONCE):
        part = listed[start : start + NUMBERS_AT_ONCE]
        written = {each: number for number in part for each in international(number)}
        owners |= _owners_of(_rows(connection, _PHONE, written), written)
    return owners


def of_inquiries(connection: Connection, inquiry_ids: Collection[str]) -> Owners:
    """Return whose inquiries these are."""
    return _owners(_rows(connection, _INQUIRY, inquiry_ids))


def of_ids(connection: Connection, user_ids: Collection[str]) -> Owners:
    """Return which of these users we know."""
    if not user_ids:
        return {}
    ids = {"values": [UUID(each) for each in user_ids]}
    known = {*connection.execute(_ID, ids).scalars(), *connection.execute(_SEEN_ID, ids).scalars()}
    return {str(user_id): frozenset({user_id}) for user_id in known}


def of_tickets(connection: Connection, tickets: Collection[str]) -> Owners:
    """Return the users of tokens by ticket number, in capital or small letters."""
    written = {each: ticket for ticket in tickets for each in cases(ticket)}
    return _owners_of(_rows(connection, _TICKET, written), written)


def _by(column: Column[Any], user_id: Column[Any]) -> Select[tuple[str, UUID]]:
    return select(column.label("value"), user_id.label("user_id")).where(
        column.in_(_VALUES), user_id.is_not(None)
    )


_later = sightings.alias()
_newest = select(func.max(_later.c.id)).where(_later.c.user_id == sightings.c.user_id)
_KEPT = _by(directory.c.email_key, directory.c.user_id)
_SEEN = _by(sightings.c.email_folded, sightings.c.user_id).where(
    sightings.c.id == _newest.scalar_subquery()
)
_PHONE = _by(directory.c.phone_digits, directory.c.user_id)
_INQUIRY = _by(inquiries.c.inquiry_id, inquiries.c.user_id)
_TICKET = _by(grants.c.ticket, grants.c.user_id)
_ID = select(directory.c.user_id).where(directory.c.user_id.in_(_VALUES))
_SEEN_ID = select(sightings.c.user_id).where(sightings.c.user_id.in_(_VALUES))

Rows = Iterable[Row[tuple[str, UUID]]]


def _rows(
    connection: Connection, statement: Select[tuple[str, UUID]], values: Collection[str]
) -> Rows:
    return connection.execute(statement, {"values": list(values)}) if values else ()


def _owners_of(found: Rows, written: Mapping[str, str]) -> dict[str, frozenset[UUID]]:
    """Return the owners of values by each way in which one is written."""
    owners: dict[str, frozenset[UUID]] = {}
    for each, users in _owners(found).items():
        owners[written[each]] = owners.get(written[each], frozenset()) | users
    return owners


def _owners(*found: Rows) -> Owners:
    owners: defaultdict[str, set[UUID]] = defaultdict(set)
    for rows in found:
        for row in rows:
            owners[row.value].add(row.user_id)
    return {value: frozenset(users) for value, users in owners.items()}
