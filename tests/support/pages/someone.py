"""A user that staff have seen, in one situation, with the ways to them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of
from tests.support.servers.simulator_process import RunningSimulator

INQUIRY = "inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
LINK = f"https://inquiry.withpersona.com/verify?inquiry-id={INQUIRY}"
PHONE = "+573005550142"


class Someone:
    """A user that staff have seen, in one situation."""

    def __init__(self, support: Visitor, simulator: RunningSimulator, database: Database) -> None:
        self.support = support
        self.simulator = simulator
        self.database = database
        self.id = uuid4()
        self.facts = simulator.users()[0] | {
            "id": str(self.id),
            "email": "ximena+kyc@example.com",
            "status": "pending",
            "preferredLanguage": "es",
            "phone": PHONE,
        }

    def known(self, name: str = "Ximena Soto", **facts: str) -> "Someone":
        self.facts |= facts
        self.simulator.add_user(self.facts)
        seen = facts_of(self.facts)
        with self.database.write() as connection:
            directory.record(connection, [seen], datetime.now(UTC))
            sightings.record(connection, [seen], datetime.now(UTC))
            directory.know(connection, self.id, name=name)
        return self

    def started(self, state: InquiryState, hours_ago: float = 3) -> "Someone":
        held = state is InquiryState.HELD
        at = datetime.now(UTC) - timedelta(hours=hours_ago)
        row = Inquiry(
            self.id,
            state,
            at,
            inquiry_id=INQUIRY if held else None,
            verification_url=LINK if held else None,
        )
        with self.database.write() as connection:
            inquiries.add(connection, row, None)
        return self

    def page(self) -> Page:
        return self.support.get(f"/users/{self.id}")

    def card(self, say: str = "es", *, status: int = 200) -> Page:
        return self.support.get(f"/users/{self.id}/card?say={say}", status=status)
