"""What erasing a user does to each table: the one list, which a rule test compares with the schema.

`ERASED` says which rows of a table are about users, and what happens to them. `WITHOUT_USERS` says
why every other table holds no email, phone number or name of a user.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from dashboard.store import schema
from dashboard.store.db.database import Transaction
from dashboard.store.schema import (
    directory,
    grants,
    job_rows,
    jobs,
    kept_forms,
    lab_steps,
    look_throughs,
    registrations,
    saved_views,
    sessions,
    sightings,
)

PAGES_OF_ANYONE = ("/users/new", "/users/register-many", "/kyc/start-many", "/kyc/send-many")
LOOKS = look_throughs.name


@dataclass(frozen=True)
class People:
    """Users to erase, and the texts by which a row is about them: as stored, and folded."""

    user_ids: tuple[UUID, ...]
    emails: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)


@dataclass(frozen=True)
class Erased:
    """The rows of a table that are about people, and what is done to them."""

    table: Table
    about: Callable[[People], ColumnElement[bool]]
    erase: Callable[[Transaction, ColumnElement[bool]], object]


def find(connection: Connection, user_ids: Collection[UUID]) -> People:
    """Return users with every email, phone number and name that we keep of them."""
    emails, texts = set[str](), set[str]()
    for table in (directory, sightings, registrations):
        of_them = table.c.user_id.in_(user_ids)
        folded = table.c.email_key if table is directory else table.c.email_folded
        for email, key in connection.execute(select(table.c.email, folded).where(of_them)):
            texts.update((email, key))
            emails.add(key)
    columns = directory.c
    said = select(columns.phone, columns.phone_digits, columns.name)
    for row in connection.execute(said.where(columns.user_id.in_(user_ids))):
        texts.update(row)
    return People(tuple(user_ids), frozenset(emails - {""}), frozenset(texts - {""}))


def count(connection: Connection, people: People) -> dict[str, int]:
    """Return how many rows of each table are about them, by the table's name; none is left out."""
    return {
        each.table.name: connection.execute(
            select(func.count()).select_from(each.table).where(each.about(people))
        ).scalar_one()
        for each in ERASED
    }


def erase(transaction: Transaction, people: People) -> None:
    """Remove people from every table but the audit."""
    for each in ERASED:
        each.erase(transaction, each.about(people))


def gone(connection: Connection, before: datetime, limit: int) -> list[UUID]:
    """Return users who have been gone since before a time."""
    statement = select(directory.c.user_id).where(directory.c.gone_at < before).limit(limit)
    return list(connection.execute(statement).scalars())


def _of_user(table: Table) -> Callable[[People], ColumnElement[bool]]:
    return lambda people: table.c.user_id.in_(people.user_ids)


def _removed(table: Table) -> Callable[[Transaction, ColumnElement[bool]], object]:
    return lambda transaction, about: transaction.execute(delete(table).where(about))


def _registered(people: People) -> ColumnElement[bool]:
    """Attempts that made no user are theirs by the email."""
    columns = registrations.c
    unnamed = and_(columns.user_id.is_(None), columns.email_folded.in_(people.emails))
    return or_(columns.user_id.in_(people.user_ids), unnamed)


def in_job(people: People) -> ColumnElement[bool]:
    """Return the condition that a row of a job is about the user: by email until it is done."""
    columns = job_rows.c
    return or_(columns.user_id.in_(people.user_ids), columns.email_folded.in_(people.emails))


def _in_run(people: People) -> ColumnElement[bool]:
    of_row = lab_steps.c.row_id.in_(select(job_rows.c.id).where(in_job(people)))
    return or_(lab_steps.c.user_id.in_(people.user_ids), of_row)


def _rows_erased(transaction: Transaction, about: ColumnElement[bool]) -> object:
    """A job says how many of its rows are gone."""
    of_job = select(func.count()).where(job_rows.c.job_id == jobs.c.id, about).scalar_subquery()
    having = jobs.c.id.in_(select(job_rows.c.job_id).where(about))
    transaction.execute(update(jobs).where(having).values(erased=jobs.c.erased + of_job))
    return transaction.execute(delete(job_rows).where(about))


def _given_reasons(people: People) -> ColumnElement[bool]:
    stated = or_(grants.c.reason != "", grants.c.ticket.is_not(None))
    return and_(grants.c.user_id.in_(people.user_ids), stated)


def _without_reasons(transaction: Transaction, about: ColumnElement[bool]) -> object:
    """A token may still work, so its row stays, without what staff wrote."""
    return transaction.execute(update(grants).where(about).values(reason="", ticket=None))


def _typed_about(people: People) -> ColumnElement[bool]:
    """Forms are encrypted; their page says which user they are about."""
    return or_(*(kept_forms.c.page.contains(str(each)) for each in people.user_ids))


def _without_forms(transaction: Transaction, about: ColumnElement[bool]) -> object:
    """Whom these forms are about can't be seen, so all of them go, an hour early at most."""
    either = or_(about, kept_forms.c.page.in_(PAGES_OF_ANYONE))
    return transaction.execute(delete(kept_forms).where(either))


def _naming(people: People) -> ColumnElement[bool]:
    """Notices that wait for the next page of a session, such as *User registered*."""
    return or_(*(_holds(sessions.c.data, json.dumps(text)[1:-1]) for text in _words(people)))


def _words(people: People) -> list[str]:
    return [*sorted(people.texts), *map(str, people.user_ids)]


def _holds(column: Column[str], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)


def _without_notices(transaction: Transaction, about: ColumnElement[bool]) -> None:
    for row in transaction.execute(select(sessions.c.id_hash, sessions.c.data).where(about)):
        kept = {name: value for name, value in json.loads(row.data).items() if name != "_flashes"}
        of_it = update(sessions).where(sessions.c.id_hash == row.id_hash)
        transaction.execute(of_it.values(data=json.dumps(kept)))


def _viewed(people: People) -> ColumnElement[bool]:
    """Saved views that look for one of them, or are named after one."""
    texts, columns = _words(people), saved_views.c
    searched = [_holds(columns.filter, quote_plus(text)) for text in texts]
    return or_(*searched, *(_holds(columns.name, text) for text in texts))


def _finding(people: People) -> ColumnElement[bool]:
    """What was looked for is encrypted: the users that were found say who it was about.

    Those that found no one yet are deleted where they can be read (`LookThroughs.forget`).
    """
    return or_(*(look_throughs.c.hits.contains(str(each)) for each in people.user_ids))


_NAMED_BY_ID = (
    *(schema.directory, schema.sightings, schema.inquiries, schema.follow_holds),
    *(schema.note_revisions, schema.note_drafts, schema.note_edits, schema.notes),
    *(schema.contacts, schema.owners, schema.snoozes, schema.user_tags),
    *(schema.recent_users, schema.selected_users, schema.visits, schema.exported_users),
    schema.requests,
)
ERASED = (
    *(Erased(table, _of_user(table), _removed(table)) for table in _NAMED_BY_ID),
    Erased(registrations, _registered, _removed(registrations)),
    Erased(lab_steps, _in_run, _removed(lab_steps)),
    Erased(job_rows, in_job, _rows_erased),
    Erased(look_throughs, _finding, _removed(look_throughs)),
    Erased(saved_views, _viewed, _removed(saved_views)),
    Erased(grants, _given_reasons, _without_reasons),
    Erased(kept_forms, _typed_about, _without_forms),
    Erased(sessions, _naming, _without_notices),
)
_STAFF = (
    *(schema.staff, schema.staff_links, schema.staff_names, schema.staff_roles, schema.last_visits),
    *(schema.authenticators, schema.passkeys, schema.recovery_codes, schema.sso_accounts),
)
_API = (
    *(schema.api_pairs, schema.api_switch, schema.breakers),
    *(schema.observations, schema.upstream_minutes, schema.meta),
)
WITHOUT_USERS: Mapping[Table, str] = {
    **dict.fromkeys(_STAFF, "about staff"),
    **dict.fromkeys(_API, "about the Partner API or the installation"),
    schema.audit_sums: "counts of events by member of staff and network",
    schema.counts: "how many users have a status",
    schema.directory_counts: "how many users there are of each kind",
    **dict.fromkeys((schema.background_budget, schema.background_calls), "counts of calls"),
    **dict.fromkeys(
        (schema.sweeps, schema.sweep_problems, schema.sync_lease), "how lists are read"
    ),
    schema.lab_reports: "which checks passed, without what was read",
    schema.job_columns: "which columns a table had, by member of staff",
    schema.jobs: "who started what; users are in its rows",
    schema.selections: "who selected; users are in its rows",
    schema.intents: "a keyed fingerprint of a form, under the user’s ID",
    schema.limits: "counters, under the user’s ID for an hour",
    schema.tags: "names that admins give to kinds of users",
    schema.texts: "texts with placeholders in place of names",
}
