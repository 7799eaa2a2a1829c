"""The rows of the audit as a table: as they are stored, or with free text masked."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from dashboard.services.files.tables import Batch, Record, Value
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.masking.personal import without_personal
from dashboard.store.audit import rows as audit_rows
from dashboard.store.db.database import Database

BATCH = 250  # rows per read: other pages get their turn between two
ABOUT = 2_000  # rows whose users are read together
MASKED = "masked"  # the column that names what was masked in a row
AUDIT_COLUMNS = (*audit_rows.COLUMNS, "staff_name", "staff_email", MASKED)
FREE_TEXT = ("reason", "details")
LINKS = frozenset({"seq", "key_id", "prev", "mac"})
_Columns = Mapping[str, Sequence[Value]]


def audit_batches(database: Database, chosen: Sequence[int], *, plain: bool) -> Iterator[Batch]:
    """Return rows of the audit by their numbers: the values of each column, some rows at a time.

    Free text is masked for roles that see no emails. The mac of such a row can't be checked: a
    column says so.
    """
    with database.read() as connection:
        names = audit_rows.names(connection)
    for start in range(0, len(chosen), BATCH):
        with database.read() as connection:
            read = audit_rows.columns(connection, chosen[start : start + BATCH])
        stored = dict(zip(audit_rows.COLUMNS, read, strict=True))
        people = [names.get(each, (None, None)) for each in stored["staff_id"]]
        hidden = {} if plain else {name: [*map(masked_text, stored[name])] for name in FREE_TEXT}
        yield [
            *(stored | hidden).values(),
            [name for name, _ in people],
            [email for _, email in people],
            _changed(stored, hidden) if hidden else [None] * len(people),
        ]


def users_of(database: Database, chosen: Sequence[int]) -> Iterator[UUID]:
    """Return the users that rows of the audit are about."""
    for start in range(0, len(chosen), ABOUT):
        with database.read() as connection:
            yield from audit_rows.users(connection, chosen[start : start + ABOUT])


def audit_records(database: Database, chosen: Sequence[int], *, plain: bool) -> Iterator[Record]:
    """Return the same row by row."""
    for batch in audit_batches(database, chosen, plain=plain):
        for values in zip(*batch, strict=True):
            yield dict(zip(AUDIT_COLUMNS, values, strict=True))


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


def _changed(stored: _Columns, hidden: _Columns) -> list[Value]:
    """Return the names of the columns in which each row was masked."""
    pairs = [zip(stored[name], hidden[name], strict=True) for name in FREE_TEXT]
    return [
        " ".join(name for name, (old, new) in zip(FREE_TEXT, row, strict=True) if old != new)
        or None
        for row in zip(*pairs, strict=True)
    ]
