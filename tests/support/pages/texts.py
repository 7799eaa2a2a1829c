"""Users to write to, the text for one, and the page on which admins edit the texts."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of
from tests.support.pages import audit_log
from tests.support.servers.simulator_process import RunningSimulator

INQUIRY = "inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
LINK = f"https://inquiry.withpersona.com/verify?inquiry-id={INQUIRY}"
NAME = "Ximena"


class Someone:
    """A user of the simulator whom the directory knows by name."""

    def __init__(self, simulator: RunningSimulator, database: Database, **facts: object) -> None:
        self.database = database
        self.simulator = simulator
        known = {
            **simulator.users()[0],
            "id": str(uuid4()),
            "email": "ximena@example.com",
            "status": "pending",
            "countryCode": "CO",
            "preferredLanguage": "es",
        }
        user = {**known, **facts}
        simulator.add_user(user)
        self.seen: SeenUser = facts_of(user)
        self.id: UUID = self.seen.user_id

    def named(self, name: str = f"{NAME} Soto") -> "Someone":
        with self.database.write() as connection:
            directory.record(connection, [self.seen], datetime.now(UTC))
            sightings.record(connection, [self.seen], datetime.now(UTC))
            directory.know(connection, self.id, name=name)
        return self

    def started(self, state: InquiryState, hours_ago: float, url: str = LINK) -> "Someone":
        held = state is InquiryState.HELD
        started_at = datetime.now(UTC) - timedelta(hours=hours_ago)
        row = Inquiry(
            self.id,
            state,
            started_at,
            inquiry_id=INQUIRY if held else None,
            verification_url=url if held else None,
        )
        with self.database.write() as connection:
            inquiries.add(connection, row, None)
        return self


PAGE = "/settings/texts"
FRESH = f"{PAGE}/link_fresh"
BANNED = f"{PAGE}/banned"
OWN = {"subject": "Un asunto", "body": "Hola, {first_name}:\n\n{link}", "language": "es"}


def text_of(page: Page) -> str:
    found = re.search(r'id="message-text"[^>]*>([^<]*)<', page.text)
    assert found
    return html.unescape(found[1])


def save(admin: Visitor, path: str = FRESH, *, status: int = 303, **fields: str) -> Page:
    return admin.post(path, {**OWN, "revision": "0", **fields}, status=status)


def typed(page: Page) -> str:
    found = re.search(r'<textarea[^>]*id="body"[^>]*>([^<]*)</textarea>', page.text)
    assert found
    return html.unescape(found[1])


def revision(page: Page) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found
    return found[1]


def audited(database: Database) -> list[tuple[str, dict[str, object]]]:
    rows = audit_log.entries(database)
    return [(row.action, json.loads(row.details)) for row in rows if row.subject_kind == "text"]
