"""The words of the box find what a plain reading of the rows finds, on either engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.directory.box import parse
from dashboard.store.audit.chain import Chain, NewEntry, Outcome, append
from dashboard.store.db.database import Database
from dashboard.store.directory import lookup, rows, search
from dashboard.store.directory.rows import SeenUser
from dashboard.store.directory.search import DirectoryQuery, PageOf, Word
from dashboard.store.schema import inquiries, staff
from dashboard.store.tokens import grants
from dashboard.text.search import digits, name_key
from tests.support import databases
from tests.support.sampling import few_of

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("María José Soto", "Zoë Peña", "", "Costa Rica", "Ana O'Neill", "Łukasz Ćwik")
COUNTRIES = ("CO", "CL", "MX", "CR", "US", "")
TYPED = (
    *("maria", "SOTO maria", "peña", "ana@", "example.com", "300 000 00 07", "(300) 000-0005"),
    *("+57 300", "0057 300", "00 07", "colombia", "MÉXICO", "costa rica", "estados unidos", "co"),
    *("cl soto", "inq_", "inq_a", "inq_A1", "inq_zz", "SUP-1", "sup-1", "SUP", "ab12", "AB12-0000"),
    *("example.com colombia", "maria +57300", '"maria"', "<ana>", "m", "so", "0007", "0025"),
    *("300 - 000 - 00 07", "(+57) 300", "ab120000…0007", "ana - soto"),
)


@dataclass(frozen=True)
class Kept:
    """A user of the directory, with what other tables have of them."""

    user: SeenUser
    name: str
    inquiry: str
    ticket: str


@pytest.fixture(scope="module")
def filled(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, list[Kept]]]:
    folder = tmp_path_factory.mktemp("words")
    databases.fill(migrated, folder)
    database = Database(databases.url_for(folder))
    kept = [someone(number) for number in range(48)]
    with database.write() as connection:
        rows.record(connection, [each.user for each in kept], START)
        for each in kept:
            rows.know(connection, each.user.user_id, name=each.name)
        keep_inquiries_and_tickets(connection, kept)
    yield database, kept
    database.close()
    databases.drop(folder)


def keep_inquiries_and_tickets(connection: Connection, kept: list[Kept]) -> None:
    member = {"email": "a@example.com", "name": "A", "password_hash": "", "active": True}
    connection.execute(insert(staff).values(**member, created_at=START))
    entry = NewEntry(at=START, action="tokens:issue", outcome=Outcome.SUCCEEDED)
    keyring = Keyring("a secret key that is long enough", [])
    seq = append(connection, Chain(keyring.keys(KeyPurpose.CHAIN), "local"), entry)
    connection.execute(
        insert(inquiries),
        [
            {
                "user_id": each.user.user_id,
                "state": "held",
                "started_at": START,
                "source": "here",
                "inquiry_id": each.inquiry,
            }
            for each in kept
            if each.inquiry
        ],
    )
    for each in kept:
        if each.ticket:
            grants.add(
                connection,
                user_id=each.user.user_id,
                staff_id=1,
                attempt_seq=seq,
                reason="a reason",
                ticket=each.ticket,
                at=START,
                expires_at=START,
            )


def someone(number: int) -> Kept:
    user = SeenUser(
        user_id=UUID(int=(0xAB12 << 112) + number),
        email=f"{('ana', 'maria.soto', 'x_y')[number % 3]}{number}@example.com",
        status="pending",
        country_code=COUNTRIES[number % 6],
        preferred_language=None,
        registered_at=START,
        phone=f"+5730{number:08}" if number % 2 else None,
    )
    inquiry = f"inq_{'aAzZ'[number % 4]}{number}" if number % 3 else ""
    return Kept(user, NAMES[number % len(NAMES)], inquiry, f"SUP-{number}" if number < 9 else "")


def matches(kept: Kept, word: Word) -> bool:
    """Return what a word of the box means, read plainly."""
    email, names, user = kept.user.email.lower(), name_key(kept.name), kept.user
    if len(word.text) < 3:
        has_part = email.startswith(word.text) or f"  {word.text}" in names
    else:
        has_part = (
            word.text in email
            or word.text in names
            or bool(word.phone and word.phone in digits(user.phone or ""))
            or bool(word.id_part and word.id_part in user.user_id.hex)
        )
    return (
        has_part
        or (user.country_code or "-") in word.countries
        or bool(word.inquiry and kept.inquiry.startswith(word.inquiry))
        or bool(word.ticket and kept.ticket == word.ticket.upper())
    )


def found(database: Database, text: str) -> set[UUID]:
    with database.read() as connection:
        page = search.find(connection, DirectoryQuery(parse(text)), PageOf(limit=100))
    return {entry.user_id for entry in page.entries}


@settings(
    max_examples=few_of(300),
)
@given(text=st.one_of(st.sampled_from(TYPED), st.lists(st.sampled_from(TYPED)).map(" ".join)))
def test_words_find_what_a_plain_reading_finds(
    filled: tuple[Database, list[Kept]], text: str
) -> None:
    database, kept = filled
    words = parse(text)
    expected = {each.user.user_id for each in kept if all(matches(each, word) for word in words)}
    assert found(database, text) == expected


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("+57 300 000 00 07", lambda kept: kept.user.phone == "+573000000007"),
        ("300 000 00 07", lambda kept: kept.user.phone == "+573000000007"),
        ("(300) 000-0007", lambda kept: kept.user.phone == "+573000000007"),
        ("0057 300 0000007", lambda kept: kept.user.phone == "+573000000007"),
        ("soto jose MARIA", lambda kept: kept.name == "María José Soto"),
        ("zoe pena", lambda kept: kept.name == "Zoë Peña"),
        ("méxico", lambda kept: kept.user.country_code == "MX"),
        ("United States", lambda kept: kept.user.country_code == "US"),
        ("estados unidos", lambda kept: kept.user.country_code == "US"),
        ("inq_A", lambda kept: kept.inquiry.startswith("inq_A")),
        ("SUP-7", lambda kept: kept.ticket == "SUP-7"),
        ("sup-7", lambda kept: kept.ticket == "SUP-7"),
        ("(+57) 300 - 000 - 0007", lambda kept: kept.user.phone == "+573000000007"),
        ("300\u2011000\u20110007", lambda kept: kept.user.phone == "+573000000007"),
        ("0045 ana", lambda kept: kept.user.phone == "+573000000045"),
        ("ab120000…001f", lambda kept: kept.user.user_id.hex.endswith("001f")),
    ],
)
def test_what_callers_say_finds_them(
    filled: tuple[Database, list[Kept]], text: str, wanted: Callable[[Kept], bool]
) -> None:
    database, kept = filled
    expected = {each.user.user_id for each in kept if wanted(each)}
    assert expected
    assert found(database, text) == expected


def test_a_whole_ticket_is_looked_up_in_capitals_or_not(
    filled: tuple[Database, list[Kept]],
) -> None:
    database, kept = filled
    with database.read() as connection:
        owners = lookup.of_tickets(connection, ["sup-7", "SUP-8", "sup-99"])
    of = {each.ticket: frozenset({each.user.user_id}) for each in kept if each.ticket}
    assert owners == {"sup-7": of["SUP-7"], "SUP-8": of["SUP-8"]}
