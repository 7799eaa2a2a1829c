"""Importing verification links from the partner's backend: one by hand, or a CSV file."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import COMMAND_LINE, Actor
from dashboard.services.kyc_links import KycLinks
from dashboard.services.masking.inquiries import end_of
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database, Transaction
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.text import limits
from dashboard.text.files import Row, TableError, TableProblem, read_table, refuse_repeated
from dashboard.text.ids import find_uuid

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)  # no inquiry was started before
COLUMNS = {"userId": 64, "inquiryId": limits.INQUIRY_ID, "url": limits.URL, "startedAt": 64}


@dataclass(frozen=True)
class ImportedLink:
    """An inquiry that was started elsewhere, with its link."""

    user_id: UUID
    inquiry_id: str
    url: str = field(repr=False)
    started_at: datetime


class ImportResult(Enum):
    """The result of importing a link."""

    NEW = "new"
    KNOWN = "known"
    OF_ANOTHER = "of another"  # the inquiry is kept for another user
    HELD = "held"  # another link is kept for this user, the only copy there is


class KycImport:
    """Stores inquiries that were started elsewhere, with the only copy of their links."""

    def __init__(self, database: Database, chain: Chain, clock: Clock, kyc_links: KycLinks) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._kyc_links = kyc_links

    def add(self, link: ImportedLink, actor: Actor) -> ImportResult:
        """Import one link, once.

        Raises:
            StoreError: it could not be recorded, so it was not taken.

        """
        with self._database.write() as connection:
            if owner := inquiries.owner(connection, link.inquiry_id):
                return ImportResult.KNOWN if owner == link.user_id else ImportResult.OF_ANOTHER
            if any(each.inquiry_id for each in inquiries.of_user(connection, link.user_id)):
                return ImportResult.HELD
            seq = self._recorder.record(
                connection,
                Action.KYC_IMPORT,
                actor,
                Subject.user(link.user_id),
                details={"inquiry_ends": end_of(link.inquiry_id)},
            )
            inquiries.add(connection, _inquiry(link), None, seq)
        return ImportResult.NEW

    def take(self, content: bytes) -> int:
        """Import the new links of a file; return their number. `startedAt` has a zone.

        Raises:
            TableError: something in it is wrong; nothing was taken.

        """
        links = _links(content, self._clock(), self._kyc_links)
        with self._database.write() as connection:
            new = [link for line, link in links if _is_new(connection, line, link)]
            self._recorder.record(
                connection,
                Action.KYC_IMPORT,
                COMMAND_LINE,
                details={"by": "command line", "taken": len(new), "rows": len(links)},
            )
            for link in new:
                inquiries.add(connection, _inquiry(link), None)
        return len(new)


def _links(content: bytes, now: datetime, kyc_links: KycLinks) -> list[tuple[int, ImportedLink]]:
    """Return the links with their lines."""
    rows = read_table(content, COLUMNS)
    refuse_repeated(rows, "inquiryId")
    return [(row.line, _link(row, now, kyc_links)) for row in rows]


def _is_new(connection: Transaction, line: int, link: ImportedLink) -> bool:
    owner = inquiries.owner(connection, link.inquiry_id)
    if owner not in {None, link.user_id}:
        found = "this inquiry is kept for another user"
        raise TableError(TableProblem.VALUE, line, "inquiryId", found)
    return owner is None


def _link(row: Row, now: datetime, kyc_links: KycLinks) -> ImportedLink:
    def user_id(text: str) -> UUID:
        if found := find_uuid(text):
            return found
        raise ValueError

    def url(text: str) -> str:
        if not kyc_links.find_inquiry(text):
            raise ValueError
        return text

    def moment(text: str) -> datetime:
        started_at = datetime.fromisoformat(text)
        if started_at.tzinfo is None or not EARLIEST <= started_at <= now:
            raise ValueError
        return started_at.astimezone(UTC)

    def inquiry_id(text: str) -> str:
        if not kyc_links.is_link(row.cells["url"], text):
            raise ValueError
        return text

    return ImportedLink(
        user_id=row.get("userId", user_id, "enter a user ID"),
        url=row.get("url", url, "enter the verification link as the API returned it"),
        inquiry_id=row.get("inquiryId", inquiry_id, "enter the inquiry ID that the link has"),
        started_at=row.get(
            "startedAt", moment, "enter a past time with its zone, as 2026-06-12T09:30:00Z"
        ),
    )


def _inquiry(link: ImportedLink) -> Inquiry:
    return Inquiry(
        user_id=link.user_id,
        state=InquiryState.HELD,
        started_at=link.started_at,
        source=InquirySource.IMPORTED,
        inquiry_id=link.inquiry_id,
        verification_url=link.url,
    )
