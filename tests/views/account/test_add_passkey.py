"""Adding a passkey: what the browser answers is looked over, and its name too."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import limits
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.factors import add_passkey, kept
from tests.support.people import Hire
from tests.support.soft_passkey import PRESENT, SoftPasskey


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    """A support person's email and password."""
    return hire(Role.SUPPORT)


@pytest.fixture
def ana(app: Flask, known: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def laptop() -> SoftPasskey:
    return SoftPasskey("laptop")


@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.test"}, {"rp_id": "evil.test"}, {"flags": PRESENT}, {"flags": 0}],
    ids=str,
)
def test_a_passkey_of_another_site_or_without_its_owner_is_not_added(
    ana: Visitor, laptop: SoftPasskey, database: Database, changed: dict[str, object]
) -> None:
    for name, value in changed.items():
        setattr(laptop, name, value)
    assert "The passkey was not added." in add_passkey(ana, laptop, status=422).words
    assert kept(database) == [0, 0, 0]


def test_the_answer_to_an_older_request_adds_nothing(
    ana: Visitor,
    known: tuple[str, str],
    laptop: SoftPasskey,
    clock: TestClock,
    database: Database,
) -> None:
    options = ana.post("/account/passkeys/options", status=200).json
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    sent = {"name": "Laptop", "answer": laptop.create(options)}
    ana.post("/account/passkeys/options", status=200)
    ana.post("/account/passkeys", sent, status=422)
    ana.post("/account/passkeys", sent, status=422)
    sent["answer"] = laptop.create(ana.post("/account/passkeys/options", status=200).json)
    clock.advance(minutes=5, seconds=2)
    ana.post("/confirm", {"password": known[1]})
    ana.post("/account/passkeys", sent, status=422)
    assert kept(database) == [0, 0, 0]


def test_a_passkey_is_one_person_s_once(
    ana: Visitor, app: Flask, hire: Hire, laptop: SoftPasskey, database: Database
) -> None:
    add_passkey(ana, laptop)
    add_passkey(ana, laptop, status=422)
    eve = Visitor(app)
    eve.log_in(*hire(Role.ADMIN))
    add_passkey(eve, laptop, status=422)
    assert kept(database) == [1, 0, 10]
    options = ana.post("/account/passkeys/options", status=200).json
    assert len(options["excludeCredentials"]) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("  ", "Enter a name."), ("x" * 101, "100"), ("Lap\u202etop", "U+202E")]
)
def test_a_name_that_cannot_be_is_told_beside_its_field(
    ana: Visitor, laptop: SoftPasskey, database: Database, name: str, said: str
) -> None:
    page = add_passkey(ana, laptop, name=name, status=422)
    assert said in page.text.split('id="name-error"')[1].split("</p>")[0]
    assert kept(database) == [0, 0, 0]


def test_a_name_is_suggested_from_the_device(ana: Visitor) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
    page = ana.get("/account/factors", headers={"User-Agent": agent})
    assert 'value="iPhone"' in page.text


def test_a_used_challenge_is_remembered_as_long_as_it_could_be_good(
    ana: Visitor, laptop: SoftPasskey, database: Database, clock: TestClock
) -> None:
    add_passkey(ana, laptop)
    with database.read() as connection:
        row = connection.execute(limits.select().where(limits.c.key.like("challenge/%"))).one()
    assert (row.expires_at - clock()).total_seconds() > 300
