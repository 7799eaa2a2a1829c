"""A directory of some size, and staff who select users of it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.forms import intent_of
from tests.support.pages.jobs import JobWorker, worker_of
from tests.support.people import LogIn

USERS = [someone(number) for number in range(1, 61)]
TICK = re.compile(r'name="user" value="([\w-]{36})"[^>]*?( checked)?>')


@dataclass
class Picker:
    """Someone who selects without JavaScript: ticks, and buttons that send the whole form."""

    visitor: Visitor

    def ticks(self, path: str) -> tuple[list[str], list[str]]:
        """Return the users of a page, and those of them who are ticked."""
        found = TICK.findall(self.visitor.get(path).text)
        return [user for user, _ in found], [user for user, checked in found if checked]

    def send(
        self,
        path: str,
        do: str,
        ticked: Collection[str] = (),
        *,
        status: int = 303,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Press a button of the bar of a list, with these users ticked."""
        page = self.visitor.get(path)
        form = re.search(r'<form class="row" id="pick".*?</form>', page.text, re.DOTALL)
        assert form
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
        sent = {**dict(hidden), "do": do, "user": [*ticked]}
        answer = self.visitor.http.post("/selections", data=sent, headers=headers)
        return Page(answer, status, whole=False)

    def tick(self, path: str, ticked: Iterable[str]) -> int:
        """Tick users of a list besides those who are; return the number of the selection."""
        _, already = self.ticks(path)
        self.send(path, "keep", {*already, *ticked})
        return self.number(path)

    def number(self, path: str = "/users") -> int:
        found = re.search(r"/selections/(\d+)/tags", self.visitor.get(path).text)
        assert found
        return int(found[1])

    def start(self, path: str, **fields: Any) -> int:  # noqa: ANN401  as forms
        """Go through both steps of a change; return the number of the job."""
        asked = self.post(path, status=200, do="check", **fields)
        sent = {"intent": intent_of(asked), "seen": mark_of(asked), "do": "start", **fields}
        return int(self.post(path, **sent).headers["Location"].rpartition("/")[2])

    def post(self, path: str, *, status: int = 303, **fields: Any) -> Page:  # noqa: ANN401  as forms
        return self.visitor.post(path, fields, status=status)


def mark_of(page: Page) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert found
    return found[1]


def ids(users: Iterable[UUID]) -> list[str]:
    return [str(each) for each in users]


@pytest.fixture
def ana(log_in: LogIn, database: Database) -> Picker:
    """Support; the directory has 60 users."""
    visitor = log_in(Role.SUPPORT)
    fill(database, USERS)
    return Picker(visitor)


@pytest.fixture
def kyc(log_in: LogIn, ana: Picker) -> Picker:  # noqa: ARG001  the directory
    return Picker(log_in(Role.KYC))


@pytest.fixture
def worker(app: Flask, clock: TestClock) -> JobWorker:
    return worker_of(app, clock)
