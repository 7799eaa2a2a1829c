"""From what came back to the answer that a caller gets, or to the error that it means."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from dashboard.partner.credentials import Credentials
from dashboard.partner.failures import error_for, lost, malformed
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.json_shape import Found, ProblemKind, ShapeError, parse_json
from dashboard.partner.responses import Answer
from dashboard.text.emails import comparable

T = TypeVar("T")


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
        raise lost(outgoing, outcome)
    if not 200 <= outcome.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
        raise error_for(outgoing, outcome, credentials)
    try:
        return _answer(outgoing, outcome, credentials, read)
    except ShapeError as error:
        found = error.found
    raise malformed(outgoing, outcome, *found)


def _answer(
    outgoing: Request, reply: Response, credentials: Credentials, read: Callable[[object], T]
) -> Answer[T]:
    text = credentials.redact(reply.text())
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
    """Raise ShapeError for an answer about somebody else."""
    if found != asked:
        raise ShapeError(Found(ProblemKind.ANOTHER_USER))


def same_email(found: str, sent: str) -> None:
    """Raise ShapeError for an answer about another email."""
    if comparable(found) != comparable(sent):
        raise ShapeError(Found(ProblemKind.ANOTHER_EMAIL))
