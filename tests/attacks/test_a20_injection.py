"""T-A20: no filter of any list reaches SQL as anything but a value, nor as a pattern."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.audit.log import LineFilters, Outcome
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.audit.lines import AuditLine
from dashboard.text import characters
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, TOKEN, send
from tests.support.people import Hire
from tests.support.sampling import all_of, few_of, one_in
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

PAYLOADS = (
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "') OR ('1'='1",
    "x' UNION SELECT password_hash FROM staff --",
    "'; DROP TABLE audit; --",
    "1; ATTACH DATABASE '/tmp/x' AS y",
    "%",
    "_%",
    "%@%",
    "________-____-____-____-____________",
    "*",
    "[a-z]*",
    "\\",
    "''",
    "seq DESC; --",
    "(SELECT CASE WHEN 1=1 THEN 1 ELSE randomblob(500000000) END)",
    "NULL",
    "-1",
    "0x1",
    "1e9",
    "\x00' OR 1=1 --",
    "＇ OR １＝１",  # noqa: RUF001  as wide letters
)
FILTERS = {
    "/": ("kind",),
    "/users": ("q", "status", "country", "user_type", "page", "limit", "cursor", "sort"),
    "/kyc": ("q", "lane", "country", "language", "by", "due", "age", "after", "sort", "limit"),
    "/tokens": ("before", "sort"),
    "/audit": ("person", "action", "subject", "outcome", "since", "until", "before", "sort"),
    "/audit/people/1": ("action", "subject", "outcome", "since", "until", "before"),
    "/audit/export": ("person", "action", "subject", "outcome", "since", "until"),
    "/kyc/export": ("q", "lane", "by", "due", "age", "sort"),
    "/users/export": ("q", "status", "country", "user_type", "language", "created_from"),
}
TEXT = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=30))
slowly = settings(max_examples=few_of(40))


@pytest.fixture
def admin(app: Flask, hire: Hire, simulator: RunningSimulator) -> Visitor:
    """An admin who did, and was refused, something that each of the lists shows."""
    (email, password), admin = hire(Role.ADMIN), Visitor(app)
    Visitor(app).log_in(email, "not the password", status=422)
    admin.log_in(email, password)
    by_status = {user["status"]: user for user in simulator.users()}
    pending, active = by_status["pending"]["id"], by_status["active"]["id"]
    send(admin, f"/users/{pending}/kyc", KYC, status=303)
    send(admin, f"/users/{active}/tokens", TOKEN, status=200)
    return admin


@pytest.fixture
def lines(app: Flask, admin: Visitor) -> tuple[AuditLine, ...]:
    """Every line of the audit."""
    assert admin
    return cast("Services", app.extensions["services"]).audit.log.search(LineFilters()).lines


def address(path: str, given: dict[str, str]) -> str:
    return f"{path}?{urlencode(given)}"


def used(value: str) -> str:
    """Return what a form makes of a text that an address holds."""
    return characters.clean(value)


def has_unseen(text: str) -> bool:
    return characters.find_invisible(text) is not None


def listed(visitor: Visitor, path: str) -> set[int]:
    """Return the numbers of the lines that a page of the audit lists."""
    return {int(seq) for seq in re.findall(r'href="/audit/(\d+)"', visitor.get(path).text)}


@pytest.mark.parametrize("share", one_in(3, range(3)))
@all_of("path", FILTERS)
def test_what_is_known_to_break_lists_breaks_none(admin: Visitor, share: int, path: str) -> None:
    for value in (*PAYLOADS, " ", "\r", "\u200b")[share::3]:
        answer = admin.http.get(address(path, dict.fromkeys(FILTERS[path], value)))
        assert answer.status_code in {200, 303}, value


@pytest.mark.long
@slowly
@given(data=st.data())
@pytest.mark.parametrize("path", one_in(3, FILTERS, at=1))
def test_no_filter_breaks_a_list(admin: Visitor, path: str, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(FILTERS[path]), unique=True, min_size=1))
    asked = {name: data.draw(TEXT) for name in names}
    answer = admin.http.get(address(path, asked))
    assert answer.status_code in {200, 303}, (asked, answer.status_code)
    if answer.status_code == 303:  # to the same list, without what was left empty
        assert answer.headers["Location"].startswith(path)


@pytest.mark.parametrize("name", ["person", "subject"])
def test_a_pattern_or_a_part_of_a_value_finds_nothing(
    admin: Visitor, lines: tuple[AuditLine, ...], name: str
) -> None:
    (whole,) = {line.staff_email for line in lines if line.staff_email}
    whole = whole if name == "person" else next(line.subject_id or "" for line in lines)
    for value in (*PAYLOADS, whole[:-1], whole[1:], f"{whole[:3]}%", f"_{whole[1:]}"):
        if not has_unseen(value):
            assert listed(admin, address("/audit", {name: value, "show": "all"})) == set(), value
    assert listed(admin, address("/audit", {name: whole}))


@pytest.mark.long
@slowly
@given(name=st.sampled_from(["person", "subject"]), value=TEXT)
def test_the_audit_lists_what_has_exactly_this_value(
    admin: Visitor, lines: tuple[AuditLine, ...], name: str, value: str
) -> None:
    found = listed(admin, address("/audit", {name: value, "show": "all"}))
    wanted: Callable[[AuditLine], str | None] = (
        (lambda line: line.staff_email) if name == "person" else (lambda line: line.subject_id)
    )
    text = used(value)
    if len(text) > (64 if name == "subject" else 254) or has_unseen(text):
        text = ""
    assert found == {line.seq for line in lines if not text or wanted(line) == text}


@slowly
@given(data=st.data())
def test_the_filters_together_leave_what_every_one_of_them_leaves(
    admin: Visitor, lines: tuple[AuditLine, ...], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(lines))
    today = datetime.now(UTC).date().isoformat()
    choices = {
        "person": one.staff_email or "",
        "action": one.action,
        "subject": one.subject_id or "",
        "outcome": one.outcome.value,
        "since": today,
        "until": today,
        "before": str(one.seq + 1),
    }
    names = data.draw(st.lists(st.sampled_from(sorted(choices)), unique=True))
    asked = {name: choices[name] for name in names if choices[name]}

    def matches(line: AuditLine) -> bool:
        return (
            asked.get("person") in {None, line.staff_email}
            and asked.get("action") in {None, line.action}
            and asked.get("subject") in {None, line.subject_id}
            and Outcome(asked.get("outcome", line.outcome)) is line.outcome
            and line.seq < int(asked.get("before", 10**9))
        )

    found = listed(admin, address("/audit", {**asked, "show": "all"}))
    assert found == {line.seq for line in lines if matches(line)}
    assert one.seq in found


def test_the_desk_lists_nobody_for_a_pattern(admin: Visitor) -> None:
    for value in PAYLOADS:
        assert ' id="k-' not in admin.get(address("/kyc", {"by": value})).text, value


@pytest.mark.long
@slowly
@given(value=TEXT)
def test_the_desk_lists_nobody_for_a_starter_who_is_none(admin: Visitor, value: str) -> None:
    page = admin.get(address("/kyc", {"by": value} if value else {}))  # an empty one is left out
    assert (' id="k-' in page.text) == (not used(value) or has_unseen(used(value)))


def test_a_search_is_no_pattern_for_whom_we_have_seen(admin: Visitor) -> None:
    admin.get("/users")
    for value in PAYLOADS:
        assert admin.http.get(address("/users", {"q": value})).status_code == 200, value


@pytest.mark.parametrize("value", one_in(4, filter(str.isprintable, PAYLOADS)))
def test_nobody_logs_in_by_a_condition(app: Flask, admin: Visitor, value: str) -> None:
    assert admin
    for email, password in ((value, "x"), (f"admin@example.com{value}", value)):
        Visitor(app).log_in(email, password, status=422)


def test_the_order_is_not_the_address_s_to_choose(admin: Visitor) -> None:
    for path in ("/users", "/kyc", "/audit"):
        page = admin.get(address(path, {"sort": "password_hash", "order": "desc; --"}))
        assert "We can’t use these parts of the address: order, sort" in page.words
