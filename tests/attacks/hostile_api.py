"""A Partner API that puts a payload into everything that it says.

Its users are in the order of the payloads, and user N has payload N, N+1, … in its fields.
`ODD` are ids whose question it answers with an error of that status instead.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.attacks.payloads import PAYLOADS
from tests.faults.support.fault_scripts import answer_bytes
from tests.faults.support.fault_server import Conversation

ODD = {400: UUID(int=400), 403: UUID(int=403), 404: UUID(int=404), 409: UUID(int=409)}
ODD |= {418: UUID(int=418), 429: UUID(int=429), 500: UUID(int=500), 503: UUID(int=503)}
STATUSES = ("active", "pending", "suspended", None)
FIRST = 0x1000
PAGE = 20


def user_id(number: int) -> UUID:
    """Return the id of the user with this payload."""
    return UUID(int=FIRST + number)


def payload(number: int) -> str:
    return PAYLOADS[number % len(PAYLOADS)]


def user(number: int) -> dict[str, Any]:
    """Return a user with a payload in every field that takes a text, and in some that do not."""
    status = STATUSES[number % len(STATUSES)]
    return {
        "id": str(user_id(number)),
        "email": payload(number),
        "status": status or payload(number),
        "countryCode": payload(number + 1),
        "phone": payload(number + 2),
        "preferredLanguage": payload(number + 3),
        "createdAt": "2026-05-27T10:00:00.000Z",
        "name": payload(number + 4),
        "metadata": {payload(number + 5): [payload(number)]},
    }


def script(talk: Conversation) -> bool:
    """Answer as the API would, but for what it says."""
    path, _, query = talk.request.path.partition("?")
    _, _, endpoint = path.partition("/api/v1/partner")
    talk.say(_answer(talk.request.verb, endpoint, query, talk.request.body))
    return True


def _answer(verb: str, endpoint: str, query: str, body: bytes) -> bytes:
    if verb == "GET" and endpoint == "/users":
        return _listing(query)
    if verb == "GET":
        asked = UUID(endpoint.removeprefix("/users/"))
        number = asked.int - FIRST
        odd = next((status for status, each in ODD.items() if each == asked), None)
        return _refusal(odd, odd) if odd else _json({"data": {"user": user(number)}})
    sent = json.loads(body)
    number = UUID(sent.get("userId") or str(user_id(7))).int - FIRST
    match endpoint:
        case "/kyc":
            return _json({"verificationUrl": payload(number), "inquiryId": payload(number + 1)})
        case "/auth/token" | "/auth/login":
            return _json({"accessToken": _jwt(number), "user": user(number), "isNewUser": True})
    return _refusal(400, number)


def _listing(query: str) -> bytes:
    if "page=9" in query:  # an unknown shape
        return _json({payload(1): {payload(2): [user(0)]}, "data": payload(3)})
    page = int(next((part[5:] for part in query.split("&") if part.startswith("page=")), "1"))
    numbers = range(len(PAYLOADS))[(page - 1) * PAGE : page * PAGE]
    rows: list[object] = [user(number) for number in numbers]
    rows.append({"id": payload(page), "email": 7, payload(page + 1): 1})
    return _json({"data": {"users": rows, "total": len(PAYLOADS), "page": page}})


def _refusal(status: int, number: int) -> bytes:
    body = {"success": False, "error": payload(number), "message": [payload(number + 1)]}
    headers = {"X-Request-Id": payload(number).replace("\t", ""), "Retry-After": "0"}
    return answer_bytes(body, status, headers)


def _json(body: Mapping[str, object]) -> bytes:
    return answer_bytes({"success": True, "message": payload(11), **body})


def _jwt(number: int) -> str:
    """Return a token whose claims are payloads, and whose expiry is one too."""
    claims = {"exp": payload(number), "name": payload(number + 1), payload(number + 2): 1}
    parts = [json.dumps(part).encode() for part in ({"alg": payload(number)}, claims, "none")]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
