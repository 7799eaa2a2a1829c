"""The six calls of the contract, each with its own envelope."""

import uuid
from dataclasses import replace
from random import SystemRandom
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, request

from dashboard.simulator import variants as assumed
from dashboard.simulator.api import validation
from dashboard.simulator.api.responses import (
    Counters,
    RefusalError,
    listing,
    read_cursor,
    write_cursor,
)
from dashboard.simulator.faults.plan import API_PREFIX
from dashboard.simulator.pages.verification import PATH
from dashboard.simulator.state.happenings import inquiry_id
from dashboard.simulator.state.people import Person, timestamp
from dashboard.simulator.state.tokens import ACCESS_S, REFRESH_S
from dashboard.simulator.state.users import DuplicateEmailError, KycStartedError, Row, Wanted
from dashboard.simulator.state.world import World

DOCUMENTED_URL: Final = "https://inquiry.withpersona.com/verify?inquiry-id="
NOT_FOUND: Final = 404
_NO_USER: Final = "User not found"
_KYC_STARTED: Final = "KYC already in progress"


def create_api(stage: World) -> Blueprint:
    """Return the routes. `g.partner` is the caller, already known to be one."""
    api = Blueprint("api", __name__, url_prefix=API_PREFIX)
    _add_users(api, stage)
    _add_kyc(api, stage)
    _add_tokens(api, stage)
    return api


def _add_users(api: Blueprint, stage: World) -> None:
    @api.post("/users")
    def register() -> tuple[Response, int]:
        person = validation.new_user(validation.body_of(request))
        document = _registered(person, stage)
        shown = {name: document[name] for name in ("id", "email", "status", "createdAt")}
        answer = {
            "success": True,
            "data": {"user": shown},
            "message": "User created successfully",
        }
        return jsonify(answer), stage.rivals.created_status

    @api.get("/users")
    def list_users() -> Response:
        if stage.rivals.list_paging == "cursor":
            return _cursor_page(stage)
        return _numbered_page(stage)

    @api.get("/users/<user_id>")
    def show(user_id: str) -> Response:
        row = stage.state.find(g.partner, user_id) or _find_by_uuid(user_id, stage)
        return jsonify({"success": True, "data": {"user": row.document}})


def _add_kyc(api: Blueprint, stage: World) -> None:
    @api.post("/kyc")
    def start_kyc() -> tuple[Response, int]:
        row = _get(validation.applicant(validation.body_of(request)), stage)
        if row.document["status"] != assumed.KYC_STARTS_FROM:
            raise RefusalError(409, _KYC_STARTED)
        inquiry = inquiry_id(SystemRandom())
        try:
            stage.happenings.start_kyc(row, inquiry, stage.clock())
        except KycStartedError:
            raise RefusalError(409, _KYC_STARTED) from None
        g.entry.made["inquiry"] = inquiry
        answer = {
            "success": True,
            "verificationUrl": _verification_url(inquiry, stage),
            "inquiryId": inquiry,
        }
        return jsonify(answer), stage.rivals.kyc_status


def _add_tokens(api: Blueprint, stage: World) -> None:
    @api.post("/auth/token")
    def exchange_token() -> Response:
        row = _get(validation.user_id(validation.body_of(request)), stage)
        _require_status(row, "active")
        return jsonify(_token_answer(row, stage))

    @api.post("/auth/login")
    def exchange_privy_token() -> Response:
        user_id = validation.privy_user_id(validation.body_of(request))
        known = stage.state.find(g.partner, user_id)
        row = known or _registered_by_privy(user_id, stage)
        _require_status(row, *assumed.PRIVY_LOGS_IN)
        answer = _token_answer(row, stage)
        user = {**answer.pop("user"), "beta": False, "delegated": False}
        business = str(uuid.uuid5(uuid.NAMESPACE_OID, str(g.partner)))
        return jsonify({**answer, "user": user, "isNewUser": not known, "businessId": business})


def _require_status(row: Row, *allowed: str) -> None:
    status = row.document["status"]
    if status not in allowed:
        raise RefusalError(403, assumed.NOT_ACTIVE.format(status=status))


def _token_answer(row: Row, stage: World) -> dict[str, Any]:
    shown = {name: row.document.get(name) for name in ("id", "email", "status")}
    access_token = stage.tokens.issue(str(shown["id"]), g.partner, ACCESS_S, "access")
    g.entry.made["token"] = stage.tokens.read(access_token)["jti"]
    return {
        "success": True,
        "accessToken": access_token,
        "refreshToken": stage.tokens.issue(str(shown["id"]), g.partner, REFRESH_S, "refresh"),
        "user": {**shown, "userType": row.user_type, "roles": []},
    }


def _registered_by_privy(user_id: str, stage: World) -> Row:
    document: dict[str, object] = {
        "id": user_id,
        "email": f"{assumed.PRIVY_PREFIX}{user_id[:8]}@example.com",
        "status": "pending",
        "countryCode": "CO",
        "preferredLanguage": "en",
        "createdAt": timestamp(stage.clock()),
    }
    stage.state.add(g.partner, Person(document, "personal"))
    g.entry.made["user"] = user_id
    return _get(user_id, stage)


def _registered(person: Person, stage: World) -> dict[str, object]:
    document = {
        "id": str(uuid.uuid4()),
        "email": person.document["email"],
        "status": "pending",
        **person.document,
        "createdAt": timestamp(stage.clock()),
    }
    try:
        stage.state.register(g.partner, Person(document, person.user_type))
    except DuplicateEmailError:
        status = stage.rivals.duplicate_status
        raise RefusalError(status, assumed.DUPLICATE_EMAIL) from None
    g.entry.made["user"] = str(document["id"])
    return document


def _get(user_id: str, stage: World) -> Row:
    row = stage.state.find(g.partner, user_id)
    if row is None:
        raise RefusalError(404, _NO_USER)
    return row


def _find_by_uuid(user_id: str, stage: World) -> Row:
    """Return the user, whatever the case of the uuid. Raises RefusalError."""
    if validation.is_uuid(user_id):
        return _get(user_id.lower(), stage)
    status = stage.rivals.bad_uuid_status
    text = _NO_USER if status == NOT_FOUND else assumed.NOT_A_UUID.format(name="userId")
    raise RefusalError(status, text)


def _numbered_page(stage: World) -> Response:
    page = validation.number(_asked(assumed.PAGE, stage), assumed.PAGE, 1, assumed.PAGE_MAX)
    wanted = _wanted(stage, page=page)
    wanted = replace(wanted, oldest_first=stage.rivals.list_order == "oldest")
    total = stage.state.count(wanted)
    rows = stage.state.page(wanted, total)
    counters = Counters(total, page, wanted.limit)
    return listing(rows, counters.named(stage.rivals.list_names), stage.rivals)


def _cursor_page(stage: World) -> Response:
    cursor = _asked(assumed.CURSOR, stage)
    wanted = _wanted(stage, after=read_cursor(cursor) if cursor else None, one_more=True)
    rows = stage.state.page(wanted)
    next_cursor = None
    if len(rows) == wanted.limit:  # there is one more
        rows.pop()
        next_cursor = write_cursor(rows[-1])
    return listing(rows, {"nextCursor": next_cursor}, stage.rivals)


def _wanted(
    stage: World, *, page: int = 1, after: tuple[str, int] | None = None, one_more: bool = False
) -> Wanted:
    asked = {
        name: value
        for name in (*assumed.FILTERS, assumed.SEARCH)
        if (value := _asked(name, stage)) and name not in stage.rivals.ignored_filters
    }
    limit = validation.number(
        _asked(assumed.LIMIT, stage), assumed.LIMIT, assumed.LIMIT_DEFAULT, assumed.LIMIT_MAX
    )
    return Wanted(
        partner=g.partner,
        search=asked.pop(assumed.SEARCH, ""),
        filters=asked,
        limit=limit + one_more,
        offset=(page - 1) * limit,
        after=after,
    )


def _asked(name: str, stage: World) -> str | None:
    names = assumed.OTHER_NAMES[stage.rivals.list_params]
    return request.args.get(names.get(name, name))


def _verification_url(inquiry: str, stage: World) -> str:
    if stage.rivals.verification_url == "documented":
        return DOCUMENTED_URL + inquiry
    return f"{request.host_url.rstrip('/')}{PATH}?inquiry-id={inquiry}"
