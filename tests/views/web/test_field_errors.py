"""Errors of a form: the summary names each field that has one, and the field says the same."""

import html
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.browsing import Page, Visitor
from tests.support.pages.confirming import user
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import NAMED, UNSAFE, walk

FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*\bnovalidate\b[\s\S]*?</form>')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"\s+value="([^"]*)"')
LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_"


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def mistakes(page: Page) -> list[str]:
    """Return which items of a summary have no field that says the same, and the reverse."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    parents = {child: parent for parent in tree.iter() for child in parent}
    by_id = {each.get("id"): each for each in tree.iter() if each.get("id")}
    errors = by_id.get("errors")
    if errors is None:
        return ["no summary"]
    form = errors
    while form.tag != "form":
        form = parents[form]
    beside = {
        str(each.get("id")): words(each)
        for each in form.iter("p")
        if each.get("class") == "error" and (each.get("id") or "").endswith("-error")
    }
    found = []
    for link in errors.iter("a"):
        name = (link.get("href") or "").removeprefix("#")
        if link.get("href", "").startswith("/"):
            continue
        message = beside.pop(f"{name}-error", None)
        if message is None or not words(link).endswith(message):
            found.append(f"{words(link)}: {message}")
            continue
        field = by_id[name]
        while field.tag not in {"fieldset", "form"} and not field.get("aria-describedby"):
            field = parents[field]
        if f"{name}-error" not in (field.get("aria-describedby") or "").split():
            found.append(f"{name} is not described by its error")
        if field.tag != "fieldset" and field.get("aria-invalid") != "true":
            found.append(f"{name} is not marked")
    return found + [f"not in the summary: {each}" for each in beside.values()]


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN, Role.ISSUER)


def known_email(admin: Visitor, simulator: RunningSimulator) -> Page:
    admin.get("/users")
    return send(admin, "/users", registration(email=simulator.users()[0]["email"]), status=422)


def email_that_may_be_known(admin: Visitor, simulator: RunningSimulator) -> Page:
    simulator.set_rivals(list_order="oldest")  # so that opening the form settles nothing
    simulator.set_faults([{"method": "POST", "reset": "before", "times": 1}])
    fields = registration()
    send(admin, "/users", fields, status=502)
    return send(admin, "/users", fields, status=422)


def email_that_the_api_knows(admin: Visitor, simulator: RunningSimulator) -> Page:
    return send(admin, "/users", registration(email=simulator.users()[0]["email"]), status=422)


def staff_email_taken(admin: Visitor, _: RunningSimulator) -> Page:
    sent = {"email": "bruno@example.com", "name": "Bruno", "roles": "support"}
    admin.post("/staff", sent, status=200)
    return admin.post("/staff", sent, status=422)


def wrong_password(admin: Visitor, _: RunningSimulator) -> Page:
    sent = {"password": "not the password", "new_password": "a long enough new one"}
    return admin.post("/account/password", sent, status=422)


def weak_password(admin: Visitor, _: RunningSimulator) -> Page:
    sent = {"password": "not the password", "new_password": "password1234"}
    return admin.post("/account/password", sent, status=422)


def link_that_is_kept(admin: Visitor, simulator: RunningSimulator) -> Page:
    path = f"/users/{user(simulator, 'pending')}/kyc/link"
    admin.get(path)
    sent = {"url": LINK + "one", "inquiry_id": "", "started_at": "2026-01-05T10:00"}
    admin.post(path, sent)
    return admin.post(path, {**sent, "url": LINK + "two"}, status=422)


REFUSED_BY_A_SERVICE = (
    known_email,
    email_that_may_be_known,
    email_that_the_api_knows,
    staff_email_taken,
    wrong_password,
    weak_password,
    link_that_is_kept,
)


@pytest.mark.parametrize("refuse", REFUSED_BY_A_SERVICE, ids=lambda case: case.__name__)
def test_what_a_service_refuses_is_told_in_the_summary_and_beside_the_field(
    admin: Visitor,
    simulator: RunningSimulator,
    refuse: Callable[[Visitor, RunningSimulator], Page],
) -> None:
    page = refuse(admin, simulator)
    assert mistakes(page) == []
    assert 'id="summary"' not in page.text


def test_every_form_says_the_same_in_its_summary_and_beside_its_fields(
    app: Flask, admin: Visitor, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, sent = {}, set()
    for status in ("pending", "active"):
        monkeypatch.setitem(NAMED, "user_id", user(simulator, status))
        for path in [step.path for step in walk(app) if step.method not in UNSAFE]:
            answer = admin.http.get(path)
            for form in FORM.findall(answer.text if answer.mimetype == "text/html" else ""):
                action = html.unescape(re.findall(r' action="([^"]+)"', form)[0])
                hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(form)}
                refused = admin.http.post(action, data=hidden)
                if refused.status_code == 422 and 'id="errors"' in refused.text:
                    sent.add(re.sub(r"[0-9a-f-]{36}", "ID", action))
                    wrong[action] = mistakes(Page(refused, 422))
    assert {action: each for action, each in wrong.items() if each} == {}
    assert {"/users", "/staff", "/users/ID/kyc", "/users/ID/tokens", "/account/password"} <= sent


def test_a_summary_and_a_field_that_differ_are_found(admin: Visitor) -> None:
    page = send(admin, "/users", registration(email="x"), status=422)
    assert mistakes(page) == []
    page.text = page.text.replace('id="email-error"', 'id="mail-error"')
    assert len(mistakes(page)) == 2
