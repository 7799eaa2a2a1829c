"""Emailing many users their active link, as on the page, and users who have one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from dashboard.store.contacts import log as contacts
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of
from tests.support.servers.simulator_process import RunningSimulator

PATH = "/kyc/send-many"


def link_of(name: str) -> str:
    """Return the verification link of a user by the name before the @ of their email."""
    return f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{name}"


@dataclass
class Waiting:
    """Users of the API who are in our own copy, by the names before the @ of their emails."""

    simulator: RunningSimulator
    database: Database
    ids: dict[str, UUID] = field(default_factory=dict)

    def add(
        self,
        name: str,
        hours: float = 3,
        state: InquiryState | None = InquiryState.HELD,
        **facts: str,
    ) -> UUID:
        """Add someone whose KYC started so many hours ago."""
        user_id = self.ids[name] = uuid4()
        user = self.simulator.users()[0] | {
            "id": str(user_id),
            "email": f"{name}@example.com",
            "status": "pending",
            "preferredLanguage": "es",
            **facts,
        }
        self.simulator.add_user(user)
        now = datetime.now(UTC)
        seen = facts_of({**user, "createdAt": (now - timedelta(days=3)).isoformat()})
        with self.database.write() as connection:
            directory.record(connection, [seen], now)
            sightings.record(connection, [seen], now)
            directory.know(connection, user_id, name=f"{name.title()} Soto")
        if state:
            self.start(name, hours, state, link_of(name))
        return user_id

    def start(self, name: str, hours: float, state: InquiryState, link: str) -> None:
        """Let someone's KYC have started so many hours ago."""
        is_held = state is InquiryState.HELD
        row = Inquiry(
            self.ids[name],
            state,
            datetime.now(UTC) - timedelta(hours=hours),
            inquiry_id=link.rpartition("=")[2] if is_held else None,
            verification_url=link if is_held else None,
        )
        with self.database.write() as connection:
            inquiries.add(connection, row, None)

    def contact(self, name: str, hours: float) -> None:
        """Let a colleague have called someone so many hours ago."""
        at = datetime.now(UTC) - timedelta(hours=hours)
        with self.database.write() as connection:
            contacts.add(connection, self.ids[name], 1, ContactKind.CALLED_REACHED, at)


def check(visitor: Visitor, *, status: int = 200, **fields: str) -> Page:
    """Show who would get an email."""
    return visitor.post(PATH, {"do": "check", **fields}, status=status)


def fields_of(page: Page) -> dict[str, Any]:
    """Return the fields of a preview, to send unchanged."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    since = re.search(r'name="since" value="(\w+)"[^>]* checked', page.text)
    users = re.search(r'name="users"[^>]*>([^<]*)</textarea>', page.text)
    assert since
    assert users
    at = re.search(r'id="at"[^>]*? value="([^"]*)"', page.text)
    found = {**hidden, "since": since[1], "users": users[1], "at": at[1] if at else ""}
    return {name: unescape(value) for name, value in found.items()} | {"do": "start"}


def start(visitor: Visitor, **fields: str) -> int:
    """Start a job with the list that these fields lead to; return its number."""
    page = visitor.post(PATH, {"do": "check", **fields}, status=200)
    answer = visitor.post(PATH, fields_of(page), status=303)
    return int(answer.headers["Location"].rpartition("/")[2])


def listed(page: Page, part: str = "preview") -> list[str]:
    """Return the users of a table by the names before the @ of their emails, in its order."""
    section = page.text.split(f'id="{part}"')
    if len(section) == 1:
        return []
    rows = section[1].split("</section>")[0]
    return re.findall(r"<bdi>([\w.-]+)<wbr>@example\.com", rows)


def reasons(page: Page) -> Mapping[str, str]:
    """Return why each user is left out."""
    rows = page.text.split('id="left-out"')[1].split("</section>")[0]
    found: dict[str, str] = {}
    for row in rows.split("<tr")[2:]:
        name = re.search(r"<bdi>([\w.-]+)<wbr>@example\.com", row)
        why = re.sub(r"<[^>]+>", "", row.split("<td>")[1].split("</td>")[0])
        found[name[1] if name else "?"] = " ".join(unescape(why).split())
    return found
