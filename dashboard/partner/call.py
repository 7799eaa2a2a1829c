"""One logical call: admitted or held back, sent, retried with other keys, and reported."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from dashboard.partner import capture
from dashboard.partner.asker import Asker, asker, caller
from dashboard.partner.errors import (
    CredentialsRefused,
    Forbidden,
    NotFound,
    PartnerError,
    UnavailableKind,
)
from dashboard.partner.gate import Gate, HeldBack, Ticket
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.http.transport import Transport
from dashboard.partner.outcomes import to_answer, unavailable_error
from dashboard.partner.responses import Answer, IssuedToken, Registered
from dashboard.partner.telemetry import LIST, RESULTS, CallMeter, CallRecord, CallResult

READ_ATTEMPTS = 3
WRITE_ATTEMPTS = 1
BULKHEAD_RETRY_S = 1.0
TELLING = frozenset({CallResult.OK, CallResult.LIMITED})

T = TypeVar("T")


@dataclass(frozen=True)
class _Asked(Generic[T]):
    """One request with the keys of one ticket, and how it ended."""

    ticket: Ticket
    at: datetime
    took_ms: int
    outcome: Response | NoResponse
    end: Answer[T] | PartnerError


class CallRunner:
    """Runs one logical call: admission, retries, other keys, and reporting.

    `PartnerClient` explains the arguments. A call without a slot is refused, so that a slow
    upstream can't take every thread (waiting cost 590 ms, measured).
    """

    def __init__(  # noqa: PLR0913  each by its name
        self,
        transport: Transport,
        gate: Gate,
        *,
        clock: Callable[[], datetime],
        observer: Callable[[CallRecord], None] | None,
        meter: CallMeter,
        slots: int,
        read_deadline_s: float,
        write_deadline_s: float,
    ) -> None:
        self._transport = transport
        self._gate = gate
        self._clock = clock
        self._observer = observer
        self._meter = meter
        self._slots = threading.BoundedSemaphore(slots)
        self._read_deadline_s = read_deadline_s
        self._write_deadline_s = write_deadline_s

    def make(self, outgoing: Request, read: Callable[[object], T]) -> Answer[T]:
        """Send with the keys in use; a read that is refused is sent again with others.

        `read` gives the answer from its JSON. The gate is told of that refusal last: by then all
        calls use the keys that are accepted.

        Raises:
            PartnerError: what came, or did not come, in place of an answer.

        """
        deadline_s, attempts = self._read_deadline_s, READ_ATTEMPTS
        if outgoing.is_write:
            deadline_s, attempts = self._write_deadline_s, WRITE_ATTEMPTS
        if not self._slots.acquire(blocking=False):
            raise self._held_back(outgoing, HeldBack(UnavailableKind.BULKHEAD, BULKHEAD_RETRY_S))
        self._meter.began()
        try:
            until = time.monotonic() + deadline_s
            ticket = self._gate.enter(is_write=outgoing.is_write)
            if isinstance(ticket, HeldBack):
                raise self._held_back(outgoing, ticket)
            asked = self._ask(outgoing, read, ticket, deadline_s, attempts)
            answer = None
            is_about_keys = isinstance(asked.end, CredentialsRefused) and not outgoing.secret
            if is_about_keys and not outgoing.is_write:
                answer = self._ask_others(outgoing, read, ticket, until)
            self._tell(outgoing, asked)
        finally:
            self._slots.release()
            self._meter.ended()
        end = answer or asked.end
        if isinstance(end, PartnerError):
            raise end
        return end

    def _held_back(self, outgoing: Request, held: HeldBack) -> PartnerError:
        self._meter.held_back(held.kind)
        return unavailable_error(outgoing, held)

    def _ask_others(
        self, outgoing: Request, read: Callable[[object], T], refused: Ticket, until: float
    ) -> Answer[T] | None:
        """Send once with each of the other keys, until some are accepted."""
        ticket = self._gate.next_after(refused)
        while ticket:
            asked = self._ask(outgoing, read, ticket, until - time.monotonic(), 1)
            self._tell(outgoing, asked)
            if isinstance(asked.end, Answer):
                self._gate.accepted(ticket)
                return asked.end
            ticket = self._gate.next_after(ticket)
        return None

    def _ask(
        self,
        outgoing: Request,
        read: Callable[[object], T],
        ticket: Ticket,
        deadline_s: float,
        attempts: int,
    ) -> _Asked[T]:
        is_sent_once = ticket.is_probe or asker.get() is Asker.BUDGET
        tries, keys = 1 if is_sent_once else attempts, ticket.credentials
        started = time.monotonic()
        outcome = self._transport.exchange(
            outgoing,
            # In no variable: the frames of an error hold no secret.
            {
                "X-Api-Key": keys.api_key,
                "X-Api-Secret": keys.api_secret,
                **outgoing.authorization,
            },
            deadline_s,
            tries,
            self._gate.is_shut,
        )
        took_ms, at = round((time.monotonic() - started) * 1000), self._clock()
        capture.note(outgoing, self._transport.prefix, outcome, keys, at, took_ms)
        end: Answer[T] | PartnerError
        try:
            end = to_answer(outgoing, outcome, keys, read)
        except PartnerError as error:
            end = error
        return _Asked(ticket, at, took_ms, outcome, end)

    def _tell(self, outgoing: Request, asked: _Asked[T]) -> None:
        """Tell the gate and the observer how a call ended, if it says something about the API."""
        error = asked.end if isinstance(asked.end, PartnerError) else None
        is_about_secret = bool(outgoing.secret) and isinstance(error, CredentialsRefused)
        if is_about_secret and not outgoing.as_user:
            return  # it may be the body's secret that was refused, not the keys
        reply = asked.outcome if isinstance(asked.outcome, Response) else None
        result = RESULTS.get(type(error), CallResult.OK)
        if isinstance(error, Forbidden | NotFound) and error.path == LIST:
            result = CallResult.UNREADABLE
        if is_about_secret:
            result = CallResult.OK  # the user's token was refused, which is an answer
        # All four reads of a look may fail together: that says nothing about other calls.
        if not outgoing.as_user or asked.ticket.is_probe or result in TELLING:
            self._gate.leave(asked.ticket, result, reply.retry_after_s if reply else None)
        if self._observer is None:
            return
        self._observer(
            CallRecord(
                at=asked.at,
                verb=outgoing.verb,
                path=outgoing.template,
                status=reply.status if reply else None,
                took_ms=asked.took_ms,
                result=result,
                cause=error.cause if error else "",
                server_at=reply.server_at if reply else None,
                credential=asked.ticket.credentials.id,
                user_id=outgoing.user_id or _user_in(asked.end),
                tries=asked.outcome.tries,
                upstream_request=reply.request_id if reply else None,
                caller=caller.get(),
            )
        )


def _user_in(end: object) -> UUID | None:
    """Return the user that only the answer names."""
    match end:
        case Answer(value=Registered() as registered):
            return registered.id
        case Answer(value=IssuedToken() as token):
            return token.user_id
    return None
