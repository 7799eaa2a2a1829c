"""Verification links and inquiry IDs, on every route, for roles that can't start KYC."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from dashboard.forms import fields
from dashboard.services.actions import Action
from dashboard.services.files.tables import Format
from dashboard.services.permissions import ROLE_PERMISSIONS, Permission, Role
from dashboard.store.audit import chain as audit
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from tests.support import walking
from tests.support.browsing import Visitor
from tests.support.canaries import Kind, canaries, text_of
from tests.support.clock import TestClock
from tests.support.pages.forms import TOKEN, send
from tests.support.people import LogIn
from tests.support.sampling import pairs, spread
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import DOWN, MASKED, MASKED_PARTS, NO_PARTS, UNSAFE, in_parts

INQUIRY = "inq_CanaryOfThisWalkAlone0123456"
LINK = f"https://inquiry.withpersona.com/verify?inquiry-id={INQUIRY}"
WITH = [role for role in Role if Permission.KYC_START in ROLE_PERMISSIONS[role]]
# Where people who start KYC need the link or the ID, and nowhere else.
NEEDED = {
    *("exports.export_desk", "desk.index", "kyc.open_link", "kyc.show", "overview.index"),
    *("reveal.show", "users.show", "users.timeline", "texts.message"),
}
WITHOUT = [role for role in Role if Permission.KYC_START not in ROLE_PERMISSIONS[role]]


def test_who_exports_links_may_start_kyc() -> None:
    assert WITHOUT == MASKED
    assert all(Permission.KYC_BULK not in ROLE_PERMISSIONS[role] for role in WITHOUT)


@pytest.fixture(params=[1, 26], ids=["fresh", "expired"])
def with_link(
    request: pytest.FixtureRequest,
    simulator: RunningSimulator,
    database: Database,
    chain: Chain,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> UUID:
    """A pending user with a link, which the API's answer has too, and that a walk visits."""
    first = simulator.users()[0]
    user_id = uuid4()
    monkeypatch.setitem(walking.NAMED, "user_id", str(user_id))
    said = {"id": str(user_id), "status": "pending", "verificationUrl": LINK, "note": INQUIRY}
    simulator.add_user({**first, "email": "waits@example.com", **said})
    started_at = clock() - timedelta(hours=request.param)
    held = Inquiry(user_id, InquiryState.HELD, started_at, InquirySource.IMPORTED, INQUIRY, LINK)
    with database.write() as connection:
        seen = SeenUser(user_id, "waits@example.com", "pending", None, None, None)
        rows.record(connection, [seen], started_at)
        entry = NewEntry(clock(), Action.KYC_IMPORT, Outcome.SUCCEEDED)
        inquiries.add(connection, held, None, audit.append(connection, chain, entry))
    return user_id


@pytest.fixture
def waiting(
    with_link: UUID,
    simulator: RunningSimulator,
    log_in: LogIn,
    database: Database,
    chain: Chain,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> UUID:
    """The same where the link is also in a reason, as earlier versions took it."""
    admin = log_in(Role.ADMIN)
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    with monkeypatch.context() as earlier:
        earlier.setattr(fields, "without_links", str)
        send(admin, f"/users/{active}/tokens", {**TOKEN, "reason": f"Look at {LINK}"}, status=200)
    with database.write() as connection:
        entry = NewEntry(
            clock(),
            Action.KYC_IMPORT,
            Outcome.SUCCEEDED,
            subject_id=str(with_link),
            subject_kind="user",
            details={"inquiry": INQUIRY},  # as older versions wrote it
        )
        audit.append(connection, chain, entry)
    return with_link


def leaks(text: str) -> bool:
    return INQUIRY in text or "inquiry-id=inq_Canary" in text


def shown_by(app: Flask, reader: Visitor, parts: slice = NO_PARTS) -> set[str]:
    """Return the routes whose answer has the inquiry ID or the link."""
    sent = {"csrf_token": reader.csrf_token(), "reason": "Asked for", "format": "csv"}
    shown = set()
    for step, headers in in_parts(app, parts):
        data = sent if step.method in UNSAFE else None
        answer = reader.http.open(step.path, method=step.method, data=data, headers=headers)
        if leaks(text_of(answer) + str(answer.headers)):
            shown.add(step.endpoint)
    return shown


@pytest.mark.parametrize(("role", "faults"), pairs(WITHOUT, [[], DOWN]))
def test_no_page_shows_an_inquiry_but_the_one_that_reveals(
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    waiting: UUID,
    role: Role,
    faults: list[dict[str, object]],
) -> None:
    reader = log_in(role)
    reader.get(f"/users/{waiting}")
    simulator.set_faults(faults)
    assert shown_by(app, reader) == (set() if faults else {"reveal.show"})


@pytest.mark.long
@pytest.mark.parametrize(("role", "faults", "parts"), MASKED_PARTS)
def test_no_fragment_shows_one_either(
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    waiting: UUID,
    role: Role,
    faults: list[dict[str, object]],
    parts: slice,
) -> None:
    reader = log_in(role)
    reader.get(f"/users/{waiting}")
    simulator.set_faults(faults)
    assert shown_by(app, reader, parts) == (set() if faults else {"reveal.show"})


@pytest.mark.long
@pytest.mark.usefixtures("with_link")
@pytest.mark.parametrize(("role", "parts"), spread(WITH))
def test_who_starts_kyc_sees_it_only_where_it_is_needed(
    app: Flask, log_in: LogIn, role: Role, parts: slice
) -> None:
    shown = shown_by(app, log_in(role), parts)
    assert "desk.index" in shown  # an admin's walk pauses the API's calls before the others
    assert shown <= NEEDED


@pytest.mark.parametrize("role", WITHOUT)
def test_a_reveal_shows_the_inquiry_and_never_a_link(
    log_in: LogIn, waiting: UUID, role: Role
) -> None:
    page = log_in(role).post(f"/users/{waiting}/reveal", status=200)
    assert INQUIRY in page.text
    assert "inquiry-id=inq_Canary" not in page.text
    assert "withpersona.com" not in page.text


def test_every_entry_of_the_audit_hides_it_from_an_auditor(log_in: LogIn, waiting: UUID) -> None:
    auditor = log_in(Role.AUDITOR)
    assert waiting
    pages = [auditor.http.get(f"/audit/{seq}").text for seq in range(1, 15)]
    assert not any(map(leaks, pages))
    assert any("inq_…3456" in page for page in pages)


@pytest.mark.parametrize("form", Format)
def test_an_auditor_s_export_masks_older_rows_and_says_so(
    log_in: LogIn, waiting: UUID, form: Format
) -> None:
    sent = {"reason": "Asked for", "format": form.value}
    file = log_in(Role.AUDITOR).post("/audit/export", sent, status=200).text
    assert waiting
    assert not leaks(file)
    assert "inq_…3456" in file or "inq_\\u20263456" in file
    if form is Format.JSON_LINES:
        rows = [json.loads(line) for line in file.splitlines()]
        masked = {row["action"]: row["masked"] for row in rows if row["masked"]}
        assert masked == {"kyc:import": "details", "tokens:issue": "reason"}


def test_a_new_row_of_the_audit_has_only_the_last_letters_of_an_inquiry(
    support: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    support.get("/users?limit=100")
    pending = next(user["id"] for user in simulator.users() if user["status"] == "pending")
    at = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    support.post(f"/users/{pending}/kyc/link", {"url": LINK, "inquiry_id": "", "started_at": at})
    filters = LineFilters(action=Action.KYC_IMPORT)
    with database.read() as connection:
        (seq,) = audit_rows.numbers(connection, filters, datetime.now(UTC), 9)[0]
        read = dict(zip(audit_rows.COLUMNS, audit_rows.columns(connection, [seq]), strict=True))
    assert list(read["details"]) == ['{"inquiry_ends": "3456"}']


def test_a_link_in_a_log_line_would_be_found() -> None:
    canaries.remember(Kind.INQUIRY, INQUIRY)
    canaries.look("the log", f'{{"event": "kyc", "url": "{LINK}"}}')
    found = [*canaries.found]
    canaries.found.clear()
    assert found == ["inquiry in the log"]
