"""The form that starts KYC for many: users by email or id, with their names."""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from io import StringIO
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from dashboard.forms.fields import PastedField, TextField
from dashboard.forms.jobs.checked import CheckedTable, ticks
from dashboard.forms.jobs.columns import START_KYC, typed
from dashboard.forms.jobs.start_preview import CheckedStart
from dashboard.forms.jobs.table import TEXT_MAX, Table, TableForm
from dashboard.forms.kyc import KycForm
from dashboard.services.jobs.start_kyc import Startable, UsersFound
from dashboard.text.emails import comparable
from dashboard.text.ids import find_uuid

Find = Callable[[Collection[str], Collection[UUID]], UsersFound]
Doubt = Callable[[str], str]
Names = tuple[str, str]
ASKED_MAX = 10
StartPreview = CheckedTable[CheckedStart]


class StartManyForm(TableForm):
    """As `TableForm`; `users`: IDs of users to fill the table with.

    `asked` is the number of users in the question beside the button. `long_names`: how many names
    that the table was filled with may be split in the wrong place.
    """

    holds = START_KYC
    says_whom = _l("Choose the column that holds the email or the user ID.")
    says_whom_once = _l("Choose each field once, and a column for the email or the user ID.")
    says_number = _l("Enter the number of users whose KYC you’re starting: %(n)s.")
    users = PastedField(_l("User IDs"), max_length=TEXT_MAX)
    asked = TextField(max_length=ASKED_MAX)
    long_names = 0

    def validate_users(self, field: PastedField) -> None:
        """Require IDs of users."""
        if not all(map(find_uuid, (field.data or "").split())):
            raise ValidationError(_l("Use only user IDs, with spaces or line breaks between them."))

    def user_ids(self) -> list[UUID]:
        """Return the users to fill the table with, each once; call `validate()` first."""
        ids = (find_uuid(word) for word in (self.users.data or "").split())
        return list(dict.fromkeys(filter(None, ids)))

    def fill(
        self, user_ids: Iterable[UUID], found: UsersFound, names: Callable[[Startable], Names]
    ) -> None:
        """Put a table of these users in place of what was pasted, with what we know of each."""
        file = StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(START_KYC.fields)
        for user_id in user_ids:
            user = found.by_id.get(user_id)
            first, last = names(user) if user else ("", "")
            self.long_names += " " in last
            known = (user.email, user_id, first, last, user.phone, "") if user else ("", user_id)
            table.writerow([*known, *[""] * (len(START_KYC.fields) - len(known))])
        self.take_text(file.getvalue())

    def preview(
        self, find: Find, doubt: Doubt, rows_most: int, *, keeps_ticks: bool
    ) -> StartPreview | None:
        """Check the table; None if it can't be read: the field then has the reason."""
        table = self.read(rows_most)
        if table is None:
            return None
        checked = _checked(table, find, doubt)
        return StartPreview(table, checked, ticks(checked, self.ticked if keeps_ticks else None))

    def was_asked(self, number: int) -> bool:
        """Return whether the question was about this number of users."""
        return self.asked.data == str(number)


def _checked(table: Table, find: Find, doubt: Doubt) -> tuple[CheckedStart, ...]:
    rows = [(row.number, table.cells(row)) for row in table.rows]
    ids = {find_uuid(cells.get("user_id", "")) for _number, cells in rows}
    emails = {cells["email"] for _number, cells in rows if cells.get("email")}
    found = find(emails, ids - {None})  # type: ignore[arg-type]  # mypy doesn't know the difference
    first: dict[UUID, int] = {}
    checked = []
    for number, cells in rows:
        row = _read(number, cells, found, doubt)
        if row.user:
            earlier = first.setdefault(row.user.user_id, number)
            row = replace(row, same_as=earlier if earlier != number else None)
        checked.append(row)
    return tuple(checked)


def _read(number: int, cells: Mapping[str, str], found: UsersFound, doubt: Doubt) -> CheckedStart:
    """Check a row as the form of one user does."""
    field, problem, user = _find_user(cells, found)
    given = {name: typed(name, cell) for name, cell in cells.items() if name != "user_id"}
    if user and not given.get("email"):
        given["email"] = user.email
    form = KycForm(MultiDict(given))
    form.must_confirm(None)
    form.validate()
    errors = {each.name: str(each.errors[0]) for each in form if each.errors}
    if given.get("birth_date") and form.birth_date.data is None:
        errors["birth_date"] = _("Enter a date of birth as YYYY-MM-DD.")
    if field == "user_id" and not given.get("email"):
        errors.pop("email", None)
    if problem:
        errors[field] = problem
    if user is None or errors:
        return CheckedStart(number, cells, errors, user)
    applicant = form.command()
    asks = [doubt(applicant.email)]
    if comparable(applicant.email) != comparable(user.email):
        asks.append(_("This isn’t the email that the user registered with."))
    return CheckedStart(number, cells, {}, user, applicant, doubt=" ".join(filter(None, asks)))


def _find_user(cells: Mapping[str, str], found: UsersFound) -> tuple[str, str, Startable | None]:
    """Return the user of a row, or the field that doesn't identify one, and why."""
    if text := cells.get("user_id"):
        user_id = find_uuid(text)
        if user_id is None:
            return "user_id", _("Enter a user ID, as a user’s page shows it."), None
        user = found.by_id.get(user_id)
        return "user_id", "" if user else _("We haven’t seen a user with this ID."), user
    email = cells.get("email", "")
    users = found.by_email.get(comparable(email), []) if email else []
    if len(users) > 1:
        return "email", _("Several users have this email. Use the user ID."), None
    if users:
        return "email", "", users[0]
    if not email:
        return "email", _("Enter an email address or a user ID."), None
    return "email", _("We haven’t seen a user with this email. Use the user ID."), None
