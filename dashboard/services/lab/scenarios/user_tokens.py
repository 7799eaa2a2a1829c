"""A token of an active user, and what can be read with it. The token stays in these functions."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from dashboard.partner.raw import calls
from dashboard.partner.raw.answer import RawAnswer, Shape
from dashboard.partner.raw.jwt import read_jwt
from dashboard.services.lab.scenarios import shapes
from dashboard.services.lab.scenarios.people import TestPerson
from dashboard.services.lab.scenarios.points import Point
from dashboard.services.lab.scenarios.run import CannotContinueError, Run
from dashboard.services.tokens.lifetime import LIFETIME, REFRESHABLE

OK, UNAUTHORIZED = 200, 401
NEAR = timedelta(minutes=2)  # what clocks and calls may differ by
RS256 = "RS256"
_SPOILT = "spoilt"


def check_token(run: Run, person: TestPerson, user_id: UUID) -> SecretStr:
    """Issue a token for an active user. Raises CannotContinueError."""
    answer = run.calls.write(calls.exchange_token(user_id))
    checks = run.checks
    if not checks.status(Point.TOKEN_STATUS, answer, OK):
        raise CannotContinueError
    checks.object(Point.TOKEN_ENVELOPE, answer, shapes.TOKEN)
    checks.object(Point.TOKEN_USER, answer, shapes.TOKEN_USER)
    wanted = {
        "id": str(user_id),
        "email": person.user.email,
        "status": "active",
        "userType": person.user.user_type,
    }
    other = [name for name, value in wanted.items() if answer.text(f"user.{name}") != value]
    got = f"another {', '.join(other)}" if other else "the user asked for"
    checks.that(Point.TOKEN_SAME_USER, answer, got, "the user asked for", not other)
    _check_jwt(run, answer)
    if not (token := answer.text("accessToken")):
        raise CannotContinueError
    return SecretStr(token)


def _check_jwt(run: Run, answer: RawAnswer) -> None:
    access = read_jwt(answer.text("accessToken"))
    signed = access.algorithm == RS256
    got = RS256 if signed else "another algorithm"
    run.checks.that(Point.TOKEN_SIGNED, answer, got, RS256, signed)
    said_at = answer.server_at or answer.at
    _check_lifetime(run, Point.TOKEN_HOUR, answer, access.expires_at, said_at, LIFETIME)
    refresh = read_jwt(answer.text("refreshToken"))
    _check_lifetime(run, Point.TOKEN_REFRESH, answer, refresh.expires_at, said_at, REFRESHABLE)


def _check_lifetime(
    run: Run,
    point: Point,
    answer: RawAnswer,
    expires_at: datetime | None,
    said_at: datetime,
    wanted: timedelta,
) -> None:
    lasts = expires_at - said_at if expires_at else None
    holds = lasts is not None and abs(lasts - wanted) <= NEAR
    got = f"{round(lasts.total_seconds())} s" if lasts is not None else "no time"
    run.checks.that(point, answer, got, f"{round(wanted.total_seconds())} s", holds)


def check_reads(run: Run, user_id: UUID, token: SecretStr, inquiry_id: str) -> None:
    """Read with the token what the contract has, and with a spoilt one what it refuses."""
    _check_kyc(run, user_id, token, inquiry_id)
    _check_rows(run, Point.ACCOUNTS_FIELDS, "/accounts", user_id, token, shapes.ACCOUNT)
    _check_rows(run, Point.BALANCE_FIELDS, "/balance", user_id, token, shapes.BALANCE)
    answer = run.calls.read(calls.read_as_user("/transactions", user_id, token))
    run.checks.shape(
        Point.TRANSACTIONS_FIELDS,
        answer,
        answer.deviations(shapes.TRANSACTIONS),
        answer.row_deviations("items", shapes.TRANSACTION),
    )
    spoilt = SecretStr(token.get_secret_value() + _SPOILT)
    request = calls.read_as_user("/kyc/status", user_id, spoilt)
    refused = run.refused(run.calls.read(request, refusals=(UNAUTHORIZED,)))
    run.checks.status(Point.USER_TOKEN_REFUSED, refused, UNAUTHORIZED)


def _check_kyc(run: Run, user_id: UUID, token: SecretStr, inquiry_id: str) -> None:
    answer = run.calls.read(calls.read_as_user("/kyc/status", user_id, token))
    run.checks.object(Point.KYC_STATUS_FIELDS, answer, *shapes.KYC_STATUS)
    wanted = {"status": "approved", "inquiryId": inquiry_id}
    other = [name for name, value in wanted.items() if answer.text(f"data.{name}") != value]
    got = f"another {', '.join(other)}" if other else "approved"
    run.checks.that(Point.KYC_STATUS_APPROVED, answer, got, "approved", not other)


def _check_rows(
    run: Run, point: Point, path: str, user_id: UUID, token: SecretStr, row: Shape
) -> None:
    answer = run.calls.read(calls.read_as_user(path, user_id, token))
    deviations = (answer.deviations(each) for each in shapes.ROWS)
    run.checks.shape(point, answer, *deviations, answer.row_deviations(row.at, row))
