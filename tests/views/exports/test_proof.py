"""Proof packs: what they hold, that they are recorded first, and that the verifier reads them."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from dashboard.services.exports import proof
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import KYC, TOKEN, send
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.views.exports.test_exports import CSV, stored

REASON = {"reason": "Asked by the auditors of 2026"}
FILES = [
    *("README.txt", "timeline.csv", "timeline.jsonl", "reveals.csv", "tokens.csv"),
    *("openings.csv", "audit.jsonl"),
]
DAYS = {"since": "2020-01-01", "until": "2999-01-01"}


@pytest.fixture
def auditor(log_in: LogIn) -> Visitor:
    return log_in(Role.AUDITOR)


@pytest.fixture
def active(simulator: RunningSimulator, log_in: LogIn) -> str:
    """A user with a token, openings, a reveal and an export."""
    user = next(user for user in simulator.users() if user["status"] == "active")
    admin = log_in(Role.ADMIN)
    admin.get(f"/users/{user['id']}")
    send(admin, f"/users/{user['id']}/tokens", TOKEN, status=200)
    log_in(Role.VIEWER).post(f"/users/{user['id']}/reveal", status=200)
    admin.post("/users/export?status=active", CSV, status=200)
    return str(user["id"])


def unzip(page: Page) -> ZipFile:
    return ZipFile(io.BytesIO(page.response.data))


def table(pack: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read(name).decode("utf-8-sig"))))


def verify(run: Run, folder: Path, content: bytes, settings: dict[str, str]) -> Done:
    file = folder / "audit.jsonl"
    file.write_bytes(content)
    secret = {"DASHBOARD_SECRET_KEY": settings["DASHBOARD_SECRET_KEY"]}
    return run(["audit", "verify", "--file", str(file)], settings=secret)


def test_a_user_s_pack_holds_their_story_receipts_reveals_openings_and_entries(
    auditor: Visitor, active: str
) -> None:
    given = auditor.post(f"/users/{active}/proof", REASON, status=200)
    name = given.headers["Content-Disposition"]
    assert name.startswith("attachment; filename=proof-local-20")
    assert active not in name
    pack = unzip(given)
    assert pack.namelist() == FILES
    events = table(pack, "timeline.csv")
    assert {each["user_id"] for each in events} == {active}
    told = [each["what"] for each in events]
    assert {"active", "tokens:issue", "pii:reveal", "users:export"} <= set(told)
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    lines = [json.loads(line) for line in pack.read("timeline.jsonl").splitlines()]
    assert [each["what"] for each in lines] == told
    assert [each["what"] for each in table(pack, "reveals.csv")] == ["pii:reveal"]
    (token,) = table(pack, "tokens.csv")
    assert (token["state"], token["reason"]) == ("issued", TOKEN["reason"])
    (opening,) = table(pack, "openings.csv")
    assert opening["user_id"] == active
    assert int(opening["times"]) == 2  # on their page, and where the token was issued
    entries = [json.loads(line) for line in pack.read("audit.jsonl").splitlines()]
    assert {each["subject_id"] for each in entries if not each["masked"]} == {active}


def test_the_entry_is_there_before_the_file_is_and_names_reason_and_user(
    auditor: Visitor, active: str, database: Database
) -> None:
    auditor.post(f"/users/{active}/proof", {"reason": ""}, status=422)
    assert not stored(database, "story:export")
    auditor.post(f"/users/{active}/proof", REASON, status=200)
    (entry,) = stored(database, "story:export")
    assert entry["reason"] == REASON["reason"]
    assert entry["subject_id"] == active


def test_the_command_verifies_the_segment_and_says_what_it_follows(
    run: Run, auditor: Visitor, active: str, settings: dict[str, str], tmp_path: Path
) -> None:
    pack = unzip(auditor.post(f"/users/{active}/proof", REASON, status=200))
    content = pack.read("audit.jsonl")
    entries = [json.loads(line) for line in content.splitlines()]
    first, told = entries[0], [each for each in entries if not each["masked"]]
    done = verify(run, tmp_path, content, settings)
    assert done.returncode == 0, done.stderr
    assert f"Signatures checked with the key: {len(told)}." in done.stdout
    assert f"It follows row {first['seq'] - 1}:{first['prev']}, which" in done.stdout
    for old, new in ((b"succeeded", b"succeedet"), (first["mac"].encode(), b"0" * 64)):
        assert old in content
        broken = verify(run, tmp_path, content.replace(old, new, 1), settings)
        assert broken.returncode == 1, broken.stdout
        assert "The file is broken at row" in broken.stderr


def test_a_period_s_segment_has_no_gap_and_its_events_are_everyone_s(
    run: Run, auditor: Visitor, active: str, settings: dict[str, str], tmp_path: Path
) -> None:
    auditor.get("/users")
    pack = unzip(auditor.post("/audit/proof", {**REASON, **DAYS}, status=200))
    content = pack.read("audit.jsonl")
    numbers = [json.loads(line)["seq"] for line in content.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))
    done = verify(run, tmp_path, content, settings)
    assert done.returncode == 0, done.stderr
    assert f"Rows: {len(numbers)}, linked to the row before: {len(numbers) - 1}." in done.stdout
    assert "It follows" not in done.stdout
    assert "left out" not in done.stdout
    assert len({each["user_id"] for each in table(pack, "timeline.csv")}) > 1
    assert active in {each["user_id"] for each in table(pack, "openings.csv")}
    empty = {**REASON, "since": "2020-01-01", "until": "2020-01-02"}
    pack = unzip(auditor.post("/audit/proof", empty, status=200))
    assert table(pack, "timeline.csv") == []
    assert pack.read("audit.jsonl") == b""


@all_of(
    "days,said",
    [
        ({"since": "", "until": ""}, "Enter the first day."),
        (
            {"since": "2026-02-02", "until": "2026-02-01"},
            "Enter a day that isn’t before the first one.",
        ),
        ({"since": "0001-01-01", "until": "9999-12-31"}, "Enter a date of this century."),
        ({"since": "soon", "until": "2026-02-30"}, "Enter the first day."),
    ],
)
def test_a_period_that_is_none_is_told_beside_its_field_and_stays(
    auditor: Visitor, days: dict[str, str], said: str
) -> None:
    page = auditor.post("/audit/proof", {**REASON, **days}, status=422)
    assert said in page.words
    assert REASON["reason"] in page.text


def test_more_than_a_pack_may_hold_is_refused_and_nothing_is_recorded(
    auditor: Visitor, active: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "ROWS_MAX", 3)
    for path, sent in ((f"/users/{active}/proof", REASON), ("/audit/proof", {**REASON, **DAYS})):
        page = auditor.post(path, sent, status=422)
        assert "Choose a shorter period." in page.words
    assert not stored(database, "story:export")


def test_to_who_sees_users_masked_a_pack_masks_free_text_and_says_so(
    log_in: LogIn, auditor: Visitor, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "active")
    why = {**TOKEN, "reason": f"Asked by {user['email']}"}
    send(log_in(Role.ISSUER), f"/users/{user['id']}/tokens", why, status=200)
    path = f"/users/{user['id']}/proof"
    for reader, is_whole in ((auditor, False), (log_in(Role.ADMIN), True)):
        pack = unzip(reader.post(path, REASON, status=200))
        held = b"".join(pack.read(name) for name in pack.namelist()).decode()
        assert (str(user["email"]) in held) is is_whole


def test_text_that_a_spreadsheet_would_calculate_is_guarded(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "active")
    admin = log_in(Role.ADMIN)
    why = {**TOKEN, "reason": "=cmd|'/c calc'!A1"}
    send(admin, f"/users/{user['id']}/tokens", why, status=200)
    pack = unzip(admin.post(f"/users/{user['id']}/proof", REASON, status=200))
    assert table(pack, "tokens.csv")[0]["reason"].startswith("'=cmd")


@all_of("role", [Role.SUPPORT, Role.KYC, Role.ISSUER, Role.VIEWER])
def test_a_pack_is_for_readers_of_the_audit_alone(log_in: LogIn, active: str, role: Role) -> None:
    reader = log_in(role)
    for path in (f"/users/{active}/proof", "/audit/proof"):
        reader.get(path, status=403)
        reader.post(path, REASON, status=403)


def test_a_start_of_kyc_is_once_in_a_pack(
    log_in: LogIn, auditor: Visitor, simulator: RunningSimulator
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "pending")
    send(log_in(Role.SUPPORT), f"/users/{user['id']}/kyc", KYC, status=303)
    pack = unzip(auditor.post(f"/users/{user['id']}/proof", REASON, status=200))
    told = [each["what"] for each in table(pack, "timeline.csv")]
    assert told.count("kyc:start") == 1
