"""Sends one call of the contract once, and returns the answer as it came.

It is for checks of the contract: `PartnerClient` is what everything else uses. Calls go through
the same gate, transport and log.
"""

import time
from collections.abc import Callable, Collection
from datetime import datetime
from enum import Enum

from dashboard.partner.api import PREFIX, READ_DEADLINE_S, WRITE_DEADLINE_S
from dashboard.partner.asker import caller
from dashboard.partner.call import TELLING
from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import PartnerError, Unavailable
from dashboard.partner.gate import Gate, HeldBack
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.http.transport import Transport
from dashboard.partner.json_shape import ShapeError
from dashboard.partner.outcomes import SERVER_ERRORS, TOO_MANY_REQUESTS, unavailable_error
from dashboard.partner.raw.answer import RawAnswer, read_answer
from dashboard.partner.telemetry import CallRecord, CallResult

UNAUTHORIZED = 401
WRONG = "scenario" + "0" * 32  # a value that opens nothing


class SentKeys(Enum):
    """Which keys a call is sent with: those in use, or deliberately others."""

    IN_USE = "in use"
    WRONG_KEY = "another key"
    WRONG_SECRET = "another secret"  # noqa: S105  no secret
    NONE = "none"


class RawClient:
    """Sends calls and returns raw answers. `observer` hears of calls that tell how the API fares.

    `expected` hears of those that were refused on purpose: they say nothing about the API or the
    keys in use, and the gate is told that the API answers. Neither may raise.
    """

    def __init__(
        self,
        base_url: str,
        gate: Gate,
        *,
        clock: Callable[[], datetime],
        observer: Callable[[CallRecord], None],
        expected: Callable[[CallRecord], None],
    ) -> None:
        self._transport = Transport(base_url, clock, PREFIX)
        self._gate = gate
        self._clock = clock
        self._observer = observer
        self._expected = expected

    def send(
        self, outgoing: Request, *, refusals: Collection[int] = (), keys: SentKeys = SentKeys.IN_USE
    ) -> RawAnswer:
        """Send a call once; `refusals` are the statuses that it is to be refused with.

        Raises:
            Unavailable: it was held back, or no whole answer came; `outcome_unknown` for a write
                that may have been done.

        """
        ticket = self._gate.enter(is_write=outgoing.is_write)
        if isinstance(ticket, HeldBack):
            raise unavailable_error(outgoing, ticket)
        pair = ticket.credentials
        started = time.monotonic()
        outcome = self._transport.exchange(
            outgoing,
            {**_headers(pair, keys), **outgoing.authorization},
            WRITE_DEADLINE_S if outgoing.is_write else READ_DEADLINE_S,
            1,
            self._gate.is_shut,
        )
        took_ms = round((time.monotonic() - started) * 1000)
        result = _result(outgoing, outcome)
        reply = outcome if isinstance(outcome, Response) else None
        is_expected = (reply.status if reply else 0) in refusals or keys is not SentKeys.IN_USE
        told = CallResult.OK if is_expected and result is not CallResult.DOWN else result
        if not outgoing.as_user or ticket.is_probe or told in TELLING:
            self._gate.leave(ticket, told, reply.retry_after_s if reply else None)
        record = CallRecord(
            at=self._clock(),
            verb=outgoing.verb,
            path=outgoing.template,
            status=reply.status if reply else None,
            took_ms=took_ms,
            result=result,
            cause="" if reply else getattr(outcome, "kind", ""),
            server_at=reply.server_at if reply else None,
            credential=pair.id if keys is SentKeys.IN_USE else "",
            user_id=outgoing.user_id,
            upstream_request=reply.request_id if reply else None,
            caller=caller.get(),
        )
        (self._expected if is_expected else self._observer)(record)
        if isinstance(outcome, NoResponse):
            raise _no_response(outgoing, outcome)
        return read_answer(outgoing, outcome, _redacted(outcome, pair, outgoing), pair.id)


def _headers(pair: Credentials, keys: SentKeys) -> dict[str, str]:
    if keys is SentKeys.NONE:
        return {}
    return {
        "X-Api-Key": WRONG if keys is SentKeys.WRONG_KEY else pair.api_key,
        "X-Api-Secret": WRONG if keys is SentKeys.WRONG_SECRET else pair.api_secret,
    }


def _redacted(reply: Response, pair: Credentials, outgoing: Request) -> str | None:
    try:
        return pair.redact(reply.text(), outgoing.secret)
    except ShapeError:
        return None


def _result(outgoing: Request, outcome: Response | NoResponse) -> CallResult:
    if isinstance(outcome, NoResponse) or outcome.status in SERVER_ERRORS:
        return CallResult.DOWN
    if outcome.status == UNAUTHORIZED and not outgoing.as_user:
        return CallResult.REFUSED
    return CallResult.LIMITED if outcome.status == TOO_MANY_REQUESTS else CallResult.OK


def _no_response(outgoing: Request, outcome: NoResponse) -> PartnerError:
    return Unavailable(
        verb=outgoing.verb,
        path=outgoing.template,
        outcome_unknown=outgoing.is_write and outcome.sent,
        kind=outcome.kind,
    )
