"""Calls as they went over the wire, for the lab: what was sent and what came, without secrets."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.partner.credentials import HIDDEN, Credentials
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.json_shape import ShapeError, parse_json

KEPT_MAX = 4_000  # characters of an answer
SECRET_FIELDS = frozenset({"accesstoken", "refreshtoken", "privytoken", "verificationurl"})
SECRET_FIELDS |= {"inquiryid", "token"}
_SECRET_VALUE = re.compile(r"eyJ[\w-]+\.eyJ|inq_|inquiry-id", re.IGNORECASE)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; `status` is None if there was none.

    `path` is the template below the host. `body` and `answer` are JSON, or a form, "" for none.
    Secrets, links and inquiry IDs in them are replaced.
    """

    verb: str
    path: str
    at: datetime
    took_ms: int
    status: int | None = None
    request_id: str | None = None
    body: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)


_kept: ContextVar[list[Exchange] | None] = ContextVar("exchanges", default=None)


@contextmanager
def captured() -> Iterator[list[Exchange]]:
    """Give a list that gets every exchange of this thread until the block ends."""
    exchanges: list[Exchange] = []
    token = _kept.set(exchanges)
    try:
        yield exchanges
    finally:
        _kept.reset(token)


def note(
    outgoing: Request,
    prefix: str,
    outcome: Response | NoResponse,
    keys: Credentials | None,
    at: datetime,
    took_ms: int,
) -> None:
    """Keep an exchange, if anyone asked for it."""
    kept = _kept.get()
    if kept is None:
        return
    response = outcome if isinstance(outcome, Response) else None
    kept.append(
        Exchange(
            verb=outgoing.verb,
            path=("" if outgoing.as_user else prefix) + outgoing.template,
            at=at,
            took_ms=took_ms,
            status=response.status if response else None,
            request_id=response.request_id if response else None,
            body=_written(outgoing.json) if outgoing.json else outgoing.form or "",
            answer=_answer(outgoing, response, keys) if response else "",
        )
    )


def _answer(outgoing: Request, outcome: Response, keys: Credentials | None) -> str:
    try:
        text = outcome.text()
        text = keys.redact(text, outgoing.secret) if keys else text
        return _written(parse_json(text, outcome.content_type))[:KEPT_MAX]
    except ShapeError:
        return ""


def _written(value: object) -> str:
    return json.dumps(without_secrets(value), ensure_ascii=False, indent=2)


def without_secrets(value: object, name: str = "") -> object:
    """Return parsed JSON with its secrets replaced: by the name of the field, or by their looks."""
    if isinstance(value, Mapping):
        return {key: without_secrets(each, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [without_secrets(each, name) for each in value]
    is_secret = name.lower() in SECRET_FIELDS
    if isinstance(value, str) and value and (is_secret or _SECRET_VALUE.search(value)):
        return HIDDEN
    return value
