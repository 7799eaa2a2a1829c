"""The user-level API: reads with a user's own token, and the key that verifies such tokens."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from dashboard.simulator.api.responses import Counters, RefusalError
from dashboard.simulator.api.validation import number
from dashboard.simulator.faults.plan import USER_PREFIX
from dashboard.simulator.state.money import Holdings
from dashboard.simulator.state.people import timestamp
from dashboard.simulator.state.tokens import TokenError
from dashboard.simulator.state.world import World
from dashboard.simulator.variants import LIMIT_DEFAULT, LIMIT_MAX

JWKS_PATH = "/.well-known/jwks.json"
_STATUSES = {"approved": "approved", "failed": "failed", "abandoned": "created", None: "created"}


def create_user_api(stage: World) -> Blueprint:
    """Return the routes; all but the last need the partner's keys as well."""
    api = Blueprint("user_api", __name__)
    _add_kyc(api, stage)
    _add_money(api, stage)

    @api.get(JWKS_PATH)
    def jwks() -> Response:
        return jsonify(stage.tokens.jwks())

    return api


def _add_kyc(api: Blueprint, stage: World) -> None:
    @api.get(f"{USER_PREFIX}/kyc/status")
    def kyc_status() -> Response:
        found = stage.inquiries.of_user(_asking(stage))
        if not found:
            raise RefusalError(404, "KYC not found")
        status = _STATUSES[found[-1].outcome]
        data = {
            "status": status,
            "rawStatus": status,
            "inquiryId": found[-1].id,
            "updatedAt": timestamp(found[-1].updated_at),
        }
        return jsonify({"success": True, "data": data})


def _add_money(api: Blueprint, stage: World) -> None:
    @api.get(f"{USER_PREFIX}/accounts")
    def accounts() -> Response:
        return _listed(_holdings(stage).accounts)

    @api.get(f"{USER_PREFIX}/balance")
    def balance() -> Response:
        return _listed(_holdings(stage).balances)

    @api.get(f"{USER_PREFIX}/transactions")
    def transactions() -> Response:
        rows = _holdings(stage).transactions
        size = number(request.args.get("size"), "size", LIMIT_DEFAULT, LIMIT_MAX)
        counters = Counters(len(rows), 1, size).named("total")
        return jsonify({"items": rows[:size], **counters})


def _asking(stage: World) -> str:
    """Return the id of the user whose token the request has. Raises RefusalError."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        claims = stage.tokens.read(token if kind == "Bearer" else "")
    except TokenError:
        raise RefusalError(401, "Invalid or expired user token") from None
    if claims["partner"] != g.partner:
        raise RefusalError(403, "User does not belong to this partner")
    return str(claims["sub"])


def _holdings(stage: World) -> Holdings:
    user_id = _asking(stage)
    row = stage.state.find(g.partner, user_id)
    return stage.money.of(row.document if row else {"id": user_id}, stage.clock())


def _listed(rows: Sequence[dict[str, Any]]) -> Response:
    counters = Counters(len(rows), 1, LIMIT_DEFAULT).named("totalItems")
    return jsonify({"items": rows, "meta": counters})
