"""A large desk, quickly: users who wait, with what was started for them, and some who no longer do.

The same ones each time, as of `NOW`.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.kyc.waiting import waits_from
from dashboard.store.schema import inquiries, staff
from dashboard.text.search import name_key
from tests.bench import directory_fill
from tests.bench.directory_fill import add, analyze, without_search_index

BATCH = 5_000
STARTERS = 20
CLOSED_SHARE = 10  # one of so many
STATES = (InquiryState.HELD, InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
"""Of the leading inquiry, in turns; every eighth user has two, every eighth none."""


def fill(database: Database, count: int, now: datetime) -> None:
    """Add so many users who wait, as many inquiries, and a tenth as many who were closed lately."""
    with database.write() as connection:
        for number in range(1, STARTERS + 1):
            made = {"name": f"Starter {number}", "password_hash": "", "created_at": now}
            who = {"email": f"starter{number}@example.com", "active": True, **made}
            connection.execute(insert(staff).values(**who))
        first = connection.execute(text("SELECT max(id) FROM staff")).scalar_one() - STARTERS
    users = _rows(count, now, first)
    with without_search_index(database):
        while batch := list(islice(users, BATCH)):
            with database.write() as connection:
                add(connection, [row for row, _ in batch])
                started = [each for _, starts in batch for each in starts]
                connection.execute(insert(inquiries), started)
    analyze(database)


def _rows(
    count: int, now: datetime, first: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for number in range(count + count // CLOSED_SHARE):
        chance = random.Random(number)  # noqa: S311  not a secret
        user, name = directory_fill.someone(number)
        registered_at = now - timedelta(seconds=chance.randrange(60 * 86_400) + 600)
        row = {
            **rows.new_row(user, registered_at, sweep=1),
            "status": "pending",
            "registered_at": registered_at,
            "name": name,
            "name_key": name_key(name),
            "last_seen_at": now,
            "closed_at": None,
            "became_active_at": None,
        }
        starts = _starts(row, number, chance, first)
        lead = starts[0] if starts else {"state": "", "started_at": None, "staff_id": None}
        row |= {
            "kyc_state": lead["state"],
            "kyc_started_at": lead["started_at"],
            "kyc_staff_id": lead["staff_id"],
        }
        row["waits_from_at"] = waits_from(row)
        if number >= count:
            closed_at = now - timedelta(seconds=chance.randrange(7 * 86_400))
            row |= {"status": "active", "waits_from_at": None, "closed_at": closed_at}
            row |= {"became_active_at": closed_at, "status_since_at": closed_at}
        yield row, starts


def _starts(
    row: dict[str, Any], number: int, chance: random.Random, first: int
) -> list[dict[str, Any]]:
    """Return what was started for a user, the leading one first."""
    made = []
    for place in range((2, *[1] * 6, 0)[number % 8]):
        state = STATES[number // 8 % len(STATES)]
        held = state is InquiryState.HELD
        at = row["registered_at"] + timedelta(seconds=chance.randrange(600) - place)
        made.append(
            {
                "user_id": row["user_id"],
                "state": state.value,
                "started_at": at,
                "staff_id": first + chance.randrange(STARTERS) + 1,
                "source": InquirySource.HERE.value,
                "inquiry_id": f"inq_{number}_{place}" if held else None,
                "verification_url": (
                    f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{number}_{place}"
                    if held
                    else None
                ),
            }
        )
    return made
