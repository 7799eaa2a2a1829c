"""The client against the contract, in every shape the contract leaves open.

Without settings the upstream is the simulator, in its assumed shape and in every rival of it.
To hold a real server against the same suite, for instance the vendor's sandbox:

    CONTRACT_BASE_URL=https://… CONTRACT_API_KEY=… CONTRACT_API_SECRET=… \\
        python -m pytest tests/contract/test_client_contract.py

Only reads are made there; CONTRACT_WRITES=1 also registers a made-up user at example.com, starts
its KYC (for good: the API has no way back) and asks for its token.
"""

import secrets
from uuid import UUID, uuid4

import pytest

from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import (
    Conflict,
    CredentialsRefused,
    Forbidden,
    NotFound,
    Rejected,
)
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.payloads import KycApplicant, NewUser, PrivyLogin
from dashboard.partner.responses import User, UserPage, UserStatus
from tests.contract.conftest import Upstream


@pytest.fixture
def client(upstream: Upstream) -> PartnerClient:
    return upstream.client()


def users_of(page: UserPage) -> list[User]:
    users = [row for row in page.rows if isinstance(row, User)]
    assert len(users) == len(page.rows), page.rows
    return users


def test_the_list_is_read_whole(client: PartnerClient) -> None:
    answer = client.list_users(UserQuery(limit=5))
    assert 0 < len(users_of(answer.value)) <= 5
    assert answer.status == 200
    assert answer.raw is not None


def test_the_counters_agree_where_there_are_any(client: PartnerClient) -> None:
    page = client.list_users(UserQuery(limit=5)).value
    assert page.limit in {None, 5}
    assert page.page in {None, 1}
    assert page.total is None or page.total >= len(page.rows)
    if page.total is not None and page.pages is not None:
        assert page.pages == -(-page.total // 5)


def test_a_next_page_continues_the_list(client: PartnerClient) -> None:
    first = client.list_users(UserQuery(limit=2)).value
    following = UserQuery(page=2, limit=2, cursor=first.next_cursor or "")
    second = client.list_users(following).value
    ids = [user.id for page in (first, second) for user in users_of(page)]
    assert len(set(ids)) == len(ids)


def test_the_newest_come_first(client: PartnerClient) -> None:
    users = users_of(client.list_users(UserQuery(limit=20)).value)
    times = [user.created_at for user in users if user.created_at]
    assert times == sorted(times, reverse=True)


def test_a_user_of_the_list_is_the_user_of_the_detail(client: PartnerClient) -> None:
    listed = users_of(client.list_users(UserQuery(limit=1)).value)[0]
    assert client.get_user(listed.id).value == listed


def test_every_status_is_a_documented_one(client: PartnerClient) -> None:
    users = users_of(client.list_users(UserQuery(limit=100)).value)
    assert UserStatus.UNKNOWN not in {user.status for user in users}


def test_nobody_is_not_found(client: PartnerClient) -> None:
    with pytest.raises(NotFound) as caught:
        client.get_user(uuid4())
    assert not caught.value.outcome_unknown


def test_a_wrong_secret_is_refused(upstream: Upstream) -> None:
    wrong = Credentials(upstream.credentials.api_key, secrets.token_hex(64))
    with pytest.raises(CredentialsRefused):
        upstream.client(wrong).list_users(UserQuery())


def register(client: PartnerClient) -> tuple[UUID, str]:
    email = f"contract-{secrets.token_hex(8)}@example.com"
    new_user = NewUser("personal", email, "CO", preferred_language="es")
    return client.register_user(new_user).value.id, email


def test_a_registered_user_is_pending_and_can_be_looked_up(writable: Upstream) -> None:
    client = writable.client()
    user_id, email = register(client)
    user = client.get_user(user_id).value
    assert (user.email, user.status) == (email, UserStatus.PENDING)
    assert (user.country_code, user.phone, user.preferred_language) == ("CO", None, "es")


def test_a_registered_user_is_found_by_email(writable: Upstream) -> None:
    client = writable.client()
    user_id, email = register(client)
    found = users_of(client.list_users(UserQuery(search=email)).value)
    assert user_id in [user.id for user in found]


def test_an_email_is_registered_once(writable: Upstream) -> None:
    client = writable.client()
    _, email = register(client)
    with pytest.raises((Conflict, Rejected)) as caught:
        client.register_user(NewUser("personal", email, "CO"))
    assert not caught.value.outcome_unknown


def test_an_email_that_is_none_is_rejected(writable: Upstream) -> None:
    with pytest.raises(Rejected):
        writable.client().register_user(NewUser("personal", "not an email", "CO"))


def test_kyc_starts_once(writable: Upstream) -> None:
    client = writable.client()
    user_id, email = register(client)
    applicant = KycApplicant("Zoë", "Nguyễn Pérez", email)
    started = client.start_kyc(user_id, applicant).value
    assert started.inquiry_id
    assert started.verification_url
    assert started.inquiry_id in started.verification_url
    assert started.verification_url.startswith(("https://", "http://127.0.0.1"))
    with pytest.raises(Conflict):
        client.start_kyc(user_id, applicant)


def test_kyc_of_nobody_is_not_found(writable: Upstream) -> None:
    with pytest.raises(NotFound):
        writable.client().start_kyc(uuid4(), KycApplicant("Ana", "Pérez", "ana@example.com"))


def test_a_pending_user_gets_no_token(writable: Upstream) -> None:
    client = writable.client()
    user_id, _ = register(client)
    with pytest.raises(Forbidden):
        client.exchange_token(user_id)


def test_an_active_user_gets_a_token(writable: Upstream) -> None:
    client = writable.client()
    users = users_of(client.list_users(UserQuery(limit=100)).value)
    active = next((user for user in users if user.status is UserStatus.ACTIVE), None)
    if active is None:
        pytest.skip("no user of the first hundred is active")
    issued = client.exchange_token(active.id)
    assert (issued.value.user_id, issued.value.email) == (active.id, active.email)
    assert issued.value.access_token.get_secret_value().count(".") == 2
    assert issued.raw is None


def test_a_privy_token_that_is_none_is_refused(writable: Upstream) -> None:
    with pytest.raises((Rejected, CredentialsRefused, Forbidden, NotFound)) as caught:
        writable.client().exchange_privy_token(PrivyLogin("not-a-privy-token"))
    assert not caught.value.outcome_unknown
