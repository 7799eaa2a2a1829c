"""A stand-in for the identity provider's page, where one approves, fails or abandons a check."""

from flask import Blueprint, Response, request

from dashboard.simulator.pages.frame import page
from dashboard.simulator.state.inquiries import OUTCOMES, ExpiredError, Inquiry
from dashboard.simulator.state.world import World

PATH = "/_simulator/verify"
_BODY = """\
<p><strong>This is a stand-in of the simulator.</strong> No identity provider is behind it, and
no identity is checked.</p>
{% if not inquiry %}<p>There is no such inquiry.</p>
{% else %}
<p>Inquiry <code>{{ inquiry.id }}</code></p>
{% if expired %}<p>This link has expired.</p>
{% elif inquiry.outcome %}<p>This check is done: {{ inquiry.outcome }}.</p>
{% else %}
<form method="post">
<p><button name="outcome" value="approved">Approve</button>
<button name="outcome" value="failed">Fail</button>
<button name="outcome" value="abandoned">Abandon</button></p>
</form>
{% endif %}{% endif %}"""


def create_verification(stage: World) -> Blueprint:
    """Return the page; it needs no keys."""
    verification = Blueprint("verification", __name__)

    @verification.get(PATH)
    def show() -> Response:
        inquiry = _asked(stage)
        expired = inquiry is not None and inquiry.is_over(stage.clock())
        return _page(inquiry, 200 if inquiry else 404, expired=expired)

    @verification.post(PATH)
    def finish() -> Response:
        inquiry, outcome = _asked(stage), request.form.get("outcome")
        if inquiry is None:
            return _page(None, 404)
        if outcome not in OUTCOMES or inquiry.outcome:
            return _page(inquiry, 400)
        try:
            stage.inquiries.finish(inquiry, outcome, stage.clock())
        except ExpiredError:
            return _page(inquiry, 410, expired=True)
        return _page(_asked(stage), 200)

    return verification


def _asked(stage: World) -> Inquiry | None:
    return stage.inquiries.find(request.args.get("inquiry-id", ""))


def _page(inquiry: Inquiry | None, status: int, *, expired: bool = False) -> Response:
    return page("Identity check", _BODY, status, inquiry=inquiry, expired=expired)
