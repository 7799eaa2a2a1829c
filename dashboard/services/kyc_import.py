"""Taking KYC links that the partner's backend holds: CSV with userId, inquiryId, url, startedAt."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from dashboard.services.attempts import Details
from dashboard.services.audit import Action
from dashboard.services.ports import Clock
from dashboard.store import audit, inquiries
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database
from dashboard.store.inquiries import Inquiry, InquirySource, InquiryState

COLUMNS = ("userId", "inquiryId", "url", "startedAt")


class UnreadableRowError(Exception):
    """A row of the file cannot be taken; the text names the line. Nothing was taken."""


class KycImport:
    """Keeps inquiries that were started elsewhere, with the only copy of their links."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

    def take(self, lines: Iterable[str]) -> int:
        """Take what is new of a file; return how many that were. `startedAt` has a zone.

        Raises:
            UnreadableRowError: a row cannot be taken; nothing was.

        """
        rows = {row.inquiry_id: row for row in _rows(lines)}
        with self._database.write() as connection:
            new = [row for name, row in rows.items() if not inquiries.has(connection, name or "")]
            details: Details = {"by": "command line", "taken": len(new), "rows": len(rows)}
            entry = NewEntry(self._clock(), Action.KYC_IMPORT, Outcome.SUCCEEDED, details=details)
            audit.append(connection, self._chain, entry)
            for row in new:
                inquiries.add(connection, row, None)
        return len(new)


def _rows(lines: Iterable[str]) -> Iterator[Inquiry]:
    reader = csv.DictReader(lines)
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
        raise UnreadableRowError(f"Line 1 wants the columns {', '.join(COLUMNS)}: no {missing[0]}.")
    for row in reader:
        try:
            yield _row(row)
        except (ValueError, AttributeError) as error:
            raise UnreadableRowError(f"Line {reader.line_num} cannot be read: {error}.") from None


def _row(row: dict[str, str]) -> Inquiry:
    started_at = datetime.fromisoformat(row["startedAt"].strip())
    if started_at.tzinfo is None:
        raise ValueError("startedAt has no zone, such as Z")
    inquiry_id, url = row["inquiryId"].strip(), row["url"].strip()
    if not inquiry_id or not url:
        raise ValueError("inquiryId or url is empty")
    return Inquiry(
        user_id=UUID(row["userId"].strip()),
        state=InquiryState.HELD,
        started_at=started_at.astimezone(UTC),
        source=InquirySource.IMPORTED,
        inquiry_id=inquiry_id,
        verification_url=url,
    )
