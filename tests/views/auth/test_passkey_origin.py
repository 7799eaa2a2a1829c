"""Passkeys are bound to PUBLIC_URL, whatever host the request names."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.people import Hire
from tests.support.soft_passkey import SoftPasskey, enrol

OTHERS = [
    ("http://localhost:9999", "localhost:9999"),
    ("https://localhost", "localhost"),
    ("http://127.0.0.1", "127.0.0.1"),
    ("http://sub.localhost", "localhost"),
    ("http://localhost.", "localhost."),
    ("http://localhost/", "localhost"),
    ("http://localhost:80", "localhost:80"),
]


@dataclass
class FramedPasskey(SoftPasskey):
    """A passkey whose browser says more of the page that asked."""

    said: dict[str, Any] = field(default_factory=dict)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({**json.loads(super()._client(kind, challenge)), **self.said}).encode()


def try_log_in(app: Flask, passkey: SoftPasskey, host: str, status: int) -> None:
    visitor = Visitor(app)
    headers = {"Host": host}
    token = visitor.get("/login", headers=headers).text.split('csrf_token" value="')[1]
    sent = {"csrf_token": token.split('"')[0]}
    options = visitor.http.post("/login/passkey/options", data=sent, headers=headers).json
    assert isinstance(options, dict)
    data = {**sent, "answer": passkey.get(options)}
    answer = visitor.http.post("/login/passkey", data=data, headers=headers)
    assert answer.status_code == status, answer.text[:500]


@pytest.fixture
def email(hire: Hire, database: Database) -> str:
    address, _ = hire(Role.SUPPORT)
    enrol(database, address)
    return address


@pytest.mark.parametrize(("origin", "host"), OTHERS)
def test_a_passkey_of_another_origin_lets_nobody_in(
    app: Flask, email: str, origin: str, host: str
) -> None:
    try_log_in(app, SoftPasskey(email, origin=origin), host, 422)
    try_log_in(app, SoftPasskey(email), host, 303)


@pytest.mark.parametrize(("origin", "host"), OTHERS)
def test_so_it_is_on_a_machine_without_the_setting(
    settings: dict[str, str], email: str, origin: str, host: str
) -> None:
    app = create_app(load_config(None, **{**settings, "PUBLIC_URL": ""}))
    try_log_in(app, SoftPasskey(email, origin=origin), host, 422)
    try_log_in(app, SoftPasskey(email), host, 303)


@pytest.mark.parametrize("rp_id", ["sub.localhost", "LOCALHOST", "host", "127.0.0.1", ""])
def test_a_passkey_of_another_host_lets_nobody_in(app: Flask, email: str, rp_id: str) -> None:
    try_log_in(app, SoftPasskey(email, rp_id=rp_id), "localhost", 422)


FRAMED: list[dict[str, Any]] = [
    {"crossOrigin": True},
    {"crossOrigin": "true"},
    {"crossOrigin": None},
    {"crossOrigin": 1},
    {"crossOrigin": False, "topOrigin": "https://evil.test"},
    {"topOrigin": "http://localhost"},
]


@pytest.mark.parametrize("said", FRAMED, ids=str)
def test_one_that_was_asked_for_in_a_frame_lets_nobody_in(
    app: Flask, email: str, said: dict[str, Any]
) -> None:
    try_log_in(app, FramedPasskey(email, said=said), "localhost", 422)
    try_log_in(app, FramedPasskey(email, said={"crossOrigin": False}), "localhost", 303)


@pytest.mark.parametrize("said", [*FRAMED, {"origin": "http://localhost:9999"}], ids=str)
def test_nor_is_one_added_or_does_it_confirm(
    app: Flask, hire: Hire, database: Database, said: dict[str, Any]
) -> None:
    address, password = hire(Role.SUPPORT)
    visitor = Visitor(app)
    visitor.log_in(address, password)
    options = visitor.post("/account/passkeys/options", status=200).json
    made = FramedPasskey("new", said=said).create(options)
    visitor.post("/account/passkeys", {"name": "New", "answer": made}, status=422)
    enrol(database, address)
    asked = visitor.post("/login/passkey/options", status=200).json
    answer = FramedPasskey(address, said=said).get(asked)
    visitor.post("/confirm/passkey", {"answer": answer}, status=422)


def test_behind_a_proxy_the_setting_is_the_address_of_passkeys_and_of_links(
    settings: dict[str, str], email: str, hire: Hire
) -> None:
    public = {
        "PUBLIC_URL": "https://dash.example.com:8443",
        "TRUSTED_HOSTS": "dash.example.com,localhost",
    }
    app = create_app(load_config(None, **{**settings, **public}))
    right = SoftPasskey(email, origin=public["PUBLIC_URL"], rp_id="dash.example.com")
    try_log_in(app, right, "localhost", 303)
    try_log_in(app, SoftPasskey(email), "localhost", 422)
    admin = Visitor(app)
    admin.log_in(*hire(Role.ADMIN))
    fields = {"email": "b@example.com", "name": "Bruno", "roles": "viewer"}
    page = admin.post("/staff", fields, status=200, headers={"Host": "localhost"})
    assert "https://dash.example.com:8443/link/" in page.text


def test_no_challenge_names_a_host_of_the_request(app: Flask, email: str) -> None:
    visitor = Visitor(app)
    visitor.http.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.test"
    options = visitor.post("/login/passkey/options", status=200)
    assert options.json["rpId"] == "localhost"
    assert base64.urlsafe_b64decode(options.json["challenge"] + "==")
    assert email
