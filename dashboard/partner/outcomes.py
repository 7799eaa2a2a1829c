"""From what came back to the answer that a caller gets, or to the error that it means."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from dashboard.partner import assumptions as assumed
from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import (
    Call,
    Malformed,
    PartnerError,
    RateLimited,
    Unavailable,
    UnavailableKind,
)
from dashboard.partner.gate import HeldBack
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.json_shape import ProblemKind, ShapeError, ShapeProblem, parse_json
from dashboard.partner.responses import Answer
from dashboard.text.emails import comparable

T = TypeVar("T")
TOO_MANY_REQUESTS = 429
CLIENT_ERRORS = range(400, 500)
SERVER_ERRORS = range(500, 600)


def to_answer(
    outgoing: Request,
    outcome: Response | NoResponse,
    credentials: Credentials,
    read: Callable[[object], T],
) -> Answer[T]:
    """Return the answer.

    Raises:
        PartnerError: what the outcome means instead.

    """
    if isinstance(outcome, NoResponse):
        raise _lost(outgoing, outcome)
    if not 200 <= outcome.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
        raise _error_for(outgoing, outcome, credentials)
    try:
        return _answer(outgoing, outcome, credentials, read)
    except ShapeError as error:
        found = error.found
    raise _malformed(outgoing, outcome, *found)


def _answer(
    outgoing: Request, reply: Response, credentials: Credentials, read: Callable[[object], T]
) -> Answer[T]:
    """Return the answer. The body stays in this frame: the one that raises an error has none."""
    text = credentials.redact(reply.text(), outgoing.secret)
    value = read(parse_json(text, reply.content_type))
    return Answer(
        value=value,
        at=reply.at,
        took_ms=reply.took_ms,
        status=reply.status,
        raw=text if outgoing.keep_raw else None,
        request_id=reply.request_id,
        credential=credentials.id,
        server_at=reply.server_at,
    )


def same_user(found: UUID, asked: UUID) -> None:
    """Raise ShapeError for an answer about another user."""
    if found != asked:
        raise ShapeError(ShapeProblem(ProblemKind.ANOTHER_USER))


def same_email(found: str, sent: str) -> None:
    """Raise ShapeError for an answer about another email."""
    if comparable(found) != comparable(sent):
        raise ShapeError(ShapeProblem(ProblemKind.ANOTHER_EMAIL))


def unavailable_error(outgoing: Request, held: HeldBack) -> Unavailable:
    """Return the error for a call that was not sent, with the time to try again."""
    return Unavailable(
        verb=outgoing.verb,
        path=outgoing.template,
        kind=held.kind,
        retry_after_s=held.retry_after_s,
    )


def _lost(outgoing: Request, outcome: NoResponse) -> Unavailable:
    """Return the error for a missing answer; a write that may have left may have been done."""
    return Unavailable(
        verb=outgoing.verb,
        path=outgoing.template,
        outcome_unknown=outgoing.is_write and outcome.sent,
        kind=outcome.kind,
    )


def _malformed(outgoing: Request, reply: Response, *found: ShapeProblem) -> Malformed:
    """Describe an unusable answer; a write may have been done all the same."""
    call = _call(outgoing, reply)
    call["outcome_unknown"] = outgoing.is_write
    return Malformed(found=found, **call)


def _error_for(outgoing: Request, reply: Response, credentials: Credentials) -> PartnerError:
    """Decide on the status, never on the text; the text is only carried along."""
    if reply.status not in CLIENT_ERRORS and reply.status not in SERVER_ERRORS:
        found = ShapeProblem(ProblemKind.OTHER_STATUS, f"{reply.status} ({reply.content_type})")
        return _malformed(outgoing, reply, found)
    call = _call(outgoing, reply)
    call["reason"] = _reason(outgoing, reply, credentials)
    if reply.status in SERVER_ERRORS:
        call["outcome_unknown"] = outgoing.is_write
        return Unavailable(kind=UnavailableKind.STATUS, retry_after_s=reply.retry_after_s, **call)
    if reply.status == TOO_MANY_REQUESTS:
        return RateLimited(retry_after_s=reply.retry_after_s, **call)
    return assumed.refusal(reply.status)(**call)


def _call(outgoing: Request, reply: Response) -> Call:
    return Call(
        verb=outgoing.verb,
        path=outgoing.template,
        status=reply.status,
        request_id=reply.request_id,
    )


def _reason(outgoing: Request, reply: Response, credentials: Credentials) -> str:
    try:
        text = credentials.redact(reply.text(), outgoing.secret)
        return assumed.error_text(parse_json(text, reply.content_type))
    except ShapeError:
        return ""
