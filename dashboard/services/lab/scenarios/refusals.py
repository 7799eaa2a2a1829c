"""The unhappy paths that any API can be made to take."""

from uuid import uuid4

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.raw import calls
from dashboard.partner.raw.answer import ABSENT
from dashboard.partner.raw.client import SentKeys
from dashboard.services.lab.scenarios.points import Point
from dashboard.services.lab.scenarios.report import OpenPoint
from dashboard.services.lab.scenarios.run import Run

OK, BAD, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT = 200, 400, 401, 403, 404, 409
ONE = UserQuery(limit=1)


def duplicate_email(run: Run) -> None:
    """Register the same email twice."""
    person = run.make_person()
    run.register(person)
    request = calls.register(person.user)
    again = run.refused(run.calls.write(request, refusals=(CONFLICT, BAD)))
    if run.checks.status(Point.DUPLICATE_STATUS, again, CONFLICT, BAD):
        run.checks.reads(OpenPoint.DUPLICATE_STATUS, again.status)


def second_kyc(run: Run) -> None:
    """Start KYC twice for one user."""
    person = run.make_person()
    user_id = run.register(person)
    run.start_kyc(user_id, person)
    request = calls.start_kyc(user_id, person.applicant)
    again = run.refused(run.calls.write(request, refusals=(CONFLICT,)))
    run.checks.status(Point.SECOND_KYC_STATUS, again, CONFLICT)
    run.checks.text(Point.SECOND_KYC_TEXT, again, "KYC already in progress")
    told = [name for name in ("verificationUrl", "inquiryId") if again.find(name) is not ABSENT]
    got = ", ".join(told) or "no link"
    run.checks.that(Point.SECOND_KYC_NO_LINK, again, got, "no link", not told)


def pending_token(run: Run) -> None:
    """Ask for a token of a user who is still pending."""
    user_id = run.register(run.make_person())
    request = calls.exchange_token(user_id)
    answer = run.refused(run.calls.write(request, refusals=(FORBIDDEN,)))
    run.checks.status(Point.PENDING_TOKEN_STATUS, answer, FORBIDDEN)
    run.checks.text(Point.PENDING_TOKEN_TEXT, answer, "User account is pending")
    told = [name for name in ("accessToken", "refreshToken") if answer.find(name) is not ABSENT]
    got = ", ".join(told) or "no token"
    run.checks.that(Point.PENDING_TOKEN_NO_TOKEN, answer, got, "no token", not told)


def unknown_user(run: Run) -> None:
    """Ask for a user who does not exist, and for an ID that isn't a UUID."""
    unknown, person, refusals = uuid4(), run.make_person(), (NOT_FOUND,)
    shown = run.refused(run.calls.read(calls.show(unknown), refusals=refusals))
    run.checks.status(Point.UNKNOWN_USER_SHOW, shown, NOT_FOUND)
    started = run.calls.write(calls.start_kyc(unknown, person.applicant), refusals=refusals)
    run.checks.status(Point.UNKNOWN_USER_KYC, started, NOT_FOUND)
    token = run.calls.write(calls.exchange_token(unknown), refusals=refusals)
    run.checks.status(Point.UNKNOWN_USER_TOKEN, token, NOT_FOUND)
    run.checks.text(Point.UNKNOWN_USER_TEXT, shown, "User not found")
    malformed = run.calls.read(calls.show_malformed(), refusals=(BAD, NOT_FOUND))
    if run.checks.status(Point.UNKNOWN_USER_MALFORMED, malformed, BAD, NOT_FOUND):
        run.checks.reads(OpenPoint.BAD_UUID_STATUS, malformed.status)


def bad_input(run: Run) -> None:
    """Leave out fields that are required."""
    person, refusals = run.make_person(), (BAD,)
    no_email = run.refused(run.calls.write(calls.register(person.user, "email"), refusals=refusals))
    run.checks.status(Point.BAD_INPUT_EMAIL, no_email, BAD)
    no_country = run.calls.write(calls.register(person.user, "countryCode"), refusals=refusals)
    run.checks.status(Point.BAD_INPUT_COUNTRY, no_country, BAD)
    user_id = run.register(run.make_person())
    no_name = run.calls.write(
        calls.start_kyc(user_id, person.applicant, "lastName"), refusals=refusals
    )
    run.checks.status(Point.BAD_INPUT_NAME, no_name, BAD)
    no_user = run.calls.write(calls.exchange_token(None), refusals=refusals)
    run.checks.status(Point.BAD_INPUT_USER_ID, no_user, BAD)
    run.checks.text(Point.BAD_INPUT_TEXT, no_user, "userId is required")


def wrong_keys(run: Run) -> None:
    """Send reads with another secret, another key and neither; then with the keys in use."""
    request = calls.list_users(ONE, dict(run.list_names))
    refused = {
        point: run.refused(run.calls.read(request, refusals=(UNAUTHORIZED,), keys=keys))
        for point, keys in (
            (Point.WRONG_KEYS_SECRET, SentKeys.WRONG_SECRET),
            (Point.WRONG_KEYS_KEY, SentKeys.WRONG_KEY),
            (Point.WRONG_KEYS_NONE, SentKeys.NONE),
        )
    }
    for point, answer in refused.items():
        run.checks.status(point, answer, UNAUTHORIZED)
    secret = refused[Point.WRONG_KEYS_SECRET]
    run.checks.text(Point.WRONG_KEYS_TEXT, secret, "Invalid partner credentials")
    run.checks.status(Point.WRONG_KEYS_OURS, run.calls.read(request), OK)
