"""Answers that break one point of the contract, by the name of the point.

A variant is a reading that the contract allows; a breach is what no reading allows. Each changes
the answers to one call: its status, or fields of its JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response

from dashboard.simulator.faults.plan import API_PREFIX

_OK: Final = range(200, 300)
_USERS, _KYC, _TOKEN = (f"{API_PREFIX}/{name}" for name in ("users", "kyc", "auth/token"))
_ANY: Final = "*"  # one segment of a path
_USER: Final = f"{_USERS}/{_ANY}"
_AS_USER: Final = "/api/v1/user"
_OTHER_EMAIL: Final = "someone-else@example.com"
_OTHER_TEXT: Final = "Something else"
# Tokens that no one signed: HS256 for an hour that is over, and RS256 until the year 2100.
_HS256: Final = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NTAwMDAwMDB9.c2lnbmVk"
_UNTIL_2100: Final = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDB9.c2lnbmVk"


@dataclass(frozen=True)
class Breach:
    """What is changed in the answers to a call that have one of these statuses.

    `put` sets fields by their dotted paths, `drop` removes them.
    """

    method: str
    path: str
    when: range | tuple[int, ...] = _OK
    status: int | None = None
    put: Mapping[str, object] = field(default_factory=dict)
    drop: tuple[str, ...] = ()

    def is_about(self, method: str, path: str, status: int) -> bool:
        """Return whether it changes this answer."""
        ours, theirs = self.path.split("/"), path.split("/")
        is_path = len(ours) == len(theirs) and all(
            one in (_ANY, other) for one, other in zip(ours, theirs, strict=True)
        )
        return is_path and method == self.method and status in self.when

    def play(self, answer: Response) -> Response:
        """Return the changed answer."""
        body = answer.get_json(silent=True)
        if isinstance(body, dict):
            for path in self.drop:
                holder, name = _holder(body, path)
                holder.pop(name, None)
            for path, value in self.put.items():
                holder, name = _holder(body, path)
                holder[name] = value
            answer.set_data(json.dumps(body))
        answer.status_code = self.status or answer.status_code
        return answer


def _holder(body: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *above, name = path.split(".")
    for each in above:
        body = body.setdefault(each, {})
    return body, name


def _on_register(**change: Any) -> Breach:  # noqa: ANN401  the fields of Breach
    return Breach("POST", _USERS, **change)


def _on_user(**change: Any) -> Breach:  # noqa: ANN401  the same
    return Breach("GET", _USER, **change)


def _on_list(**change: Any) -> Breach:  # noqa: ANN401  the same
    return Breach("GET", _USERS, **change)


def _on_kyc(**change: Any) -> Breach:  # noqa: ANN401  the same
    return Breach("POST", _KYC, **change)


def _on_token(**change: Any) -> Breach:  # noqa: ANN401  the same
    return Breach("POST", _TOKEN, **change)


def _as_user(path: str, **change: Any) -> Breach:  # noqa: ANN401  the same
    return Breach("GET", f"{_AS_USER}/{path}", **change)


BREACHES: Final[Mapping[str, Breach]] = {
    "register.status": _on_register(status=500),
    "register.envelope": _on_register(drop=("message",)),
    "register.fields": _on_register(put={"data.user.countryCode": "CO"}),
    "register.id": _on_register(put={"data.user.id": "17"}),
    "register.email": _on_register(put={"data.user.email": _OTHER_EMAIL}),
    "register.pending": _on_register(put={"data.user.status": "active"}),
    "register.created_at": _on_register(put={"data.user.createdAt": "12/06/2026"}),
    "user.status": _on_user(status=500),
    "user.envelope": _on_user(drop=("success",)),
    "user.fields": _on_user(put={"data.user.userType": "personal"}),
    "user.same": _on_user(put={"data.user.countryCode": "BR"}),
    "user.phone": _on_user(put={"data.user.phone": " +12025550143 "}),
    "list.readable": _on_list(drop=("data",), put={"data.records": []}),
    "list.finds": _on_list(put={"data.users": []}),
    "kyc.status": _on_kyc(status=500),
    "kyc.envelope": _on_kyc(put={"data": {}}),
    "kyc.inquiry_id": _on_kyc(put={"inquiryId": "17"}),
    "kyc.link": _on_kyc(put={"verificationUrl": "https://example.com/"}),
    "active.status": _on_user(put={"data.user.status": "pending"}),
    "token.status": _on_token(status=500),
    "token.envelope": _on_token(put={"data": {}}),
    "token.user": _on_token(put={"user.beta": True}),
    "token.same_user": _on_token(put={"user.email": _OTHER_EMAIL}),
    "token.signed": _on_token(put={"accessToken": _HS256}),
    "token.hour": _on_token(put={"accessToken": _UNTIL_2100}),
    "token.refresh": _on_token(put={"refreshToken": "17"}),
    "kyc_status.fields": _as_user("kyc/status", put={"data.status": "passed"}),
    "kyc_status.approved": _as_user("kyc/status", put={"data.status": "created"}),
    "accounts.fields": _as_user("accounts", put={"meta.totalItems": "1"}),
    "balance.fields": _as_user("balance", put={"meta.totalItems": "1"}),
    "transactions.fields": _as_user("transactions", drop=("total",)),
    "user_token.refused": _as_user("kyc/status", when=(401,), status=200),
    "duplicate.status": _on_register(when=(409,), status=201),
    "second_kyc.status": _on_kyc(when=(409,), status=200),
    "second_kyc.text": _on_kyc(when=(409,), put={"error": _OTHER_TEXT}),
    "second_kyc.no_link": _on_kyc(when=(409,), put={"verificationUrl": "https://example.com/"}),
    "pending_token.status": _on_token(when=(403,), status=200),
    "pending_token.text": _on_token(when=(403,), put={"error": _OTHER_TEXT}),
    "pending_token.no_token": _on_token(when=(403,), put={"accessToken": _HS256}),
    "unknown_user.show": _on_user(when=(404,), status=400),
    "unknown_user.kyc": _on_kyc(when=(404,), status=400),
    "unknown_user.token": _on_token(when=(404,), status=403),
    "unknown_user.text": _on_user(when=(404,), put={"error": _OTHER_TEXT}),
    "unknown_user.malformed": _on_user(when=(400,), status=200),
    "bad_input.email": _on_register(when=(400,), status=422),
    "bad_input.country": _on_register(when=(400,), status=201),
    "bad_input.name": _on_kyc(when=(400,), status=200),
    "bad_input.user_id": _on_token(when=(400,), status=404),
    "bad_input.text": _on_token(when=(400,), put={"error": _OTHER_TEXT}),
    "wrong_keys.secret": _on_list(when=(401,), status=200),
    "wrong_keys.key": _on_list(when=(401,), status=403),
    "wrong_keys.none": _on_list(when=(401,), status=400),
    "wrong_keys.text": _on_list(when=(401,), put={"error": _OTHER_TEXT}),
    "wrong_keys.ours": _on_list(status=403),
    "expired_link.pending": _on_user(put={"data.user.status": "suspended"}),
    "expired_link.start": _on_kyc(when=(409,), status=200),
    "expired_link.token": _on_token(when=(403,), status=200),
    "rate_limit.status": _on_user(when=(429,), status=503),
    "rate_limit.over": _on_user(status=429),
}
