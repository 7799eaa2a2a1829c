"""The flow: register a user, start KYC, become active, get a token, read with it."""

from uuid import UUID

from dashboard.partner.raw import calls
from dashboard.partner.raw.answer import RawAnswer
from dashboard.partner.raw.kinds import ValueKind, fits
from dashboard.services.lab.scenarios import shapes
from dashboard.services.lab.scenarios.people import TestPerson
from dashboard.services.lab.scenarios.points import Point
from dashboard.services.lab.scenarios.report import OpenPoint
from dashboard.services.lab.scenarios.run import CannotContinueError, Run
from dashboard.services.lab.scenarios.user_list import check_list
from dashboard.services.lab.scenarios.user_tokens import check_reads, check_token

CREATED, STARTED, OK = (201, 200), (200, 201), 200
INQUIRY = "inquiry-id="
PERSONA = "https://inquiry.withpersona.com/"


def play(run: Run) -> None:
    """Register a user and take them as far as this API allows. Raises CannotContinueError."""
    person = run.make_person()
    registered = run.calls.write(calls.register(person.user))
    _check_registered(run, person, registered)
    user_id = run.user_in(registered)
    _check_user(run, person, registered, user_id)
    check_list(run, person, user_id)
    started = run.calls.write(calls.start_kyc(user_id, person.applicant))
    _check_started(run, started)
    if started.status not in STARTED:
        raise CannotContinueError
    run.require_simulator().pass_kyc(user_id)
    _check_active(run, user_id)
    token = check_token(run, person, user_id)
    check_reads(run, user_id, token, started.text("inquiryId"))


def _check_registered(run: Run, person: TestPerson, answer: RawAnswer) -> None:
    checks, created_at = run.checks, answer.find("data.user.createdAt")
    if not checks.status(Point.REGISTER_STATUS, answer, *CREATED):
        return
    checks.reads(OpenPoint.CREATED_STATUS, answer.status)
    checks.object(Point.REGISTER_ENVELOPE, answer, *shapes.REGISTERED_ENVELOPE)
    checks.object(Point.REGISTER_FIELDS, answer, shapes.REGISTERED)
    is_uuid = fits(ValueKind.UUID, answer.find("data.user.id"))
    checks.that(Point.REGISTER_ID, answer, _kind(ValueKind.UUID, is_uuid), ValueKind.UUID, is_uuid)
    is_same = answer.text("data.user.email") == person.user.email
    checks.that(Point.REGISTER_EMAIL, answer, _same(is_same), "as sent", is_same)
    is_pending = answer.text("data.user.status") == "pending"
    got = "pending" if is_pending else "another status"
    checks.that(Point.REGISTER_PENDING, answer, got, "pending", is_pending)
    is_time = fits(ValueKind.TIME, created_at)
    checks.that(
        Point.REGISTER_CREATED_AT, answer, _kind(ValueKind.TIME, is_time), ValueKind.TIME, is_time
    )


def _check_user(run: Run, person: TestPerson, registered: RawAnswer, user_id: UUID) -> None:
    checks, answer = run.checks, run.calls.read(calls.show(user_id))
    if not checks.status(Point.USER_STATUS, answer, OK):
        return
    checks.object(Point.USER_ENVELOPE, answer, *shapes.USER_ENVELOPE)
    checks.object(Point.USER_FIELDS, answer, shapes.USER)
    wanted = {
        "id": registered.text("data.user.id"),
        "email": person.user.email,
        "countryCode": person.user.country_code,
        "preferredLanguage": person.user.preferred_language,
        "createdAt": registered.text("data.user.createdAt"),
    }
    other = [name for name, value in wanted.items() if answer.text(f"data.user.{name}") != value]
    got = f"another {', '.join(other)}" if other else "as registered"
    checks.that(Point.USER_SAME, answer, got, "as registered", not other)
    is_trimmed = answer.text("data.user.phone") == person.phone
    got = "trimmed" if is_trimmed else "another phone"
    checks.that(Point.USER_PHONE, answer, got, "trimmed", is_trimmed)


def _check_started(run: Run, answer: RawAnswer) -> None:
    checks, inquiry_id = run.checks, answer.text("inquiryId")
    link = answer.text("verificationUrl")
    if not checks.status(Point.KYC_STATUS, answer, *STARTED):
        return
    checks.reads(OpenPoint.KYC_STATUS, answer.status)
    checks.object(Point.KYC_ENVELOPE, answer, shapes.KYC)
    is_one = fits(ValueKind.INQUIRY, inquiry_id)
    checks.that(
        Point.KYC_INQUIRY_ID, answer, _kind(ValueKind.INQUIRY, is_one), ValueKind.INQUIRY, is_one
    )
    leads = bool(inquiry_id) and link.endswith(INQUIRY + inquiry_id)
    got = f"{INQUIRY}…" if leads else "another link"
    checks.that(Point.KYC_LINK, answer, got, f"{INQUIRY}…", leads)
    host = "documented" if link.startswith(PERSONA) else "another host"
    checks.reads(OpenPoint.VERIFICATION_URL, host)


def _check_active(run: Run, user_id: UUID) -> None:
    answer = run.calls.read(calls.show(user_id))
    is_active = answer.text("data.user.status") == "active"
    got = "active" if is_active else "another status"
    run.checks.that(Point.ACTIVE_STATUS, answer, got, "active", is_active)


def _kind(kind: ValueKind, is_one: bool) -> str:  # noqa: FBT001  one fact
    return kind if is_one else f"not {kind}"


def _same(is_same: bool) -> str:  # noqa: FBT001  one fact
    return "as sent" if is_same else "another"
