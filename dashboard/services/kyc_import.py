"""Taking KYC links that the partner's backend holds: one by hand, or a CSV of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from dashboard.services.attempts import Details
from dashboard.services.audit import Action
from dashboard.services.ports import Clock
from dashboard.services.recording import record
from dashboard.store import inquiries
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

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

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
                details={"inquiry": link.inquiry_id},
                request_id=request_id,
            )
            seq = record(connection, self._chain, entry)
            inquiries.add(connection, _inquiry(link), None, seq)
        return Taken.NEW

    def take(self, lines: Iterable[str]) -> int:
        """Take what is new of a file; return how many that were. `startedAt` has a zone.

        Raises:
            UnreadableRowError: a row cannot be taken; nothing was.

        """
        links = {link.inquiry_id: link for link in _links(lines, self._clock())}
        with self._database.write() as connection:
            new = [link for name, link in links.items() if not inquiries.owner(connection, name)]
            details: Details = {"by": "command line", "taken": len(new), "rows": len(links)}
            entry = NewEntry(self._clock(), Action.KYC_IMPORT, Outcome.SUCCEEDED, details=details)
            record(connection, self._chain, entry)
            for link in new:
                inquiries.add(connection, _inquiry(link), None)
        return len(new)


def find_inquiry(url: str) -> str | None:
    """Return the inquiry that a link names (contract: `?inquiry-id=inq_…`), None for none."""
    try:
        named = parse_qs(urlsplit(url).query).get("inquiry-id", [])
    except ValueError:
        return None
    return named[0] if named else None


def _links(lines: Iterable[str], now: datetime) -> Iterator[HeldLink]:
    reader = csv.DictReader(lines)
    try:
        yield from _read(reader, now)
    except csv.Error as error:
        line = reader.line_num + 1  # it counts a line once it is read
        raise UnreadableRowError(f"Line {line} cannot be read: {error}.") from None


def _read(reader: "csv.DictReader[str]", now: datetime) -> Iterator[HeldLink]:
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
        raise UnreadableRowError(f"Line 1 wants the columns {', '.join(COLUMNS)}: no {missing[0]}.")
    for row in reader:
        try:
            yield _link(row, now)
        except (ValueError, AttributeError, OverflowError) as error:
            raise UnreadableRowError(f"Line {reader.line_num} cannot be read: {error}.") from None


def _link(row: dict[str, str], now: datetime) -> HeldLink:
    started_at = datetime.fromisoformat(row["startedAt"].strip())
    if started_at.tzinfo is None:
        raise ValueError("startedAt has no zone, such as Z")
    if started_at > now:
        raise ValueError("startedAt is still to come")
    inquiry_id, url = row["inquiryId"].strip(), row["url"].strip()
    if not inquiry_id or not url:
        raise ValueError("inquiryId or url is empty")
    if find_inquiry(url) not in {None, inquiry_id}:
        raise ValueError("url names another inquiry")
    if urlsplit(url).scheme not in {"https", "http"}:
        raise ValueError("url is no web address")
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
