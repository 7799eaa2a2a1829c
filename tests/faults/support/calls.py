"""The six calls of the client, ready to be made against any server, with canaries inside."""

import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import OpenGate
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.payloads import KycApplicant, NewUser, PrivyLogin

USER_ID = UUID("550e8400-e29b-41d4-a716-446655440000")
EMAIL = f"canary-{secrets.token_hex(8)}@example.com"
PHONE = f"+57300{secrets.randbelow(10**7):07}"
PRIVY_TOKEN = f"eyJ{secrets.token_hex(300)}"  # longer than what is kept of an error's text
TOKEN = f"eyJ{secrets.token_hex(40)}"
CREDENTIALS = Credentials(
    f"qash_key_live_{secrets.token_hex(20)}", f"qash_secret_live_{secrets.token_hex(64)}"
)
CANARIES = (EMAIL, PHONE, TOKEN, PRIVY_TOKEN, CREDENTIALS.api_key, CREDENTIALS.api_secret)

Call = Callable[[PartnerClient], Any]

APPLICANT = KycApplicant("Ana", "Pérez", EMAIL, PHONE, date(1990, 2, 28))
READS: dict[str, Call] = {
    "list_users": lambda client: client.list_users(UserQuery(search=EMAIL)),
    "get_user": lambda client: client.get_user(USER_ID),
}
WRITES: dict[str, Call] = {
    "register_user": lambda client: client.register_user(NewUser("personal", EMAIL, "CO", PHONE)),
    "start_kyc": lambda client: client.start_kyc(USER_ID, APPLICANT),
    "exchange_token": lambda client: client.exchange_token(USER_ID),
    "exchange_privy_token": lambda client: client.exchange_privy_token(PrivyLogin(PRIVY_TOKEN)),
}
CALLS = READS | WRITES

USER = {
    "id": str(USER_ID),
    "email": EMAIL,
    "status": "active",
    "countryCode": "CO",
    "phone": PHONE,
    "preferredLanguage": "es",
    "createdAt": "2026-05-27T10:00:00.000Z",
}
TOKEN_ANSWER = {
    "success": True,
    "accessToken": TOKEN,
    "refreshToken": f"refresh-{TOKEN}",
    "user": {**USER, "userType": "personal", "roles": []},
}
GOOD: dict[str, object] = {
    "list_users": {"success": True, "data": {"users": [USER], "total": 1}},
    "get_user": {"success": True, "data": {"user": USER}},
    "register_user": {"success": True, "data": {"user": USER}, "message": "created"},
    "start_kyc": {
        "success": True,
        "verificationUrl": "https://inquiry.withpersona.com/verify?inquiry-id=inq_A1",
        "inquiryId": "inq_A1",
    },
    "exchange_token": TOKEN_ANSWER,
    "exchange_privy_token": {**TOKEN_ANSWER, "isNewUser": False, "businessId": "b-1"},
}


def make_client(base_url: str, deadline_s: float = 2.0, slots: int = sys.maxsize) -> PartnerClient:
    return PartnerClient(
        base_url,
        OpenGate(CREDENTIALS),
        clock=lambda: datetime.now(UTC),
        slots=slots,
        read_deadline_s=deadline_s,
        write_deadline_s=deadline_s,
    )


def give(client: PartnerClient, deadline_s: float) -> None:
    """Let each call of a client take this long."""
    calls = client._calls  # noqa: SLF001
    calls._read_deadline_s = calls._write_deadline_s = deadline_s  # noqa: SLF001
