"""The user-level API: KYC status with a user's own token, and the key that verifies such tokens."""

from flask import Blueprint, Response, g, jsonify, request

from dashboard.simulator.api.responses import RefusalError
from dashboard.simulator.state.people import timestamp
from dashboard.simulator.state.tokens import TokenError
from dashboard.simulator.state.world import World

STATUS_PATH = "/api/v1/user/kyc/status"
JWKS_PATH = "/.well-known/jwks.json"
_STATUSES = {"approved": "approved", "failed": "failed", "abandoned": "created", None: "created"}


def create_user_api(stage: World) -> Blueprint:
    """Return the routes; the first needs the partner's keys as well."""
    api = Blueprint("user_api", __name__)

    @api.get(STATUS_PATH)
    def kyc_status() -> Response:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = stage.tokens.read(token if kind == "Bearer" else "")
        except TokenError:
            raise RefusalError(401, "Invalid or expired user token") from None
        if claims["partner"] != g.partner:
            raise RefusalError(403, "User does not belong to this partner")
        found = stage.inquiries.of_user(claims["sub"])
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

    @api.get(JWKS_PATH)
    def jwks() -> Response:
        return jsonify(stage.tokens.jwks())

    return api
