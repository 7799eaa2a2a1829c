"""Every part of an address that a page can't use is named on that page, never ignored silently.

A page reads its address with a `QueryForm`. What is read otherwise is in `OURS`, with its reason.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from dashboard.forms.desk import DeskForm
from dashboard.forms.directory import HeldForm, ListForm
from dashboard.forms.exports import AuditExportForm, DeskExportForm, UsersExportForm
from dashboard.forms.jobs.steering import JobListForm, JobRowsForm
from dashboard.forms.lab.runs import LabListForm
from dashboard.forms.logs.audit import AuditForm, StaffAuditForm
from dashboard.forms.logs.requests import RequestsForm, UserRequestsForm
from dashboard.forms.overview import AttentionForm
from dashboard.forms.query import KeyedForm, PagedForm, QueryForm
from dashboard.forms.registrations import RegistrationQuery, SampleQuery
from dashboard.forms.story.story import OpenedForm, StoryForm
from dashboard.forms.story.texts import TextQuery
from dashboard.forms.tokens import LedgerForm
from dashboard.forms.users import UserFilterForm
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.jobs import jobs
from dashboard.store.jobs.jobs import JobKind, NewJob
from tests.support.browsing import Visitor
from tests.support.directory import fill, someone
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import walk

PAGES: dict[str, type[QueryForm]] = {
    "/": AttentionForm,
    "/audit": AuditForm,
    "/audit/export": AuditExportForm,
    "/audit/people/1": StaffAuditForm,
    "/audit/people/1/opened": OpenedForm,
    "/jobs": JobListForm,
    "/jobs/1": JobRowsForm,
    "/kyc": DeskForm,
    "/lab": LabListForm,
    "/kyc/export": DeskExportForm,
    "/settings/requests": RequestsForm,
    "/settings/texts/link_fresh": TextQuery,
    "/tokens": LedgerForm,
    "/users": ListForm,
    "/users?source=api": UserFilterForm,
    "/users/export": UsersExportForm,
    "/users/new": SampleQuery,
    "/users/{user}": StoryForm,
    "/users/00000000-0000-4000-8000-000000000001/requests": UserRequestsForm,
}
BASES = {HeldForm, KeyedForm, PagedForm, RegistrationQuery}
# What our own pages and the identity provider write into an address; people don't.
OURS = {
    "next": "the page after a log-in: any other place leads to the overview",
    "with": "a link between the two kinds of codes",
    "again": "a link to the form after a lost answer",
    "kept": "a form that is shown again once",
    "say": "a chip that chooses the language of a text",
    "step": "how long a page has waited",
    "seen": "what a page has shown",
    "shown": "what an open desk has shown",
    "in": "a link from a list to a user, who is shown without it too",
    "view": "a saved view, which leads to the list",
    **dict.fromkeys(("state", "code", "error", "iss"), "the identity provider's answer"),
}
NAMES = {"KEPT_PARAM": "kept", "OPENED_FROM": "in", "SHOWN": "shown"}
BY_NAME = re.compile(r"request\.(?:args|values)(?:\.get\(|\[)([^,)\]]+)")
BEFORE = datetime(2026, 1, 2, tzinfo=UTC)
NOT_USED = "We can’t use these parts of the address: "
OF_URL_FOR = ("endpoint", "_anchor", "_external", "_method", "_scheme")


def leaves(form: type[QueryForm]) -> Iterator[type[QueryForm]]:
    for each in form.__subclasses__():
        yield each
        yield from leaves(each)


def fields_of(form: type[QueryForm]) -> list[str]:
    return [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]


CASES = [(path, name) for path, form in PAGES.items() for name in fields_of(form)]


def test_every_form_of_an_address_is_walked() -> None:
    assert {*leaves(QueryForm)} - BASES == {*PAGES.values()}
    assert len(CASES) > 30


def test_an_address_is_read_by_such_a_form_or_by_a_name_of_ours() -> None:
    read = [
        NAMES.get(name, name.strip('"'))
        for place in ("views", "web")
        for file in Path("dashboard", place).rglob("*.py")
        for name in BY_NAME.findall(file.read_text())
    ]
    assert set(read) == set(OURS)


OLD = ("/kyc?view=pending&", "/kyc?lane=expired&", "/kyc/export?lane=expired&")


def test_no_name_in_an_address_is_taken_for_an_argument_of_what_builds_addresses(
    app: Flask, log_in: LogIn
) -> None:
    """An old address leads to a new one with whatever else it has."""
    admin = log_in(Role.ADMIN)
    given = "&".join(f"{name}=elsewhere" for name in OF_URL_FOR)
    pages = [f"{step.path}?" for step in walk(app) if step.method == "GET"]
    for page in (*pages, *OLD):
        answer = admin.http.get(page + given)
        assert answer.status_code < 500, page
        assert not answer.headers.get("Location", "").startswith("elsewhere"), page


@pytest.fixture
def admin(log_in: LogIn, database: Database) -> Visitor:
    fill(database, [someone(1)])
    visitor = log_in(Role.ADMIN)
    with database.write() as connection:
        jobs.add(connection, NewJob(JobKind.REGISTER, 1, "form", BEFORE))
    return visitor


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_cannot_use_is_named(
    admin: Visitor, simulator: RunningSimulator, path: str
) -> None:
    fields, path = fields_of(PAGES[path]), path.format(user=simulator.users()[0]["id"])
    join = "&" if "?" in path else "?"
    assert NOT_USED not in admin.get(path).words
    for place, name in enumerate((*fields, "invented")):
        if f"?{name}=" in path:
            continue
        given = (f"{name}={'x' * 1000}", f"{name}=1&{name}=2")[place % 2]
        page = admin.get(f"{path}{join}{given}")
        named = page.words.split(NOT_USED)[1].split(" ")[0]
        assert named.rstrip(".") == name, (path, given)
