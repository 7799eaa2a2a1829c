"""Staff: who may log in, and the set of roles each has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from dashboard.store.jobs import jobs
from dashboard.store.schema import (
    authenticators,
    passkeys,
    saved_views,
    sso_accounts,
    staff,
    staff_roles,
)
from dashboard.store.staff import list_choices
from dashboard.store.staff import names as staff_names
from dashboard.store.staff.list_choices import ListChoices
from dashboard.text.emails import comparable


@dataclass(frozen=True)
class StaffMember:
    """One person who logs in here. `roles` holds the names of their roles."""

    id: int
    email: str
    name: str
    active: bool
    roles: frozenset[str]
    language: str | None
    time_zone: str | None
    theme: str | None
    shortcuts: bool  # of a single key
    hides_test_users: bool
    mail_on_hand_over: bool
    list_choices: ListChoices
    seen_at: datetime | None
    second_factor_required: bool  # by an admin, whatever the roles say
    has_passkey: bool
    has_authenticator: bool
    has_sso_account: bool
    sees_views: bool  # there are saved views, of their own or shared
    has_ended_job: bool  # and they have not opened it since
    password_hash: str = field(repr=False)

    @property
    def has_password(self) -> bool:
        """Return whether this person has chosen a password."""
        return bool(self.password_hash)

    @property
    def has_second_factor(self) -> bool:
        """Return whether this person needs more than a password to log in."""
        return self.has_passkey or self.has_authenticator

    def can_come_in(self, *, by_password: bool = True) -> bool:
        """Return whether this person can log in without a link."""
        return (self.has_password and by_password) or self.has_passkey or self.has_sso_account


def find(connection: Connection, email: str) -> StaffMember | None:
    """Return the staff member with this email, however it is spelled."""
    exact_first = _members().where(has_email(email)).order_by(staff.c.email != email)
    row = connection.execute(exact_first).first()
    return member(row) if row else None


def has_email(email: str) -> ColumnElement[bool]:
    """Return the condition that a staff member has this email, however it is spelled.

    A stored email is in the form that is compared, unless an older version took it with another
    invisible character.
    """
    return staff.c.email.in_({email, comparable(email)})


def ids(connection: Connection, email: str) -> frozenset[int]:
    """Return the numbers of the members of staff with an email."""
    return frozenset(connection.execute(select(staff.c.id).where(has_email(email))).scalars())


def find_by_id(connection: Connection, staff_id: int) -> StaffMember | None:
    """Return the staff member with this id."""
    row = connection.execute(_members().where(staff.c.id == staff_id)).first()
    return member(row) if row else None


def has_active(connection: Connection, role: str, *, by_password: bool) -> bool:
    """Return whether anyone with this role can log in. A link may never be used: not counted."""
    wanted = select(staff_roles.c.staff_id).where(staff_roles.c.role == role)
    statement = _members().where(staff.c.active, staff.c.id.in_(wanted))
    everyone = [member(row) for row in connection.execute(statement)]
    return any(each.can_come_in(by_password=by_password) for each in everyone)


def is_empty(connection: Connection) -> bool:
    """Return whether no one was ever added: the disabled are still there."""
    return connection.execute(select(staff.c.id).limit(1)).first() is None


def every(connection: Connection) -> list[StaffMember]:
    """Return all staff, disabled ones too, by email."""
    return [member(row) for row in connection.execute(_members().order_by(staff.c.email))]


def add(connection: Connection, email: str, name: str, password_hash: str, at: datetime) -> int:
    """Add an active member without roles; return their id."""
    statement = insert(staff).values(
        email=comparable(email),
        name=name,
        password_hash=password_hash,
        active=True,
        created_at=at,
    )
    staff_id = int(connection.execute(statement.returning(staff.c.id)).scalar_one())
    staff_names.remember(connection, staff_id, name)
    return staff_id


def set_roles(connection: Connection, staff_id: int, roles: Iterable[str]) -> None:
    """Replace the member's set of roles."""
    connection.execute(delete(staff_roles).where(staff_roles.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "role": role} for role in sorted(set(roles))]
    if rows:
        connection.execute(insert(staff_roles), rows)


def set_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    """Replace the password's hash."""
    _update(connection, staff_id, password_hash=password_hash)


def set_preferences(
    connection: Connection, staff_id: int, *, name: str, **chosen: str | bool | None
) -> None:
    """Replace what the member chose; None leaves it to the browser or the configuration."""
    staff_names.remember(connection, staff_id, name)
    _update(connection, staff_id, name=name, **chosen)


def set_active(connection: Connection, staff_id: int, *, active: bool) -> None:
    """Let the member log in, or no longer."""
    _update(connection, staff_id, active=active)


def set_second_factor_required(connection: Connection, staff_id: int, *, required: bool) -> None:
    """Require a second factor of the member, or leave that to their roles."""
    _update(connection, staff_id, second_factor_required=required)


def seen(connection: Connection, staff_id: int, at: datetime) -> None:
    """Remember when the member was last here."""
    _update(connection, staff_id, seen_at=at)


def member(row: Row[*tuple[Any, ...]]) -> StaffMember:
    """Build a member from a row of `columns()`."""
    return StaffMember(
        id=row.staff_id,
        email=row.email,
        name=row.name,
        active=row.active,
        roles=frozenset(filter(None, (row.roles or "").split(","))),
        language=row.language,
        time_zone=row.time_zone,
        theme=row.theme,
        shortcuts=row.shortcuts,
        hides_test_users=row.hides_test_users,
        mail_on_hand_over=row.mail_on_hand_over,
        list_choices=list_choices.read(row),
        seen_at=row.staff_seen_at,
        second_factor_required=row.second_factor_required,
        has_passkey=row.has_passkey,
        has_authenticator=row.has_authenticator,
        has_sso_account=row.has_sso_account,
        sees_views=row.sees_views,
        has_ended_job=row.has_ended_job,
        password_hash=row.password_hash,
    )


def columns() -> list[Any]:
    """Return the columns that `member()` reads, the roles in one."""
    roles = (
        select(func.aggregate_strings(staff_roles.c.role, ","))
        .where(staff_roles.c.staff_id == staff.c.id)
        .scalar_subquery()
        .label("roles")
    )
    return [
        staff.c.id.label("staff_id"),
        staff.c.email,
        staff.c.name,
        staff.c.active,
        staff.c.language,
        staff.c.time_zone,
        staff.c.theme,
        staff.c.shortcuts,
        staff.c.hides_test_users,
        staff.c.mail_on_hand_over,
        staff.c.list_rows,
        staff.c.list_hidden,
        staff.c.list_density,
        staff.c.seen_at.label("staff_seen_at"),
        staff.c.password_hash,
        staff.c.second_factor_required,
        exists().where(passkeys.c.staff_id == staff.c.id).label("has_passkey"),
        exists().where(authenticators.c.staff_id == staff.c.id).label("has_authenticator"),
        exists().where(sso_accounts.c.staff_id == staff.c.id).label("has_sso_account"),
        exists()
        .where(or_(saved_views.c.staff_id == staff.c.id, saved_views.c.shared))
        .label("sees_views"),
        jobs.ended_unseen(staff.c.id).label("has_ended_job"),
        roles,
    ]


def _members() -> Select[*tuple[Any, ...]]:
    return select(*columns())


def _update(connection: Connection, staff_id: int, **values: object) -> None:
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
