"""Who may not change staff: all but admins; and admins may not change their own account."""

from collections.abc import Callable

import pytest
from flask import Flask

from dashboard.services.actors import Actor
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff, StaffError
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.links import invite, link_in
from tests.support.people import Hire, LogIn

CHANGES: list[tuple[str, dict[str, str]]] = [
    ("roles", {"roles": "admin"}),
    ("link", {}),
    ("link/withdraw", {}),
    ("second-factors/require", {}),
    ("second-factors/no-longer", {}),
    ("second-factors/reset", {}),
    ("sessions/end", {}),
    ("disable", {}),
    ("enable", {}),
]
# Every role and every change is in the quick run, each pair of them in the weekly one.
ROLES = [role for role in Role if role is not Role.ADMIN]
EVERY_ROLE_AND_CHANGE = [
    pytest.param(
        role,
        *change,
        marks=() if number % len(ROLES) == place else pytest.mark.weekly,
        id=f"{role}-{change[0]}",
    )
    for place, role in enumerate(ROLES)
    for number, change in enumerate(CHANGES)
]


@pytest.mark.parametrize(("change", "sent"), CHANGES)
def test_nobody_changes_themselves_not_even_by_hand(
    log_in: LogIn, change: str, sent: dict[str, str], database: Database
) -> None:
    admin = log_in(Role.ADMIN)
    own = admin.get("/staff/1")
    assert "This is your account." in own.words
    assert "/staff/1/" not in own.text
    page = admin.post(f"/staff/1/{change}", sent, status=409)
    assert "You can’t make this change to your own account" in page.words
    admin.get("/staff")
    actions = [row.action for row in audit_log.entries(database)]
    assert actions == ["staff:add", "auth:login"]


@pytest.mark.parametrize(("role", "change", "sent"), EVERY_ROLE_AND_CHANGE)
def test_nobody_but_an_admin_changes_anybody(
    log_in: LogIn, staff: Staff, role: Role, change: str, sent: dict[str, str]
) -> None:
    visitor = log_in(role)
    before = staff.every()
    assert "/staff" not in visitor.get("/users").text
    for path in ("/staff", "/staff/new", "/staff/1"):
        visitor.get(path, status=403)
    visitor.post(f"/staff/1/{change}", sent, status=403)
    new = {"email": "x@example.com", "name": "X", "roles": "admin"}
    visitor.post("/staff", new, status=403)
    after = staff.every()
    assert [(one.roles, one.active) for one in after] == [(one.roles, one.active) for one in before]


def test_two_admins_who_disable_each_other_at_once_leave_one(staff: Staff, hire: Hire) -> None:
    first, second = (hire(Role.ADMIN)[0] for _ in range(2))
    ids = {member.email: member.id for member in staff.every()}
    staff.disable(second, Actor(ids[first]))
    for change in (staff.disable, lambda email, by: staff.set_roles(email, [Role.VIEWER], by)):
        with pytest.raises(StaffError) as refused:
            change(first, Actor(ids[second]))
        assert refused.value.cause == "no admin"
    with pytest.raises(StaffError):
        staff.invite("friend@example.com", "Friend", [Role.ADMIN], Actor(ids[second]))
    left = staff.find(first)
    assert left
    assert (left.active, left.roles) == (True, frozenset({"admin"}))


def test_someone_who_can_log_in_only_by_a_link_is_no_one_to_leave_staff_to(
    staff: Staff, hire: Hire
) -> None:
    first, second = (hire(Role.ADMIN)[0] for _ in range(2))
    ids = {member.email: member.id for member in staff.every()}
    staff.invite("invited@example.com", "Invited", [Role.ADMIN])
    staff.reset_second_factors(second, Actor(ids[first]))
    changes: list[Callable[[str, Actor], object]] = [
        staff.disable,
        staff.reset_second_factors,
        lambda email, by: staff.set_roles(email, [Role.VIEWER], by),
    ]
    for change in changes:
        with pytest.raises(StaffError) as refused:
            change(first, Actor(ids[second]))
        assert refused.value.cause == "last admin"
    left = staff.find(first)
    assert left
    assert left.can_come_in()


@pytest.mark.parametrize("rights_end", ["disable", "role"])
def test_links_that_somebody_made_for_others_end_with_their_own_rights(
    app: Flask, hire: Hire, staff: Staff, rights_end: str
) -> None:
    rogue, victim = hire(Role.ADMIN), hire(Role.ADMIN)
    visitor = Visitor(app)
    visitor.log_in(*rogue)
    member = staff.find(victim[0])
    assert member
    made = [
        link_in(visitor.post(f"/staff/{member.id}/link", status=200)),
        invite(visitor, "new@example.com", "admin"),
    ]
    for path in made:
        Visitor(app).get(path)
    if rights_end == "disable":
        staff.disable(rogue[0])
    else:
        staff.set_roles(rogue[0], [Role.SUPPORT])
    for path in made:
        Visitor(app).get(path, status=404)
