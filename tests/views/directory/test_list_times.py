"""The list by its times: a day or a minute of the person's zone, the last one within."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from tests.support.browsing import Visitor
from tests.support.directory import fill, someone
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres

REGISTERED_AT = datetime.fromisoformat("2026-11-20T05:00:20Z")
STARTED_AT = datetime.fromisoformat("2026-11-24T22:59:59Z")
ACTIVE_AT = datetime.fromisoformat("2026-11-27T18:00:59Z")
AGAIN_AT = datetime.fromisoformat("2026-11-28T09:30:00Z")
IN_BOGOTA = {
    "created": ("2026-11-20T00:00", "2026-11-20"),
    "started": ("2026-11-24T17:59", "2026-11-24"),
    "active": ("2026-11-27T13:00", "2026-11-27"),
    "closed": ("2026-11-27T13:00", "2026-11-27"),
}
"""The minute and the day of each time, in a zone five hours behind."""
USER = replace(someone(7), status="pending", registered_at=REGISTERED_AT)


@pytest.fixture
def kyc(database: Database, log_in: LogIn) -> Visitor:
    """Return someone in Bogotá who sees a user who became active, and many for whom nothing is."""
    with database.write() as connection:
        rows.record(connection, [USER], REGISTERED_AT + timedelta(minutes=1))
        held = Inquiry(USER.user_id, InquiryState.HELD, STARTED_AT, InquirySource.HERE)
        inquiries.add(connection, held, None)
    others = [someone(number) for number in range(8, 40)]
    fill(database, [replace(USER, status="active"), *others], ACTIVE_AT)
    visitor = log_in(Role.KYC)
    visitor.post("/account", {"name": "Ana Martins", "time_zone": "America/Bogota"})
    return visitor


def others_of(address: str, kyc: Visitor) -> int:
    return len(set(shown(kyc.get(address))) - {str(USER.user_id)})


@pytest.mark.parametrize("name", IN_BOGOTA)
def test_a_minute_and_a_day_have_their_last_one_within(kyc: Visitor, name: str) -> None:
    minute, day = IN_BOGOTA[name]
    before = (datetime.fromisoformat(minute) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    after = (datetime.fromisoformat(minute) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    for begin, end in ((minute, minute), (day, day), (before, after), (minute, day)):
        address = f"/users?{name}_from={begin}&{name}_to={end}"
        assert shown(kyc.get(address)) == [str(USER.user_id)], address
    for begin, end in ((after, after), (before, before)):
        assert shown(kyc.get(f"/users?{name}_from={begin}&{name}_to={end}")) == []


def test_who_waits_is_found_by_since_when(kyc: Visitor, database: Database) -> None:
    with database.write() as connection:
        rows.record(connection, [USER], AGAIN_AT)
    address = "/users?kyc=link_expired&waiting_from=2026-11-24T17:59&waiting_to=2026-11-24T17:59"
    assert shown(kyc.get(address)) == [str(USER.user_id)]
    assert shown(kyc.get("/users?closed_from=2026-11-27")) == []


@all_of("name", IN_BOGOTA)
def test_counts_chips_and_fields_keep_the_time(kyc: Visitor, name: str) -> None:
    minute, _ = IN_BOGOTA[name]
    page = kyc.get(f"/users?{name}_from={minute}&status=active")
    assert "1–1 of 1" in page.words
    assert re.search(rf'type="datetime-local" id="by-{name}_from"[^>]* value="{minute}"', page.text)
    chip = re.search(r'href="(/users\?[^"]*status=pending[^"]*)"', page.text)
    assert chip
    assert f"{name}_from={minute.replace(':', '%3A')}" in chip[1] or minute in chip[1]
    day = kyc.get(f"/users?{name}_to=2026-12-01")
    assert re.search(rf'type="date" id="by-{name}_to"[^>]* value="2026-12-01"', day.text)


@all_of("bad", ["yesterday", "2026-11-27T25:00", "2026-11-27 18:00", "0001-01-01"])
def test_a_time_that_is_none_is_named_and_ignored(kyc: Visitor, bad: str) -> None:
    page = kyc.get(f"/users?active_from={bad}&limit=100")
    assert "We can’t use these parts of the address: active_from." in page.words
    assert others_of(f"/users?active_from={bad}&limit=100", kyc) == 32


def test_a_file_and_a_view_have_the_same_users(kyc: Visitor) -> None:
    asked = "active_from=2026-11-27T13%3A00&started_to=2026-11-24"
    order = {"format": "jsonl", "reason": "A list of who became active"}
    file = kyc.post(f"/users/export?{asked}", order, status=200)
    assert [json.loads(line)["user_id"] for line in file.response.data.splitlines()] == [
        str(USER.user_id)
    ]
    kyc.post("/views", {"name": "Done", "filter": asked})
    assert "Became active from 2026-11-27 13:00 · KYC started to 2026-11-24" in (
        kyc.get("/views").words
    )
