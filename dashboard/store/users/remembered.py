"""Users as last seen, filtered: the list for as long as the API gives none."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from dashboard.store.schema import registrations, sightings
from dashboard.store.users.sightings import SIGHTINGS, Sighting
from dashboard.text.emails import comparable
from dashboard.text.ids import find_uuid

_newest = select(func.max(sightings.c.id)).group_by(sightings.c.user_id)


@dataclass(frozen=True)
class Wanted:
    """Filters of what is remembered; an empty one leaves it open. `offset` counts from 0.

    `exactly` compares `text` with whole emails only. A type is known only where it was sent from
    here: users of an unknown type stay.
    """

    text: str
    exactly: bool
    status: str
    country: str
    user_type: str
    offset: int
    limit: int


def find(connection: Connection, wanted: Wanted) -> tuple[list[Sighting], int]:
    """Return a page of users, the newest first, and how many match."""
    conditions = _conditions(wanted)
    total = connection.execute(select(func.count()).where(*conditions)).scalar_one()
    statement = (
        SIGHTINGS.where(*conditions)
        .order_by(sightings.c.registered_at.desc().nulls_last(), sightings.c.id.desc())
        .offset(wanted.offset)
        .limit(wanted.limit)
    )
    rows = connection.execute(statement).mappings()
    return [Sighting(**row) for row in rows], total


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [sightings.c.id.in_(_newest)]
    if wanted.text:
        conditions.append(_holds(wanted.text, exactly=wanted.exactly))
    if wanted.status:
        conditions.append(sightings.c.status == wanted.status)
    if wanted.country:
        conditions.append(sightings.c.country_code == wanted.country)
    if wanted.user_type:
        other = select(registrations.c.id).where(
            registrations.c.user_id == sightings.c.user_id,
            registrations.c.user_type != wanted.user_type,
        )
        conditions.append(~other.exists())
    return conditions


def _holds(text: str, *, exactly: bool) -> ColumnElement[bool]:
    if user_id := find_uuid(text):
        return sightings.c.user_id == user_id
    email = comparable(text)
    if exactly:
        return sightings.c.email_folded == email
    return sightings.c.email_folded.contains(email, autoescape=True)
