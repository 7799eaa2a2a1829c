"""Controls for tests: `/_simulator/…`, JSON, without credentials, and never logged."""

from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, jsonify, request

from dashboard.simulator.api.control_input import (
    ControlError,
    read_body,
    read_partner,
    read_word,
)
from dashboard.simulator.api.time_controls import add_time
from dashboard.simulator.faults.breaches import BREACHES
from dashboard.simulator.faults.plan import Fault, FaultError
from dashboard.simulator.state.keys import Pair
from dashboard.simulator.state.money import Holdings
from dashboard.simulator.state.people import Person
from dashboard.simulator.state.world import OnePairError, RivalError, World
from dashboard.simulator.variants import CHOICES, IGNORABLE_FILTERS, ONE_PAIR_REFUSED, Variants

CONTROLS_PREFIX = "/_simulator"


def create_controls(stage: World) -> Blueprint:
    """Return the routes."""
    controls = Blueprint("controls", __name__, url_prefix=CONTROLS_PREFIX)
    _add_requests(controls, stage)
    _add_faults(controls, stage)
    _add_rivals(controls, stage)
    _add_keys(controls, stage)
    _add_people(controls, stage)
    _add_inquiries(controls, stage)
    add_time(controls, stage)

    @controls.errorhandler(ControlError)
    @controls.errorhandler(FaultError)
    @controls.errorhandler(RivalError)
    def refuse(error: ValueError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    return controls


def _add_requests(controls: Blueprint, stage: World) -> None:
    @controls.get("/requests")
    def requests() -> Response:
        return jsonify(requests=stage.journal.listed(request.args.get("after", 0, int)))

    @controls.delete("/requests")
    def clear_requests() -> Response:
        stage.journal.clear()
        return requests()

    @controls.post("/reset")
    def reset() -> Response:
        stage.reset()
        return jsonify(reset=True)


def _add_faults(controls: Blueprint, stage: World) -> None:
    @controls.get("/faults")
    def faults() -> Response:
        return jsonify(faults=stage.faults.listed())

    @controls.put("/faults")
    def set_faults() -> Response:
        wanted = read_body().get("faults")
        if not isinstance(wanted, list):
            raise ControlError("faults is a list.")
        stage.faults.replace([Fault.read(raw) for raw in wanted])
        return faults()

    @controls.post("/faults")
    def add_fault() -> tuple[Response, int]:
        stage.faults.add(Fault.read(read_body()))
        return faults(), 201

    @controls.delete("/faults")
    def clear_faults() -> Response:
        stage.faults.replace([])
        return faults()


def _add_rivals(controls: Blueprint, stage: World) -> None:
    @controls.get("/rivals")
    def rivals() -> Response:
        choices = {**CHOICES, "ignored_filters": IGNORABLE_FILTERS, "broken": [*BREACHES]}
        return jsonify(chosen=asdict(stage.rivals), choices=choices)

    @controls.put("/rivals")
    def set_rivals() -> Response:
        stage.choose(read_body())
        return rivals()

    @controls.delete("/rivals")
    def restore_rivals() -> Response:
        stage.rivals = Variants()
        return rivals()


def _add_people(controls: Blueprint, stage: World) -> None:
    @controls.get("/users")
    def users() -> Response:
        rows = stage.state.every(read_partner(request.args.get("partner", "1")))
        return jsonify(users=[{**row.document, "userType": row.user_type} for row in rows])

    @controls.post("/users")
    def add_user() -> tuple[Response, int]:
        body = read_body()
        user = body.get("user")
        if not isinstance(user, dict):
            raise ControlError("user is an object.")
        person = Person(user, read_word(body.get("user_type", "personal"), "user_type"))
        stage.state.add(read_partner(body.get("partner", 1)), person)
        return jsonify(id=user.get("id")), 201

    @controls.patch("/users/<path:user_id>")
    def set_status(user_id: str) -> tuple[Response, int]:
        status = read_word(read_body().get("status"), "status")
        if not stage.state.set_status(user_id, status):
            return jsonify(error="There is no such user."), 404
        return jsonify(id=user_id, status=status), 200

    @controls.put("/users/<user_id>/money")
    def set_money(user_id: str) -> Response:
        body = read_body()
        stage.money.put(user_id, Holdings(**body))
        return jsonify(id=user_id)


def _add_inquiries(controls: Blueprint, stage: World) -> None:
    @controls.get("/inquiries")
    def inquiries() -> Response:
        found = stage.inquiries.of_user(request.args.get("userId", ""))
        return jsonify(
            inquiries=[
                {"id": each.id, "startedAt": each.started_at.isoformat(), "outcome": each.outcome}
                for each in found
            ]
        )

    @controls.patch("/inquiries/<inquiry_id>")
    def age_inquiry(inquiry_id: str) -> Response:
        started = read_word(read_body().get("started_at"), "started_at")
        try:
            stage.inquiries.age(inquiry_id, datetime.fromisoformat(started))
        except ValueError:
            raise ControlError("started_at is an ISO 8601 time.") from None
        return jsonify(id=inquiry_id, started_at=started)


def _add_keys(controls: Blueprint, stage: World) -> None:
    @controls.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[_listed(pair, stage) for pair in stage.keys.every()])

    @controls.post("/keys")
    def generate() -> tuple[Response, int]:
        try:
            pair_id, made = stage.generate_keys(read_partner(read_body().get("partner", 1)))
        except OnePairError:
            return jsonify(error=ONE_PAIR_REFUSED), 409
        return jsonify(id=pair_id, api_key=made.api_key, api_secret=made.api_secret), 201

    @controls.delete("/keys/<int:pair_id>")
    def revoke(pair_id: int) -> tuple[Response, int]:
        if not stage.keys.revoke(pair_id):
            return jsonify(error="There is no such pair."), 404
        return jsonify(id=pair_id), 200

    @controls.put("/keys")
    def accept_keys() -> Response:
        body = read_body()
        accepted = body.get("accepted")
        if not isinstance(accepted, bool):
            raise ControlError("accepted is true or false.")
        stage.accept(read_partner(body.get("partner")), accepted=accepted)
        return keys()


def _listed(pair: Pair, stage: World) -> dict[str, object]:
    return {
        "id": pair.id,
        "partner": pair.partner,
        "api_key": pair.api_key,
        "hint": pair.hint,
        "created_at": pair.created_at,
        "last_used_at": pair.last_used_at,
        "revoked_at": pair.revoked_at,
        "accepted": pair.revoked_at is None and pair.partner not in stage.refused,
    }
