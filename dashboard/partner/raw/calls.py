"""The calls of the contract as requests, also those that the contract refuses."""

from uuid import UUID

from pydantic import SecretStr

from dashboard.partner.api import NEWEST_TRANSACTIONS, USER_PREFIX
from dashboard.partner.http.messages import Request, path_id
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.payloads import KycApplicant, NewUser

USERS, USER, KYC, TOKEN = "/users", "/users/{userId}", "/kyc", "/auth/token"
NOT_A_UUID = "17"


def register(new_user: NewUser, *without: str) -> Request:
    """POST /users, perhaps without some of its fields."""
    return Request("POST", USERS, json=_left(new_user.body(), without))


def show(user_id: UUID) -> Request:
    """GET /users/{userId}."""
    return Request("GET", USER, f"{USERS}/{path_id(user_id)}", user_id=user_id)


def show_malformed() -> Request:
    """GET /users/{userId} with an ID that isn't a UUID."""
    return Request("GET", USER, f"{USERS}/{NOT_A_UUID}")


def list_users(query: UserQuery, names: dict[str, str]) -> Request:
    """GET /users; `names` are those of the list's parameters."""
    return Request("GET", USERS, params=query.params(names))


def start_kyc(user_id: UUID, applicant: KycApplicant, *without: str) -> Request:
    """POST /kyc, perhaps without some of its fields."""
    body = {"userId": path_id(user_id), **applicant.body()}
    return Request("POST", KYC, json=_left(body, without), user_id=user_id)


def exchange_token(user_id: UUID | None) -> Request:
    """POST /auth/token, perhaps without the user."""
    body = {"userId": path_id(user_id)} if user_id else {}
    return Request("POST", TOKEN, json=body, keep_raw=False, user_id=user_id)


def read_as_user(path: str, user_id: UUID, token: SecretStr) -> Request:
    """GET /api/v1/user… with a user's own token."""
    is_paged = path == "/transactions"
    return Request(
        "GET",
        f"{USER_PREFIX}{path}",
        params={"size": str(NEWEST_TRANSACTIONS)} if is_paged else {},
        keep_raw=False,
        secret=token.get_secret_value(),
        as_user=True,
        user_id=user_id,
    )


def _left(body: dict[str, str], without: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in body.items() if name not in without}
