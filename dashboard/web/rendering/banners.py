"""What all pages show: calls paused or held back, a fallback key pair in use, work to be done."""

from flask import Flask, g, has_request_context, request

from dashboard.services.credentials.active import CallStatus
from dashboard.services.readers import Reader
from dashboard.services.upstream.breaker import Outage
from dashboard.store.db.database import StoreError
from dashboard.web.context import services, signed_in, zone


def init_standing(app: Flask) -> None:
    """Give templates what every page shows."""
    app.jinja_env.globals.update(
        find_call_status=find_call_status,
        find_outage=find_outage,
        to_do_count=to_do_count,
        page_address=page_address,
    )


def find_outage() -> Outage | None:
    """Return why calls are held back now; None if not, or if the database is unavailable."""
    status = find_call_status()
    if status is None or status.breaker is None:
        return None
    return services().upstream.breaker.outage(status.breaker)


def to_do_count() -> int:
    """Return how many users need something from the person; 0 where it can't be read."""
    member = signed_in().staff
    hides = member.hides_test_users
    try:
        return services().desk.list.to_do(
            Reader(member.id, zone(), names_hidden=True, hides_test_users=hides)
        )
    except StoreError:
        return 0


def page_address() -> str:
    """Return the address of the page from which a form of every page was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def keep_call_status(status: CallStatus | None) -> None:
    """Keep what a call of this request read, for its page; with None the page reads it itself."""
    if not has_request_context():
        return
    if status:
        g.call_status = status
    else:
        g.pop("call_status", None)


def find_call_status() -> CallStatus | None:
    """Return the status of calls, read at most once per request; None where it can't be read."""
    if "call_status" not in g:
        try:
            g.call_status = services().credentials.active.look()[1]
        except StoreError:
            g.call_status = None
    status: CallStatus | None = g.call_status
    return status
