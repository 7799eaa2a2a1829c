"""The migration folds letters such as ł in what is kept already, as the product writes them."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from dashboard.services.directory.box import parse
from dashboard.store.db.migrate import upgrade
from dashboard.store.directory import rows, search
from dashboard.store.directory.search import DirectoryQuery, PageOf
from dashboard.store.notes import book
from dashboard.store.schema import directory, notes, staff, tags
from dashboard.store.tags import tags as tags_store
from dashboard.text.search import fold, name_key
from tests.support import databases
from tests.support.directory import START, someone

FIRST, SECOND = someone(1), someone(2)
NAME, NOTE, TAG = "Łukasz Ørsted", "Þóra gave œuvres", "Đorđe"
EARLIER = {
    directory.c.name_key: "  łukasz  ørsted",
    notes.c.folded: "  þora  gave  œuvres",
    tags.c.folded: "  đorđe  ",
}


def keep(connection: Connection) -> None:
    """Write a user with a name, another with a note and a tag, folded as before."""
    member = {"id": 1, "email": "a@example.com", "name": "A", "password_hash": "", "active": True}
    connection.execute(insert(staff).values(**member, created_at=START))
    rows.record(connection, [FIRST, SECOND], START)
    rows.know(connection, FIRST.user_id, name=NAME)
    book.add(connection, SECOND.user_id, 1, NOTE, START)
    tag_id = tags_store.add(connection, "dorde", TAG, "green", START)
    (tag,) = (each for each in tags_store.every(connection) if each.id == tag_id)
    tags_store.put(connection, SECOND.user_id, tag, 1, START)
    for column, folded in EARLIER.items():
        plain = column.in_([name_key(NAME), name_key(NOTE), f"{name_key(TAG)}  "])
        assert connection.execute(
            update(column.table).where(plain).values({column: folded})
        ).rowcount


def found(connection: Connection) -> list[set[UUID]]:
    """Return who is found by a name, by a note and by a tag, each in plain letters."""
    query = DirectoryQuery(words=parse(fold(NAME)))
    return [
        {each.user_id for each in search.find(connection, query, PageOf()).entries},
        {*connection.execute(book.matching(connection, "thora")).scalars()},
        {*connection.execute(tags_store.named("dorde")).scalars()},
    ]


def test_what_is_kept_is_found_by_its_plain_spelling_after_the_upgrade(tmp_path: Path) -> None:
    database = databases.make(tmp_path)
    with database.write() as connection:
        upgrade(connection, "0026")
        keep(connection)
        assert found(connection) == [set(), set(), set()]
        others = connection.scalar(select(directory.c.name_key).where(directory.c.name == ""))
        upgrade(connection)
        assert found(connection) == [{FIRST.user_id}, {SECOND.user_id}, {SECOND.user_id}]
        assert (
            connection.scalar(select(directory.c.name_key).where(directory.c.name == "")) == others
        )
    database.close()
    databases.drop(tmp_path)
