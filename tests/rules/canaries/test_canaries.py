"""The watch over secrets finds a leak of every kind, wherever it is planted."""

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask, Response, request

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.canaries import KEPT, Canaries, Kind, WatchedClient, canaries
from tests.support.directory import facts_of, fill
from tests.support.pages import audit_log
from tests.support.pages.forms import TOKEN, send
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

SECRET = "canary_of-this-test-alone"


def jwt(kind: str) -> str:
    """Return what looks like a token of the API."""
    parts = ({"alg": "RS256"}, {"typ": kind, "sub": "somebody"}, {"signature": "of nobody"})
    packed = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(each.rstrip("=") for each in packed)


VALUES = {kind: f"{SECRET}-{kind.name.lower()}" for kind in Kind} | {
    Kind.ACCESS: jwt("access"),
    Kind.REFRESH: jwt("refresh"),
}
BY_THEIR_LOOKS = {Kind.ACCESS, Kind.REFRESH}


@pytest.fixture
def watch() -> Canaries:
    watch = Canaries()
    for kind in set(Kind) - BY_THEIR_LOOKS:
        watch.remember(kind, VALUES[kind])
    return watch


@pytest.mark.parametrize("kind", Kind)
def test_a_leak_of_every_kind_is_found_in_an_answer_a_header_and_an_address(
    watch: Canaries, kind: Kind
) -> None:
    leak = VALUES[kind]
    for query, headers, text in (
        ("", [], f"<p>{leak}</p>"),
        ("", [("Location", f"/users?q={leak}")], ""),
        (f"q={leak}", [], ""),
    ):
        watch.found.clear()
        watch.exchanged("GET /audit", query, headers, text)
        where = "the address of" if query else "the answer to"
        assert watch.found == [f"{kind} in {where} GET /audit"]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SESSION])
def test_a_leak_of_every_other_kind_is_found_in_a_cookie(watch: Canaries, kind: Kind) -> None:
    watch.exchanged("GET /users", "", [("Set-Cookie", f"__Host-theme={VALUES[kind]}; Path=/")], "")
    assert watch.found == [f"{kind} in the answer to GET /users"]


NOTE = "canary of a note that Ana wrote"


def test_no_word_of_a_note_leaves_the_pages_of_its_user(
    app: Flask, hire: Hire, simulator: RunningSimulator, database: Database
) -> None:
    """What the admin gets here is looked through, and after the test its log."""
    canaries.remember(Kind.NOTE, NOTE, f"changed {NOTE}", f"draft of {NOTE}")
    fill(database, map(facts_of, simulator.users()))
    admin = Visitor(app)
    admin.log_in(*hire(Role.ADMIN))
    user = f"/users/{simulator.users()[0]['id']}"
    admin.post(f"{user}/notes/draft", {"note": f"draft of {NOTE}"}, status=200)
    admin.post(f"{user}/notes", {"note": NOTE})
    admin.post(f"{user}/notes/1/edit", {"note": f"changed {NOTE}", "revision": "1"})
    admin.post(f"{user}/notes/1/edit", {"note": NOTE, "revision": "1"}, status=409)
    admin.http.post("/palette", data={"q": "canary", "csrf_token": admin.csrf_token()})
    for path in ("/", "/users", "/users?q=canary", "/kyc", "/kyc?q=canary", "/audit", user):
        admin.get(path)
    for path in ("/audit/export", "/users/export", "/kyc/export"):
        admin.post(path, {"reason": "Asked by the auditor", "format": "csv"}, status=200)
    admin.post(f"{user}/notes/1/delete", {"revision": "2"})
    rows = audit_log.entries(database)
    assert [row.action for row in rows if row.action.startswith("notes:")] == [
        "notes:add",
        "notes:edit",
        "notes:delete",
    ]
    assert "canary" not in str(rows)


def test_an_inquiry_may_be_in_the_database_and_on_the_pages_of_kyc(
    watch: Canaries, tmp_path: Path
) -> None:
    leak = VALUES[Kind.INQUIRY]
    (tmp_path / "dashboard.sqlite3").write_text(leak)
    watch.search(tmp_path, "*")
    watch.exchanged("GET /kyc", "", [], leak)
    assert watch.found == watch.search_all(tmp_path, "*") == []


@pytest.mark.parametrize("kind", Kind)
def test_a_leak_of_every_kind_is_found_in_a_file_also_after_its_test(
    watch: Canaries, kind: Kind, tmp_path: Path
) -> None:
    (tmp_path / "web.log").write_text(json.dumps({"event": "request", "token": VALUES[kind]}))
    watch.search(tmp_path, "*.log")
    assert watch.found == [f"{kind} in web.log"]
    watch.begin()
    assert watch.search_all(tmp_path, "*.log") == [f"{kind} in web.log"]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in KEPT])
def test_a_leak_in_the_row_of_a_server_s_database_is_found_after_its_test(
    watch: Canaries, kind: Kind, tmp_path: Path
) -> None:
    folder = tmp_path / "server"  # the files of this test itself are looked through as well
    folder.mkdir()
    with closing(sqlite3.connect(folder / "dashboard.sqlite3")) as connection:
        connection.execute("CREATE TABLE staff (name TEXT, note TEXT, role TEXT)")
        connection.execute("INSERT INTO staff VALUES ('ana', ?, 'viewer')", (VALUES[kind],))
        connection.commit()
    watch.begin()
    assert watch.search_all(folder, "*.sqlite3*") == [f"{kind} in dashboard.sqlite3"]


def test_a_password_of_short_words_is_found_after_its_test(tmp_path: Path) -> None:
    watch, password = Canaries(), "of many short words"
    watch.remember(Kind.PASSWORD, password)
    watch.begin()
    (tmp_path / "web.log").write_text(f'{{"event": "{password}"}}')
    assert watch.search_all(tmp_path, "*.log") == ["password in web.log"]


@pytest.mark.parametrize("kind", [Kind.ACCESS, Kind.LINK])
def test_the_one_answer_that_shows_it_may(watch: Canaries, kind: Kind) -> None:
    where = {
        Kind.ACCESS: "POST /users/00000000-0000-4000-8000-000000000000/tokens",
        Kind.LINK: "POST /staff",
    }[kind]
    watch.exchanged(where, "", [], VALUES[kind])
    assert watch.found == []
    watch.exchanged(where.replace("POST", "GET"), "", [], VALUES[kind])
    assert watch.found == [f"{kind} in the answer to {where.replace('POST', 'GET')}"]


def test_a_refresh_token_may_be_shown_by_none(watch: Canaries) -> None:
    watch.exchanged("POST /tokens/privy", "", [], VALUES[Kind.REFRESH])
    assert watch.found == ["refresh token in the answer to POST /tokens/privy"]


def test_what_a_visitor_sends_and_gets_is_remembered_and_watched() -> None:
    app = Flask("leaky", static_folder=None)

    @app.post("/echo")
    def echo() -> Response:
        response = Response(request.form["new_password"], mimetype="text/html")
        response.headers["X-Session"] = response.headers["Set-Cookie"] = "__Host-s=" + "s" * 40
        return response

    client = app.test_client()
    assert isinstance(client, WatchedClient)
    client.post("/echo", data={"new_password": SECRET})
    found = sorted(canaries.found)
    canaries.found.clear()
    assert found == [
        "password in the answer to POST /echo",
        "session id in the answer to POST /echo",
    ]


@pytest.mark.parametrize(
    "mimetype", ["text/csv", "application/jsonl", "text/markdown", "application/xml"]
)
def test_an_export_is_watched_too(mimetype: str) -> None:
    app = Flask("leaky", static_folder=None)
    app.add_url_rule("/export", view_func=lambda: Response(VALUES[Kind.REFRESH], mimetype=mimetype))
    app.test_client().get("/export")
    found = [*canaries.found]
    canaries.found.clear()
    assert found == ["refresh token in the answer to GET /export"]


def test_what_the_dashboard_hands_out_is_remembered(
    app: Flask, hire: Hire, settings: dict[str, str], simulator: RunningSimulator
) -> None:
    visitor = Visitor(app)
    email, password = hire(Role.ADMIN)
    visitor.log_in(email, password)
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    issued = send(visitor, f"/users/{active}/tokens", TOKEN, status=200)
    invited = {"email": "b@example.com", "name": "Bruno", "roles": "viewer"}
    visitor.post("/staff", invited, status=200)
    kinds = set(canaries.known.values())
    assert kinds >= {Kind.PASSWORD, Kind.SECRET, Kind.SESSION, Kind.LINK}
    assert {
        canaries.known[value]
        for value in (
            password,
            settings["DASHBOARD_SECRET_KEY"],
            settings["PARTNER_API_SECRET"],
            visitor.cookies()["__Host-dashboard-local"],
        )
    } == {Kind.PASSWORD, Kind.SECRET, Kind.SESSION}
    look = Canaries()
    look.look("a page", issued.text)
    assert look.found == ["access token in a page"]
