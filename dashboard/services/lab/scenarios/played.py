"""The unhappy paths that only the simulator can imitate."""

import time
from datetime import timedelta

from dashboard.partner.raw import calls
from dashboard.services.lab.scenarios.points import Point
from dashboard.services.lab.scenarios.report import OpenPoint
from dashboard.services.lab.scenarios.run import Run

OK, FORBIDDEN, CONFLICT, LIMITED = 200, 403, 409, 429
PAUSE = timedelta(seconds=1)
OLD = timedelta(hours=25)  # links expire after a day
WAITS_AT_MOST_S = 2.0


def expired_link(run: Run) -> None:
    """Let a link expire: the user stays pending, and no second start is possible."""
    simulator, person = run.require_simulator(), run.make_person()
    user_id = run.register(person)
    started = run.start_kyc(user_id, person)
    simulator.age_link(started.text("inquiryId"), OLD)
    shown = run.calls.read(calls.show(user_id))
    is_pending = shown.text("data.user.status") == "pending"
    got = "pending" if is_pending else "another status"
    run.checks.that(Point.EXPIRED_LINK_PENDING, shown, got, "pending", is_pending)
    request = calls.start_kyc(user_id, person.applicant)
    again = run.refused(run.calls.write(request, refusals=(CONFLICT,)))
    run.checks.status(Point.EXPIRED_LINK_START, again, CONFLICT)
    token = run.calls.write(calls.exchange_token(user_id), refusals=(FORBIDDEN,))
    run.checks.status(Point.EXPIRED_LINK_TOKEN, token, FORBIDDEN)


def rate_limit(run: Run) -> None:
    """Be told to wait, wait, and be answered."""
    simulator = run.require_simulator()
    user_id = run.register(run.make_person())
    simulator.limit_once(user_id, PAUSE)
    limited = run.refused(run.calls.read(calls.show(user_id), refusals=(LIMITED,)))
    if run.checks.status(Point.RATE_LIMIT_STATUS, limited, LIMITED):
        says = "none" if limited.retry_after_s is None else "seconds"
        run.checks.reads(OpenPoint.RETRY_AFTER, says)
    time.sleep(min(limited.retry_after_s or 0.0, WAITS_AT_MOST_S))
    answer = run.calls.read(calls.show(user_id), refusals=(LIMITED,))
    run.checks.status(Point.RATE_LIMIT_OVER, answer, OK)
