"""Taking KYC links that the partner's backend holds: one by hand, or a CSV of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from dashboard.services.attempts import Details
from dashboard.services.audit import Action
from dashboard.services.kyc_links import KycLinks
from dashboard.services.kyc_secrets import end_of
from dashboard.services.ports import Clock
from dashboard.store import audit, inquiries
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database
from dashboard.store.inquiries import Inquiry, InquirySource, InquiryState

COLUMNS = ("userId", "inquiryId", "url", "startedAt")


class UnreadableRowError(Exception):
    """A row of the file cannot be taken; the text names the line. Nothing was taken."""


@dataclass(frozen=True)
class HeldLink:
    """An inquiry that was started elsewhere, with its link."""

    user_id: UUID
    inquiry_id: str
    url: str = field(repr=False)
    started_at: datetime


class Taken(Enum):
    """What became of a link."""

    NEW = "new"
    KNOWN = "known"
    OF_ANOTHER = "of another"  # the inquiry is kept for another user
    HELD = "held"  # another link is kept for this user, the only copy there is


class KycImport:
    """Keeps inquiries that were started elsewhere, with the only copy of their links."""

    def __init__(self, database: Database, chain: Chain, clock: Clock, kyc_links: KycLinks) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock
        self._kyc_links = kyc_links

    def add(self, link: HeldLink, staff_id: int, *, request_id: str) -> Taken:
        """Take one link that a member of staff was given, once.

        Raises:
            StoreError: it could not be recorded, so it was not taken.

        """
        with self._database.write() as connection:
            if owner := inquiries.owner(connection, link.inquiry_id):
                return Taken.KNOWN if owner == link.user_id else Taken.OF_ANOTHER
            if any(each.inquiry_id for each in inquiries.of_user(connection, link.user_id)):
                return Taken.HELD
            entry = NewEntry(
                at=self._clock(),
                action=Action.KYC_IMPORT,
                outcome=Outcome.SUCCEEDED,
                staff_id=staff_id,
                subject_kind="user",
                subject_id=str(link.user_id),
                details={"inquiry_ends": end_of(link.inquiry_id)},
                request_id=request_id,
            )
            seq = audit.append(connection, self._chain, entry)
            inquiries.add(connection, _inquiry(link), None, seq)
        return Taken.NEW

    def take(self, lines: Iterable[str]) -> int:
        """Take what is new of a file; return how many that were. `startedAt` has a zone.

        Raises:
            UnreadableRowError: a row cannot be taken; nothing was.

        """
        read = _links(lines, self._clock(), self._kyc_links)
        links = {link.inquiry_id: link for link in read}
        with self._database.write() as connection:
            new = [link for name, link in links.items() if not inquiries.owner(connection, name)]
            details: Details = {"by": "command line", "taken": len(new), "rows": len(links)}
            entry = NewEntry(self._clock(), Action.KYC_IMPORT, Outcome.SUCCEEDED, details=details)
            audit.append(connection, self._chain, entry)
            for link in new:
                inquiries.add(connection, _inquiry(link), None)
        return len(new)


def _links(lines: Iterable[str], now: datetime, kyc_links: KycLinks) -> Iterator[HeldLink]:
    reader = csv.DictReader(lines)
    try:
        yield from _read(reader, now, kyc_links)
    except csv.Error as error:
        line = reader.line_num + 1  # it counts a line once it is read
        raise UnreadableRowError(f"Line {line} cannot be read: {error}.") from None


def _read(reader: "csv.DictReader[str]", now: datetime, kyc_links: KycLinks) -> Iterator[HeldLink]:
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
        raise UnreadableRowError(f"Line 1 wants the columns {', '.join(COLUMNS)}: no {missing[0]}.")
    for row in reader:
        try:
            yield _link(row, now, kyc_links)
        except (ValueError, AttributeError, OverflowError) as error:
            raise UnreadableRowError(f"Line {reader.line_num} cannot be read: {error}.") from None


def _link(row: dict[str, str], now: datetime, kyc_links: KycLinks) -> HeldLink:
    started_at = datetime.fromisoformat(row["startedAt"].strip())
    if started_at.tzinfo is None:
        raise ValueError("startedAt has no zone, such as Z")
    if started_at > now:
        raise ValueError("startedAt is still to come")
    inquiry_id, url = row["inquiryId"].strip(), row["url"].strip()
    if not inquiry_id or not url:
        raise ValueError("inquiryId or url is empty")
    if not kyc_links.is_link(url, inquiry_id):
        raise ValueError("url is not the verification link of this inquiryId")
    return HeldLink(UUID(row["userId"].strip()), inquiry_id, url, started_at.astimezone(UTC))


def _inquiry(link: HeldLink) -> Inquiry:
    return Inquiry(
        user_id=link.user_id,
        state=InquiryState.HELD,
        started_at=link.started_at,
        source=InquirySource.IMPORTED,
        inquiry_id=link.inquiry_id,
        verification_url=link.url,
    )
