"""What happens to users elsewhere, played in the simulator through its controls.

They are no part of the Partner API: no keys are sent, and nothing is logged or counted.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from dashboard.partner import assumptions as assumed
from dashboard.partner.capture import note
from dashboard.partner.errors import PartnerError, Unavailable
from dashboard.partner.http.messages import NoResponse, Request, Response, path_id
from dashboard.partner.http.transport import Transport

CONTROLS = "/_simulator"
DEADLINE_S = 5.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_EXPIRED = 410
SERVER_ERROR = 500


class SimulatorControls:
    """Plays users, Qash and the partner's own app.

    Every method raises PartnerError where the simulator gives no usable answer;
    `is_there` returns False instead.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._transport = Transport(base_url, clock, CONTROLS)

    def is_there(self) -> bool:
        """Return whether there is a simulator: it tells its time."""
        try:
            answer = self._send(Request("GET", "/clock"))
        except PartnerError:
            return False
        return answer.content_type.startswith("application/json")

    def approve(self, inquiry_id: str) -> bool:
        """Pass identity verification as the user; return False if the link has expired."""
        query = urlencode({"inquiry-id": inquiry_id})
        template = "/verify?inquiry-id={inquiryId}"
        request = Request("POST", template, f"/verify?{query}", form="outcome=approved")
        return self._send(request, _FORM).status != _EXPIRED

    def pass_kyc(self, user_id: UUID) -> None:
        """Let a user pass KYC, whatever their link is."""
        self._happen(user_id, "approved")

    def suspend(self, user_id: UUID) -> None:
        """Suspend a user, as Qash does."""
        path = f"/users/{path_id(user_id)}"
        self._send(Request("PATCH", "/users/{userId}", path, json={"status": "suspended"}))

    def age_link(self, inquiry_id: str, by: timedelta) -> None:
        """Make a verification link older than it is."""
        started = (self._clock() - by).isoformat()
        path = f"/inquiries/{inquiry_id}"
        self._send(Request("PATCH", "/inquiries/{inquiryId}", path, json={"started_at": started}))

    def start_elsewhere(self, user_id: UUID) -> None:
        """Start KYC, as the partner's own app does."""
        self._happen(user_id, "started")

    def limit_once(self, user_id: UUID, pause: timedelta) -> None:
        """Answer the next call about one user with 429; calls about others are as before."""
        fault = {
            "path": f"/users/{path_id(user_id)}",
            "status": 429,
            "times": 1,
            "retry_after_s": round(pause.total_seconds()),
        }
        self._send(Request("POST", "/faults", json=fault))

    def _happen(self, user_id: UUID, what: str) -> None:
        body = {"user": path_id(user_id), "what": what, "after_s": 0}
        self._send(Request("POST", "/happenings", json=body))

    def _send(self, request: Request, headers: dict[str, str] | None = None) -> Response:
        at = self._clock()
        outcome = self._transport.exchange(request, headers or {}, DEADLINE_S, 1, lambda: False)
        took_ms = outcome.took_ms if isinstance(outcome, Response) else 0
        note(request, CONTROLS, outcome, None, at, took_ms)
        if isinstance(outcome, NoResponse):
            raise Unavailable(verb=request.verb, path=request.template, kind=outcome.kind)
        if outcome.status >= SERVER_ERROR:
            raise Unavailable(verb=request.verb, path=request.template, status=outcome.status)
        if outcome.status >= 400 and outcome.status != _EXPIRED:  # noqa: PLR2004  RFC 9110, 15.5
            error = assumed.refusal(outcome.status)
            raise error(verb=request.verb, path=request.template, status=outcome.status)
        return outcome
