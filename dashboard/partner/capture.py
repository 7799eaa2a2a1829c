"""Calls as they went over the wire, for the lab: what was sent and what came, without secrets."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.partner.credentials import HIDDEN, Credentials
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.json_shape import ShapeError, parse_json, written
from dashboard.text.characters import write_out
from dashboard.text.secrets import without_tokens

KEPT_MAX = 4_000  # characters of a body or an answer
_SECRET_FIELD = re.compile(r"(?:token|secret|password|inquiry|inquiryid|verificationurl)\Z")
_SECRET_VALUE = re.compile(r"inq_|inquiry-id|://(?:(?!://)[^\s?])*+\?", re.IGNORECASE)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; `status` is None if there was none.

    `path` is the template below the host. `body` and `answer` are JSON, or a form, "" for none.
    Secrets, links and inquiry IDs in them are replaced, and what is not seen in an answer is
    written out.
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
        lines = _written(parse_json(text, outcome.content_type)).split("\n")
        return "\n".join(map(write_out, lines))
    except ShapeError:
        return ""


def _written(value: object) -> str:
    return written(without_secrets(value), KEPT_MAX)


def without_secrets(value: object, *, is_secret: bool = False) -> object:
    """Return parsed JSON with its secrets replaced: by the name of the field, or by their looks.

    `is_secret`: the value is, or is inside, a field of such a name.
    """
    if isinstance(value, Mapping):
        return {
            without_secrets(name): without_secrets(each, is_secret=is_secret or _is_secret(name))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(each, is_secret=is_secret) for each in value]
    if value is None or isinstance(value, bool) or value == "":
        return value
    return HIDDEN if is_secret or _looks_secret(value) else value


def _is_secret(name: str) -> bool:
    return bool(_SECRET_FIELD.search(name.replace("_", "").replace("-", "").lower()))


def _looks_secret(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return bool(_SECRET_VALUE.search(value)) or without_tokens(value) != value
