"""The simulator's own controls: what no real API can play. No key is sent there."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from dashboard.partner.client import READ_DEADLINE_S
from dashboard.partner.http.messages import Request, Response
from dashboard.partner.http.transport import Transport
from dashboard.partner.json_shape import ShapeError, parse_json

CONTROLS = "/_simulator"
OLD = timedelta(hours=25)  # links expire after a day
_SUCCESSES = range(200, 300)


class SimulatorControls:
    """Turns the controls of a simulator, where the Partner API is one.

    A method returns whether the simulator did it.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime]) -> None:
        self._transport = Transport(base_url, clock, CONTROLS)

    def now(self) -> datetime | None:
        """Return what the simulator's clock says, None where there is no simulator."""
        outcome = self._send(Request("GET", "/clock"))
        if outcome is None:
            return None
        try:
            body = parse_json(outcome.text(), outcome.content_type)
            said = body.get("now") if isinstance(body, dict) else None
            return datetime.fromisoformat(said) if isinstance(said, str) else None
        except (ShapeError, ValueError):
            return None

    def approve(self, user_id: UUID) -> bool:
        """Let a user pass KYC now."""
        body = {"user": str(user_id), "what": "approved", "after_s": 0}
        return self._turn("POST", "/happenings", body)

    def expire(self, inquiry_id: str) -> bool:
        """Make an inquiry's link as old as one that no longer opens."""
        at = self.now()
        if at is None:
            return False
        started = (at - OLD).isoformat()
        path = f"/inquiries/{quote(inquiry_id, safe='')}"
        request = Request("PATCH", "/inquiries/{inquiryId}", path, json={"started_at": started})
        return self._send(request) is not None

    def limit_once(self, user_id: UUID, pause: timedelta) -> bool:
        """Answer the next call about one user with 429; calls about others are as before."""
        fault = {
            "path": f"/users/{user_id}",
            "status": 429,
            "times": 1,
            "retry_after_s": round(pause.total_seconds()),
        }
        return self._turn("POST", "/faults", fault)

    def _turn(self, verb: str, path: str, body: Mapping[str, object]) -> bool:
        return self._send(Request(verb, path, json=body)) is not None

    def _send(self, outgoing: Request) -> Response | None:
        outcome = self._transport.exchange(outgoing, {}, READ_DEADLINE_S, 1, lambda: False)
        is_done = isinstance(outcome, Response) and outcome.status in _SUCCESSES
        return outcome if is_done and isinstance(outcome, Response) else None
