"""The identity provider's stand-in, user tokens that verify, and what they open."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.test import TestResponse

from tests.contract.simulated import APPLICANT, Simulated, error_of, json_of, simulated

STATUS = "/api/v1/user/kyc/status"


@pytest.fixture
def server(tmp_path: Path) -> Simulated:
    return simulated(tmp_path)


def started(server: Simulated) -> tuple[str, str, str]:
    """Return a pending user who started KYC: their id, inquiry and the path of its page."""
    user_id = server.one("pending")["id"]
    body = json_of(server.post("/kyc", {**APPLICANT, "userId": user_id}))
    return user_id, body["inquiryId"], body["verificationUrl"].removeprefix("http://localhost")


def finish(server: Simulated, path: str, outcome: str) -> TestResponse:
    return server.app.test_client().post(path, data={"outcome": outcome})


def status_of(server: Simulated, user_id: str) -> str:
    return str(json_of(server.get(f"/users/{user_id}"))["data"]["user"]["status"])


def test_the_link_leads_to_a_page_that_says_what_it_is(server: Simulated) -> None:
    _, inquiry_id, path = started(server)
    page = server.app.test_client().get(path)
    assert page.status_code == 200
    assert "This is a stand-in of the simulator." in page.text
    assert inquiry_id in page.text
    assert page.text.count("<button") == 3
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert server.logged()[-1]["path"].endswith("/kyc")


def test_the_documented_link_is_a_rival(server: Simulated) -> None:
    server.choose(verification_url="documented")
    _, inquiry_id, url = started(server)
    assert url == f"https://inquiry.withpersona.com/verify?inquiry-id={inquiry_id}"


@pytest.mark.parametrize(
    ("outcome", "status"), [("approved", "active"), ("failed", "pending"), ("abandoned", "pending")]
)
def test_only_approval_makes_the_user_active(server: Simulated, outcome: str, status: str) -> None:
    user_id, _, path = started(server)
    assert f"This check is done: {outcome}." in finish(server, path, outcome).text
    assert status_of(server, user_id) == status
    assert finish(server, path, "approved").status_code == 400
    assert status_of(server, user_id) == status


def test_a_link_expires_after_a_day(server: Simulated) -> None:
    user_id, inquiry_id, path = started(server)
    for hours, open_still in ((23.9, True), (24.1, False)):
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        assert server.control("PATCH", f"inquiries/{inquiry_id}", {"started_at": at}).json
        page = server.app.test_client().get(path)
        assert ("<button" in page.text) == open_still
        assert ("has expired" in page.text) != open_still
    assert finish(server, path, "approved").status_code == 410
    assert status_of(server, user_id) == "pending"


def test_an_inquiry_that_is_none_has_no_page(server: Simulated) -> None:
    path = "/_simulator/verify?inquiry-id=<script>"
    page = server.app.test_client().get(path)
    assert page.status_code == 404
    assert "<script>" not in page.text
    assert finish(server, path, "approved").status_code == 404
    bad = server.control("PATCH", "inquiries/x", {"started_at": "soon"})
    assert bad.status_code == 400


def token_of(server: Simulated, *, partner: int = 1) -> str:
    user_id = server.one("active", partner)["id"]
    return str(json_of(server.post("/auth/token", {"userId": user_id}, by=partner))["accessToken"])


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify(token: str, jwk: dict[str, Any]) -> None:
    head, claims, signature = token.split(".")
    assert json.loads(unpacked(head))["kid"] == jwk["kid"]
    numbers = rsa.RSAPublicNumbers(
        int.from_bytes(unpacked(jwk["e"])), int.from_bytes(unpacked(jwk["n"]))
    )
    numbers.public_key().verify(
        unpacked(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256()
    )


def test_a_token_verifies_with_the_published_key_and_a_changed_one_does_not(
    server: Simulated,
) -> None:
    (jwk,) = json_of(server.app.test_client().get("/.well-known/jwks.json"))["keys"]
    token = token_of(server)
    verify(token, jwk)
    head, claims, signature = token.split(".")
    other = base64.urlsafe_b64encode(unpacked(claims).replace(b"access", b"excess")).rstrip(b"=")
    with pytest.raises(InvalidSignature):
        verify(f"{head}.{other.decode()}.{signature}", jwk)


def ask(server: Simulated, token: str, *, by: int = 1) -> TestResponse:
    headers = {**server.credentials(by), "Authorization": f"Bearer {token}"}
    return server.app.test_client().get(STATUS, headers=headers)


def test_a_user_s_token_opens_their_kyc_status(server: Simulated) -> None:
    user_id, inquiry_id, path = started(server)
    finish(server, path, "approved")
    token = json_of(server.post("/auth/token", {"userId": user_id}))["accessToken"]
    data = json_of(ask(server, token))["data"]
    assert (data["status"], data["rawStatus"]) == ("approved", "approved")
    assert data["inquiryId"] == inquiry_id
    assert data["updatedAt"].endswith("Z")


def test_the_kyc_status_refuses_as_documented(server: Simulated) -> None:
    token = token_of(server)
    assert error_of(ask(server, token)) == (404, "KYC not found")
    for bad in ("", "x.y.z", token[:-6] + "AAAAAA", "a.b", uuid4().hex):
        assert error_of(ask(server, bad)) == (401, "Invalid or expired user token")
    other = token_of(server, partner=2)
    assert error_of(ask(server, other)) == (403, "User does not belong to this partner")
    bare = server.app.test_client().get(STATUS, headers={"Authorization": f"Bearer {token}"})
    assert bare.status_code == 401
    refresh = json_of(server.post("/auth/token", {"userId": server.one("active")["id"]}))
    assert error_of(ask(server, refresh["refreshToken"]))[0] == 401
    assert token not in json.dumps(server.logged())
