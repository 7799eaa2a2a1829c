"""The rows of the audit as a table: as they are stored, or with free text masked."""

from collections.abc import Iterator, Mapping, Sequence

from dashboard.services.exports.files import Record, Value
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.masking.personal import without_personal
from dashboard.store.audit import rows as audit_rows
from dashboard.store.db.database import Database

BATCH = 100  # rows per read: other pages get their turn between two
MASKED = "masked"  # the column that names what was masked in a row
AUDIT_COLUMNS = (*audit_rows.COLUMNS, "staff_name", "staff_email", MASKED)
FREE_TEXT = ("reason", "details")
LINKS = frozenset({"seq", "key_id", "prev", "mac"})


def audit_records(database: Database, chosen: Sequence[int], *, plain: bool) -> Iterator[Record]:
    """Return rows of the audit by their numbers, some at a time."""
    with database.read() as connection:
        names = audit_rows.names(connection)
    for start in range(0, len(chosen), BATCH):
        with database.read() as connection:
            batch = audit_rows.rows(connection, chosen[start : start + BATCH])
        for row in batch:
            yield _audit_row(row, names, plain=plain)


def linked_records(
    database: Database, chosen: Sequence[int], *, most: int, plain: bool
) -> Iterator[Record]:
    """Return rows, and those between them reduced to what links the chain, so it has no gap.

    If that would be more rows than `most`, those between are left out.
    """
    told = frozenset(chosen)
    has_gaps = not chosen or chosen[-1] - chosen[0] >= most
    rows = chosen if has_gaps else range(chosen[0], chosen[-1] + 1)
    for record in audit_records(database, rows, plain=plain):
        yield record if record["seq"] in told else _link(record)


def masked_text(text: Value) -> Value:
    """Return free text without what names a user, or is a secret of theirs."""
    return without_personal(without_inquiries(text)) if isinstance(text, str) else text


def _link(record: Record) -> Record:
    hidden = [name for name in record if name not in LINKS]
    return {**record, **dict.fromkeys(hidden), MASKED: " ".join(sorted({*hidden} - {MASKED}))}


def _audit_row(
    row: dict[str, Value], names: Mapping[Value, tuple[str, str]], *, plain: bool
) -> Record:
    """Return a row as it is stored; free text is masked for roles that see no emails.

    Its mac cannot be checked then: the row says so.
    """
    name, email = names.get(row["staff_id"], (None, None))
    shown = row if plain else row | {each: masked_text(row[each]) for each in FREE_TEXT}
    changed = [each for each in FREE_TEXT if shown[each] != row[each]]
    told: dict[str, Value] = {"staff_name": name, "staff_email": email}
    return shown | told | {MASKED: " ".join(changed) or None}
