"""Notes and drafts as they are kept, and searched, on either engine."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.notes import book, drafts
from dashboard.store.notes.drafts import Draft
from dashboard.store.schema import notes
from dashboard.store.staff import members
from dashboard.text.search import fold

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
HOSTILE = ('" OR "', "%_\\", "NEAR(a b)", "a\0b", "\ud800xx", "' --", "(((", "***")


@pytest.fixture
def ana(database: Database) -> int:
    with database.write() as connection:
        return members.add(connection, "ana@example.com", "Ana Martins", "", NOW)


@pytest.fixture
def user_id() -> UUID:
    return uuid4()


def found(database: Database, text: str) -> list[UUID]:
    with database.read() as connection:
        return list(connection.execute(book.matching(connection, fold(text))).scalars())


def test_notes_are_listed_newest_first_with_their_author_a_page_at_a_time(
    database: Database, ana: int, user_id: UUID
) -> None:
    with database.write() as connection:
        numbers = [book.add(connection, user_id, ana, f"note {n}", NOW) for n in range(5)]
        book.add(connection, uuid4(), ana, "on someone else", NOW)
        first = book.of_user(connection, user_id, 2)
        rest = book.of_user(connection, user_id, 10, before=first[-1].id)
    assert [each.id for each in [*first, *rest]] == numbers[::-1]
    assert (first[0].author, first[0].body, first[0].created_at) == ("Ana Martins", "note 4", NOW)
    assert (first[0].revision, first[0].changed_at) == (1, None)


def test_a_change_and_a_deletion_keep_what_the_note_said(
    database: Database, ana: int, user_id: UUID
) -> None:
    with database.write() as connection:
        number = book.add(connection, user_id, ana, "first", NOW)
        for act in ("second", None):
            note = book.find(connection, user_id, number)
            assert note
            if act:
                book.change(connection, note, act, LATER)
            else:
                book.delete(connection, note, LATER)
        note = book.find(connection, user_id, number)
        texts = book.earlier_texts(connection, number, 9)
        assert book.of_user(connection, user_id, 10) == []
        assert book.find(connection, uuid4(), number) is None
    assert note
    assert (note.body, note.revision, note.deleted_at) == ("", 2, LATER)
    assert [(each.revision, each.body, each.written_at) for each in texts] == [
        (2, "second", LATER),
        (1, "first", NOW),
    ]


@pytest.mark.parametrize("text", ["selfie", "SELFIE", "elf", "núm", "numero", "a 2", "se", "a"])
def test_a_text_finds_notes_that_have_it_whatever_its_case_and_marks(
    database: Database, ana: int, user_id: UUID, text: str
) -> None:
    with database.write() as connection:
        book.add(connection, user_id, ana, "Asked for\na Selfie;\t\tnúmero a  2.", NOW)
    assert found(database, text) == [user_id]


@pytest.mark.parametrize("text", ["selfies", "el", "lf", "unknown", *HOSTILE])
def test_any_other_text_finds_none(database: Database, ana: int, user_id: UUID, text: str) -> None:
    with database.write() as connection:
        book.add(connection, user_id, ana, "Asked for a selfie", NOW)
    assert found(database, text) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_signs_finds_the_note_that_has_it(
    database: Database, ana: int, user_id: UUID, text: str
) -> None:
    with database.write() as connection:
        book.add(connection, user_id, ana, f"It said {text}", NOW)
        book.add(connection, uuid4(), ana, "It said nothing", NOW)
    assert found(database, text) == [user_id]


def test_a_note_is_found_by_what_it_says_now(database: Database, ana: int, user_id: UUID) -> None:
    with database.write() as connection:
        number = book.add(connection, user_id, ana, "first words", NOW)
        note = book.find(connection, user_id, number)
        assert note
        book.change(connection, note, "second thoughts", LATER)
    assert (found(database, "first"), found(database, "second")) == ([], [user_id])
    with database.write() as connection:
        note = book.find(connection, user_id, number)
        assert note
        book.delete(connection, note, LATER)
    assert found(database, "second") == []


@pytest.mark.sqlite
def test_the_index_of_a_file_stays_whole(database: Database, ana: int, user_id: UUID) -> None:
    with database.write() as connection:
        for body in ("first", "second", "third"):
            number = book.add(connection, user_id, ana, body, NOW)
        note = book.find(connection, user_id, number)
        assert note
        book.change(connection, note, "fourth", LATER)
        connection.execute(notes.delete().where(notes.c.body == "first"))
        connection.exec_driver_sql(
            "INSERT INTO notes_index(notes_index) VALUES ('integrity-check')"
        )


def test_a_draft_is_the_last_one_of_its_author_and_user(
    database: Database, ana: int, user_id: UUID
) -> None:
    with database.write() as connection:
        luis = members.add(connection, "luis@example.com", "Luis", "", NOW)
        number = book.add(connection, user_id, luis, "a note", NOW)
        for body in ("Called", "Called, no answer"):
            drafts.put(connection, ana, user_id, Draft(body, LATER))
        drafts.put(connection, ana, uuid4(), Draft("of someone else", LATER))
        listed, draft = drafts.with_notes(connection, user_id, ana, 10)
        assert ([each.id for each in listed], draft) == (
            [number],
            Draft("Called, no answer", LATER),
        )
        assert drafts.with_notes(connection, user_id, luis, 10) == (listed, None)
        drafts.drop(connection, ana, user_id)
        assert drafts.with_notes(connection, user_id, ana, 10) == (listed, None)


def test_the_folded_text_is_that_of_the_note_and_a_text_can_be_anything(
    database: Database, ana: int, user_id: UUID
) -> None:
    with database.write() as connection:
        book.add(connection, user_id, ana, "É\u202e <b>\x07 " + "ñ" * 20_000, NOW)
        row = connection.execute(select(notes.c.folded)).scalar_one()
    assert row.startswith("  e\u202e  <b>\x07  nnn")
    assert found(database, "n" * 200) == [user_id]


def test_a_text_that_grows_when_it_is_folded_takes_no_more_than_twice_its_length(
    database: Database, ana: int, user_id: UUID
) -> None:
    body = "\ufdfa" * 500  # each is 18 characters when folded
    with database.write() as connection:
        book.add(connection, user_id, ana, body, NOW)
        folded = connection.execute(select(notes.c.folded)).scalar_one()
    assert 0 < len(folded) <= 2 * len(body)
    assert found(database, body[:1]) == [user_id]
