"""An open page follows a pending user: it polls at growing intervals until something changes.

The page holds `#follow`, whose request names what was last seen. While nothing changed the answer
is a new `#follow` with a longer wait; once it did, what is followed comes whole, and no `#follow`
with it.
"""

from dataclasses import dataclass

from flask import after_this_request, request
from flask.wrappers import Response

from dashboard.partner.responses import UserStatus
from dashboard.services.users.record import UserRecord
from dashboard.web.htmx import FOLLOW, is_poll

WAITS_S = (4, 6, 10, 15, 30, 60)


@dataclass(frozen=True)
class Follow:
    """When to ask again, and which next step is on the page until then."""

    wait_s: int
    seen: str
    step: int


def poll_state(record: UserRecord, root: str, fragments: dict[str, str]) -> Follow | None:
    """Return how the page continues to follow this user, None if there is nothing to wait for.

    For a request of `#follow` it adds to `fragments` what the answer is.
    """
    seen = record.next_step.kind
    waiting = record.user.status == UserStatus.PENDING and record.inquiry is not None
    asked = request.args.get("step", 0, type=int)
    step = asked if asked in range(len(WAITS_S)) else 0
    if is_poll():
        changed = request.args.get("seen") != seen
        fragments[FOLLOW] = fragments[root] if changed else "users/_follow.html"
        if changed:
            after_this_request(lambda response: _put_in(response, root))
    next_step = min(step + 1, len(WAITS_S) - 1)
    return Follow(WAITS_S[step], seen, next_step) if waiting else None


def _put_in(response: Response, root: str) -> Response:
    response.headers["HX-Retarget"] = f"#{root}"
    return response
