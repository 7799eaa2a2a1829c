"""Verify an export of the audit log without the database: each row, and each link between rows.

A filtered export lacks rows: that is a gap, and nothing can be said of the missing rows. Without
a key only the links can be checked; a link says that the row before has the mac it had.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dashboard.crypto.keyring import Keys
from dashboard.services.exports.audit_table import MASKED
from dashboard.services.files.tables import UnreadableFileError
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import signed
from dashboard.store.audit.head import Head, read_head

NUMBERS = audit_rows.NUMBERS
Row = Mapping[str, object]


class Flaw(StrEnum):
    """Defects of a row."""

    CHANGED = "its content is not what was signed"
    UNKNOWN_KEY = "it is signed with a key that is not given"
    LINK = "it does not follow from the row before"
    ORDER = "its number is not higher than that of the row before"
    HEAD = "it is not the row that was noted"


@dataclass
class Checked:
    """The findings, up to the first row that does not hold.

    `before` is the row that the first one follows; the file does not have it.

    `gaps` are the first and last number of rows that the file does not have; `masked` the rows
    whose content cannot be checked, because it was masked in the export.
    """

    rows: int = 0
    before: Head | None = None
    links: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    masked: list[int] = field(default_factory=list)
    last: Head = field(default_factory=lambda: Head(0, ""))
    has_head: bool = False
    flaw: tuple[int, Flaw] | None = None


def check(rows: Iterable[Row], keys: Keys | None, head: Head | None) -> Checked:
    """Walk the rows of a file until one does not hold; without keys, check only their links.

    Raises:
        UnreadableFileError: a row is not one of the audit log.

    """
    found = Checked()
    for row in rows:
        this = _named(row, found.last)
        seq = this.seq
        if flaw := _flaw(row, this, found.last, keys, head):
            found.flaw = (seq, flaw)
            return found
        if found.rows == 0 and seq > 1:
            found.before = Head(seq - 1, str(row["prev"]))
        if seq > found.last.seq + 1:
            found.gaps.append((found.last.seq + 1, seq - 1))
        elif found.rows:
            found.links += 1
        if row.get(MASKED):
            found.masked.append(seq)
        found.has_head = found.has_head or (head is not None and head.seq == seq)
        found.rows, found.last = found.rows + 1, this
    return found


def _named(row: Row, before: Head) -> Head:
    """Return number and mac of a row."""
    try:
        if row.keys() >= _COLUMNS:
            return read_head(row["seq"], row["mac"])
    except ValueError:
        pass
    raise UnreadableFileError(f"The row after row {before.seq} isn't an entry of an audit log.")


_COLUMNS = set(audit_rows.COLUMNS) - audit_rows.SINCE_0011


def _flaw(row: Row, this: Head, before: Head, keys: Keys | None, head: Head | None) -> Flaw | None:
    if this.seq <= before.seq:
        return Flaw.ORDER
    if this.seq == before.seq + 1 and row["prev"] != before.mac:
        return Flaw.LINK
    if head is not None and head.seq == this.seq and head.mac != this.mac:
        return Flaw.HEAD
    return None if keys is None or row.get(MASKED) else _signature_flaw(row, this.mac, keys)


def _signature_flaw(row: Row, mac: str, keys: Keys) -> Flaw | None:
    key = keys.find(str(row["key_id"]))
    if key is None:
        return Flaw.UNKNOWN_KEY
    values = {name: row.get(name) for name in audit_rows.COLUMNS if name != "mac"}
    return None if key.verifies(signed(values), mac) else Flaw.CHANGED
