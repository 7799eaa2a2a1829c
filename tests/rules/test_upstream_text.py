"""Every text of the Partner API has a limit, and one that is too long breaks no page."""

import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from dashboard.partner import assumptions as assumed
from dashboard.partner import readers
from dashboard.partner import responses as wire
from dashboard.partner.json_shape import ProblemKind, ShapeError, ShapeProblem
from dashboard.services.jwt_claims import shown
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.states import InquiryState
from dashboard.text import limits
from dashboard.web.problems import TARGETS
from tests.support import walking
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk
from tests.unit.partner.test_wire_users import ID, USER

LONG = "a" * 20_000
BUSY_S, PAGE_MAX = 2, 250_000
OURS = {"ShapeProblem"}  # what the readers themselves write


def models() -> list[type[wire.ApiModel]]:
    return [each for each in vars(wire).values() if isinstance(each, type) and is_wire(each)]


def is_wire(kind: type) -> bool:
    return issubclass(kind, wire.ApiModel) and kind is not wire.ApiModel


def unlimited(schema: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    """Yield every text of a JSON schema that may be of any length."""
    if isinstance(schema, dict):
        is_text = schema.get("type") == "string" and schema.get("format") in {None, "password"}
        if is_text and "maxLength" not in schema and "enum" not in schema:
            yield str(schema.get("title"))
        for name, part in schema.items():
            if name not in OURS:
                yield from unlimited(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from unlimited(part)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_text_of_the_wire_has_a_limit(model: type[wire.ApiModel]) -> None:
    schema = model.model_json_schema()
    ours = schema.get("$defs", {}).pop("ListShape", None)  # only names of ours
    assert [*unlimited(schema)] == [], ours


@pytest.mark.parametrize(
    ("name", "field", "limit"),
    [
        ("phone", "phone", limits.PHONE),
        ("countryCode", "country_code", limits.COUNTRY_CODE),
        ("preferredLanguage", "preferred_language", limits.LANGUAGE),
    ],
)
def test_an_optional_text_that_is_too_long_is_left_out_and_named(
    name: str, field: str, limit: int
) -> None:
    row = readers.read_row({**USER, name: LONG}, 1)
    assert isinstance(row, wire.User)
    assert getattr(row, field) is None
    assert row.problems == (ShapeProblem(ProblemKind.LONG_TEXT, str(limit), name),)
    assert readers.read_row({**USER, name: "a" * limit}, 1).problems == ()


def test_a_status_that_is_too_long_is_cut_and_named() -> None:
    user = readers.read_user({"data": {"user": {**USER, "status": LONG}}})
    assert user.status is wire.UserStatus.UNKNOWN
    assert user.status_text == "a" * (limits.STATUS - 1) + "…"
    assert [str(each) for each in user.problems] == ["status: longer than 64 characters"]


def test_a_user_whose_email_is_too_long_is_a_marked_row() -> None:
    row = readers.read_row({**USER, "email": LONG}, 3)
    assert isinstance(row, wire.BadRow)
    assert (row.user_id, row.problems) == (
        UUID(ID),
        (ShapeProblem(ProblemKind.LONG_TEXT, "254", "email"),),
    )
    with pytest.raises(ShapeError, match="email: longer than 254 characters"):
        readers.read_user({"data": {"user": {**USER, "email": LONG}}})


@pytest.mark.parametrize("field", ["inquiryId", "verificationUrl"])
def test_a_kyc_start_is_one_whatever_the_length_of_what_it_gave(field: str) -> None:
    given = {"inquiryId": "inq_1", "verificationUrl": "https://x.test", field: LONG}
    started = readers.read_kyc_started({"success": True, **given})
    assert [each.field for each in started.problems] == [field]
    assert LONG not in repr(started)


def test_a_token_has_a_limit_and_what_is_beside_it_is_cut() -> None:
    body = {"success": True, "accessToken": "t", "user": {**USER, "email": LONG, "userType": LONG}}
    token = readers.read_issued_token(body)
    assert (token.user_type, len(token.email)) == (None, limits.EMAIL)
    with pytest.raises(ShapeError, match="accessToken: longer than 16384 characters"):
        readers.read_issued_token({**body, "accessToken": LONG})


def test_a_cursor_that_is_too_long_is_named() -> None:
    page = assumed.read_user_page({"data": {"users": [USER], "nextCursor": LONG}})
    assert page.next_cursor is None
    assert [str(each) for each in page.problems] == ["nextCursor: longer than 500 characters"]
    assert page.shape.paging is wire.ListPaging.CURSOR


def test_the_claims_of_a_token_are_few_and_short() -> None:
    claims = shown({f"{number}{LONG}": LONG for number in range(100)})
    assert len(claims) == limits.CLAIMS
    assert {len(claim.name) for claim in claims} == {limits.SHOWN}
    assert {len(claim.value) for claim in claims} == {limits.SHOWN}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_no_page_breaks_or_takes_long_when_every_text_is_too_long(
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    role: Role,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pending = next(user["id"] for user in simulator.users() if user["status"] == "pending")
    monkeypatch.setitem(walking.NAMED, "user_id", pending)
    reader = log_in(role)
    simulator.set_faults([{"body": "long"}])
    for step in walk(app):
        if step.method in UNSAFE:
            continue
        for headers in ({}, *({**HTMX, "HX-Target": part} for part in TARGETS & {"record"})):
            began = time.process_time()
            answer = reader.http.get(step.path, headers=headers)
            assert time.process_time() - began < BUSY_S, step
            assert answer.status_code < 500, step
            text = re.sub(r'<pre class="code".*?</pre>', "", answer.text, flags=re.DOTALL)
            assert "a" * (limits.SHOWN + 1) not in text, step
            assert len(answer.text) < PAGE_MAX, step


def test_what_was_left_out_is_said_on_the_page_and_in_the_list(
    support: Visitor, simulator: RunningSimulator
) -> None:
    first = simulator.users()[0]
    simulator.add_user({**first, "id": ID, "email": "long@example.com", "phone": "+" + LONG})
    said = "phone: longer than 40 characters"
    assert said in support.get(f"/users/{ID}").words
    assert said in support.get("/users").words


def test_a_kyc_start_with_a_link_that_is_too_long_is_recorded_and_said(
    support: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    pending = next(user["id"] for user in simulator.users() if user["status"] == "pending")
    simulator.set_faults([{"body": "long", "method": "POST"}])
    send(support, f"/users/{pending}/kyc", KYC, status=303)
    simulator.set_faults([])
    with database.read() as connection:
        (inquiry,) = inquiries.of_user(connection, UUID(pending))
    assert inquiry.state is InquiryState.HELD
    assert (inquiry.inquiry_id, inquiry.verification_url) == (None, None)
    for path in ("", "/kyc"):
        assert "too long to be valid" in support.get(f"/users/{pending}{path}").words
