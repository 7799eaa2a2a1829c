"""The owner of a user: assigned, handed over with a note, released, lapsed."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import notes
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.owners.conftest import Case

NOTE = "She calls back after 16:00.\nPrefers Spanish."


def recorded(database: Database) -> list[tuple[str, dict[str, object]]]:
    """Return the actions about owners, and their details."""
    found = audit_log.entries(database, "owners:%")
    return [(row.action, json.loads(row.details)) for row in found]


def noted(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(notes.c.body)).scalars())


def test_a_user_is_owned_by_who_takes_them_and_by_no_one_when_released(case: Case) -> None:
    assert "Owner No one" in case.card(case.ana)
    case.assign(case.ana, "me")
    card = case.card(case.ana)
    assert "You own this user now." in card
    assert "lapses in 71 hours" in card
    assert "Assign to me" not in card
    assert "Assign to me" in case.card(case.diego)
    case.assign(case.diego, "none")
    assert case.owner() is None
    assert [action for action, _ in recorded(case.database)] == ["owners:assign", "owners:release"]


def test_a_hand_over_needs_a_note_which_is_saved_and_never_in_the_audit(case: Case) -> None:
    assert "selected" not in case.ana.get(f"/users/{case.id}/owner").text
    page = case.assign(case.ana, "diego@example.org", status=422)
    assert "Write a note for the new owner." in page.words
    assert '<option dir="auto" value="diego@example.org" selected>' in page.text
    assert (case.owner(), noted(case.database), recorded(case.database)) == (None, [], [])
    case.assign(case.ana, "diego@example.org", note=NOTE)
    owner = case.owner()
    assert owner
    assert (owner.email, owner.is_seen) == ("diego@example.org", False)
    assert noted(case.database) == [NOTE]
    ((action, details),) = recorded(case.database)
    assert action == "owners:assign"
    assert details.keys() == {"owner", "owner_id", "note"}
    assert "calls back" not in json.dumps(details)


def test_the_new_owner_has_them_in_the_number_until_they_open_them(
    case: Case, simulator: RunningSimulator
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    case = replace(case, id=active)
    case.card(case.ana)
    case.assign(case.ana, "diego@example.org", note=NOTE)
    told = "1 of your users is overdue or new to you"
    assert told in case.diego.get("/kyc").words
    assert told not in case.ana.get("/kyc").words
    case.card(case.diego)
    assert told not in case.diego.get("/kyc").words


@pytest.mark.parametrize("owner", ["viewer@example.org", "no-one@example.org", "x"])
def test_only_who_may_write_notes_can_own(case: Case, owner: str) -> None:
    page = case.assign(case.ana, owner, status=422, note=NOTE)
    assert "Choose a staff member who can write notes." in page.words
    assert "Prefers Spanish." in page.words
    assert case.owner() is None


def test_a_viewer_sees_the_owner_and_changes_nothing(case: Case) -> None:
    case.assign(case.ana, "me")
    assert "Ana Martins" in case.card(case.viewer)
    for what in ("owner", "snooze", "wake"):
        case.post(case.viewer, what, status=403)
    assert "Assign to me" not in case.card(case.viewer)


def test_who_is_second_is_told_who_owns_the_user_now_and_what_they_typed_stays(
    case: Case,
) -> None:
    case.assign(case.diego, "me")
    page = case.post(
        case.ana, "owner", status=409, owner="diego@example.org", seen="", note="Mine to give"
    )
    assert "Another staff member changed this first." in page.words
    assert "Nothing was changed, and what you typed is still here." in page.words
    assert "Mine to give" in page.text
    owner = case.owner()
    assert owner
    assert f'name="seen" value="{owner.staff_id}"' in page.text
    assert noted(case.database) == []
    case.assign(case.ana, "me")
    taken = case.owner()
    assert taken
    assert taken.email == "ana@example.org"


@pytest.mark.parametrize(
    ("what", "data"),
    [("contacts", {"kind": "called_no_answer"}), ("notes", {"note": "Called", "seen": "0"})],
)
def test_what_the_owner_does_keeps_the_user_theirs_and_opening_them_does_not(
    case: Case, what: str, data: dict[str, str]
) -> None:
    case.assign(case.ana, "me")
    case.later(50)
    case.post(case.ana, what, status=303, **data)
    case.later(50)
    assert "lapses in 21 hours" in case.card(case.ana)


def test_ownership_lapses_and_says_so(case: Case) -> None:
    case.assign(case.ana, "me")
    case.later(73)
    card = case.card(case.diego)
    assert "Owner No one" in card
    assert "72 h passed without activity" in card
    assert "Assign to me" in card


@pytest.mark.parametrize("path", ["owner", "snooze"])
def test_there_is_no_form_for_a_user_whom_no_one_has_seen(case: Case, path: str) -> None:
    stranger = uuid4()
    case.ana.get(f"/users/{stranger}/{path}", status=404)
    case.ana.post(f"/users/{stranger}/owner", {"owner": "me"}, status=404)


def test_nothing_chosen_is_told_beside_the_field(support: Visitor, case: Case) -> None:
    assert "Choose an owner." in case.assign(support, "", status=422).words
