"""The chain in a user's pack: entries about others link it, and say nothing about them."""

import json
from pathlib import Path

import pytest

from dashboard.services.exports import proof
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Run, run
from tests.views.exports.test_proof import REASON, active, auditor, unzip, verify

__all__ = ["active", "auditor", "run"]


def test_between_a_user_s_entries_those_about_others_only_link_them(
    run: Run,
    auditor: Visitor,
    active: str,
    simulator: RunningSimulator,
    log_in: LogIn,
    settings: dict[str, str],
    tmp_path: Path,
) -> None:
    other = next(user for user in simulator.users() if user["status"] == "pending")
    send(log_in(Role.SUPPORT), f"/users/{other['id']}/kyc", KYC, status=303)
    log_in(Role.VIEWER).post(f"/users/{active}/reveal", status=200)
    content = unzip(auditor.post(f"/users/{active}/proof", REASON, status=200)).read("audit.jsonl")
    entries = [json.loads(line) for line in content.splitlines()]
    links = [each for each in entries if each["subject_id"] != active]
    assert links
    for each in links:
        held = {name for name, value in each.items() if value is not None}
        assert held == {"seq", "key_id", "prev", "mac", "masked"}
    assert other["id"] not in content.decode()
    done = verify(run, tmp_path, content, settings)
    assert done.returncode == 0, done.stderr
    assert f"Rows: {len(entries)}, linked to the row before: {len(entries) - 1}." in done.stdout
    assert f"left out by the export's filters: 1-{entries[0]['seq'] - 1}\n" in done.stdout
    cut = content.replace(links[0]["mac"].encode(), b"0" * 64, 1)
    assert verify(run, tmp_path, cut, settings).returncode == 1


def test_where_too_many_entries_lie_between_there_are_gaps(
    auditor: Visitor, active: str, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(Role.VIEWER).post(f"/users/{active}/reveal", status=200)
    path = f"/users/{active}/proof"
    whole = unzip(auditor.post(path, REASON, status=200)).read("audit.jsonl").splitlines()
    monkeypatch.setattr(proof, "ROWS_MAX", len(whole) - 1)
    entries = unzip(auditor.post(path, REASON, status=200)).read("audit.jsonl").splitlines()
    assert {json.loads(line)["subject_id"] for line in entries} == {active}
