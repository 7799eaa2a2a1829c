"""A crowd of log-ins: a few are in progress, the others are told immediately to come back."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask

from dashboard.services.auth import passwords
from dashboard.services.auth.hash_places import Places
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import PATIENCE_S
from tests.support.people import Hire


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "WEB_THREADS": "4"}  # so that one may log in at a time


@pytest.fixture
def under_way(
    app: Flask, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """A log-in whose password is being compared until this is called."""
    go_on, began, verify = threading.Event(), threading.Event(), passwords.verify
    account = hire(Role.SUPPORT)

    def slowly(password_hash: str | None, password: str) -> bool:
        if password == account[1]:
            began.set()
            assert go_on.wait(PATIENCE_S)
        return verify(password_hash, password)

    monkeypatch.setattr(passwords, "verify", slowly)
    thread = threading.Thread(target=Visitor(app).log_in, args=account)
    thread.start()
    assert began.wait(PATIENCE_S)

    def finish() -> None:
        go_on.set()
        thread.join()

    yield finish
    finish()


@pytest.mark.on_postgres
def test_who_comes_meanwhile_is_told_to_come_back_and_keeps_the_email(
    app: Flask, hire: Hire, under_way: Callable[[], None]
) -> None:
    email, password = hire(Role.SUPPORT)
    visitor = Visitor(app)
    for _ in range(20):  # more than are counted before a wait of minutes
        page = visitor.log_in(email, password, status=503)
        assert page.headers["Retry-After"] == "2"
    assert "Too many people are logging in right now." in page.words
    assert f'value="{email}"' in page.text
    under_way()
    visitor.log_in(email, password)
    visitor.get("/users")


@pytest.fixture
def office(app: Flask, hire: Hire) -> Visitor:
    """A visitor at an address that a colleague has logged in from."""
    colleague, visitor = Visitor(app), Visitor(app)
    for each in (colleague, visitor):
        each.http.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    colleague.log_in(*hire(Role.SUPPORT))
    return visitor


@pytest.mark.on_postgres
def test_a_known_address_has_places_of_its_own(
    app: Flask, office: Visitor, hire: Hire, under_way: Callable[[], None]
) -> None:
    account = hire(Role.SUPPORT)
    Visitor(app).log_in(*account, status=503)
    office.log_in(*account)
    under_way()


def test_a_place_is_given_back_whatever_happens() -> None:
    places = Places(1)
    with suppress(ZeroDivisionError), places.take(known=False) as is_free:
        assert is_free
        assert places.are_taken(known=False)
        assert not places.are_taken(known=True)
        with places.take(known=False) as second:
            assert not second
        raise ZeroDivisionError
    assert not places.are_taken(known=False)


@pytest.mark.on_postgres
@pytest.mark.usefixtures("under_way")
def test_other_pages_go_on_meanwhile(app: Flask) -> None:
    Visitor(app).get("/healthz")
    Visitor(app).get("/login")


def test_passwords_are_hashed_by_one_thread_that_lets_the_others_go_first() -> None:
    def where() -> tuple[int, int]:
        thread = threading.get_native_id()
        return thread, os.getpriority(os.PRIO_PROCESS, thread)

    first, second = passwords._in_turn(where), passwords._in_turn(where)  # noqa: SLF001  which thread it is shows nowhere else
    assert first == second
    assert first[1] > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
