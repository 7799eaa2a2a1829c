"""A worker's memory stays level under bombs and bodies without an end (T-F3)."""

from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from tests.faults.support import fault_scripts
from tests.faults.support.fault_server import Conversation, FaultServer, Script
from tests.faults.support.people import serve_people
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
ROUNDS, GROWTH_MAX_KB = 12, 20_000
HEAVY: dict[str, Script] = {
    "gzip bomb": fault_scripts.gzip_bomb(),
    "deflate bomb": fault_scripts.deflate_bomb(),
    "deep lists": fault_scripts.deep(),
    "fifty encodings": fault_scripts.nested_encodings(),
    "a body without an end": fault_scripts.endless_body,
    "chunks without an end": fault_scripts.endless_chunks,
}


def resident_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError(pid)


def worker_of(pid: int) -> int:
    (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(worker)


def test_a_worker_does_not_grow_under_bombs_and_bodies_without_an_end(
    simulator: RunningSimulator, server: FaultServer, migrated: Path, tmp_path: Path
) -> None:
    script: list[Script] = [fault_scripts.html()]

    def answer(talk: Conversation) -> bool | None:
        return script[0](talk)

    settings = {
        **safe_settings(tmp_path, simulator),
        "PARTNER_API_URL": server.on(answer),
    }
    more = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "4"}
    with serve_people(tmp_path, migrated, settings, **more) as served:
        visitor, worker = served.log_in(Role.SUPPORT), worker_of(served.pid)
        for _ in range(ROUNDS):
            assert visitor.get("/users").status_code == 502
        before = resident_kb(worker)
        for heavy in HEAVY.values():
            script[0] = heavy
            for _ in range(ROUNDS):
                assert visitor.get("/users").status_code == 502
        assert resident_kb(worker) - before < GROWTH_MAX_KB
