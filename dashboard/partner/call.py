"""One logical call: let out or held back, sent, asked once more with another pair, and told of."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import CredentialsRefused, PartnerError, UnavailableKind
from dashboard.partner.failures import unavailable_error
from dashboard.partner.gate import BULKHEAD_RETRY_S, Bulkhead, Gate, HeldBack, Ticket
from dashboard.partner.http.messages import NoResponse, Request, Response
from dashboard.partner.http.transport import Transport
from dashboard.partner.outcomes import to_answer
from dashboard.partner.responses import Answer
from dashboard.partner.spare import Spare
from dashboard.partner.telemetry import CallRecord, cause_of, result_of

T = TypeVar("T")


class CallRunner:
    """Makes them; what each part is, `PartnerClient` says."""

    def __init__(
        self,
        transport: Transport,
        credentials: Callable[[], Credentials],
        *,
        clock: Callable[[], datetime],
        observer: Callable[[CallRecord], None] | None,
        gate: Gate,
        spare: Spare,
        bulkhead: Bulkhead,
    ) -> None:
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._observer = observer
        self._gate = gate
        self._spare = spare
        self._bulkhead = bulkhead

    def make(
        self, outgoing: Request, read: Callable[[object], T], deadline_s: float, attempts: int
    ) -> Answer[T]:
        """Make a call, its attempts within the deadline; `read` gives the answer from its JSON.

        Raises:
            PartnerError: what came, or did not come, in place of an answer.

        """
        until = time.monotonic() + deadline_s
        if not self._bulkhead.take():
            raise unavailable_error(outgoing, HeldBack(UnavailableKind.BULKHEAD, BULKHEAD_RETRY_S))
        try:
            pair = self._credentials()

            def ask_instead() -> Answer[T] | None:
                for other in () if outgoing.is_write else self._spare.find_others(pair):
                    try:
                        answer = self._ask(outgoing, read, other, until - time.monotonic(), 1)
                    except PartnerError:
                        continue
                    self._spare.accepted_instead(pair, other)
                    return answer
                return None

            return self._ask(outgoing, read, pair, deadline_s, attempts, ask_instead)
        finally:
            self._bulkhead.give_back()

    def _ask(
        self,
        outgoing: Request,
        read: Callable[[object], T],
        pair: Credentials,
        deadline_s: float,
        attempts: int,
        ask_instead: Callable[[], Answer[T] | None] = lambda: None,
    ) -> Answer[T]:
        """Ask with this pair, or else what there is instead of a refused one.

        The gate hears of a refusal last: by then everybody asks with the pair that is accepted.
        """
        ticket = self._gate.enter(pair.id, is_write=outgoing.is_write)
        if isinstance(ticket, HeldBack):
            raise unavailable_error(outgoing, ticket)
        tries = 1 if ticket.is_probe else attempts
        started = time.monotonic()
        outcome = self._transport.exchange(
            outgoing, pair.headers(), deadline_s, tries, self._gate.is_shut
        )
        took_ms, at = round((time.monotonic() - started) * 1000), self._clock()
        error: PartnerError | None = None
        try:
            return to_answer(outgoing, outcome, pair, read)
        except PartnerError as failure:
            error = failure
            if isinstance(failure, CredentialsRefused) and (answer := ask_instead()):
                return answer
            raise
        finally:
            self._tell(outgoing, outcome, at, took_ms, error, ticket)

    def _tell(
        self,
        outgoing: Request,
        outcome: Response | NoResponse,
        at: datetime,
        took_ms: int,
        error: PartnerError | None,
        ticket: Ticket,
    ) -> None:
        """Tell the gate and the observer how a call ended, where it says something of the API."""
        if outgoing.secret and isinstance(error, CredentialsRefused):
            return  # it may be the body's secret that was refused, not the pair
        reply = outcome if isinstance(outcome, Response) else None
        result = result_of(error)
        self._gate.leave(ticket, result, reply.retry_after_s if reply else None)
        if self._observer is None:
            return
        self._observer(
            CallRecord(
                at=at,
                verb=outgoing.verb,
                path=outgoing.template,
                status=reply.status if reply else None,
                took_ms=took_ms,
                result=result,
                cause=cause_of(error),
                server_at=reply.server_at if reply else None,
                credential=ticket.credential,
            )
        )
