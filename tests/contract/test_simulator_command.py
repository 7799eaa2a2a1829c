import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dashboard.simulator import KeyPair, PortTaken, SimulatorSettings, serve
from dashboard.simulator.cli import main
from tests.support.clock import PATIENCE_S
from tests.support.servers.simulator_process import start_simulator

pytestmark = pytest.mark.long  # each starts processes of its own
ROOT = Path(__file__).parents[2]
NAMES = [
    "PARTNER_API_KEY",
    "PARTNER_API_SECRET",
    "SECOND_PARTNER_API_KEY",
    "SECOND_PARTNER_API_SECRET",
    "SIMULATOR_URL",
]
OURS = {"PARTNER_API_KEY", "PARTNER_API_SECRET", "SIMULATOR_PORT", "SIMULATOR_POPULATION"}


def announced(folder: Path, environ: Mapping[str, str], *options: str) -> dict[str, str]:
    """Start one, read what it prints, and end it in order; return that."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    with subprocess.Popen(  # noqa: S603  our own command, no shell
        [sys.executable, "-m", "dashboard.simulator", *options],
        cwd=ROOT,
        env={**inherited, "TMPDIR": str(folder), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in NAMES]
        port = int(lines[-1].rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said, complained) == (0, "", "")
    return dict(line.split("=", 1) for line in lines)


def test_it_announces_both_pairs_and_its_address_and_leaves_nothing(tmp_path: Path) -> None:
    said = announced(tmp_path, {"SIMULATOR_PORT": "0"})
    assert [*said] == NAMES
    assert said["PARTNER_API_KEY"].startswith("qash_key_live_simulator")
    assert said["SECOND_PARTNER_API_SECRET"].startswith("qash_secret_live_simulator")
    assert said["SIMULATOR_URL"].startswith("http://127.0.0.1:")
    assert list(tmp_path.iterdir()) == []


def test_the_first_pair_may_come_from_the_environment(tmp_path: Path) -> None:
    pair = KeyPair.generate()
    environ = {"PARTNER_API_KEY": pair.api_key, "PARTNER_API_SECRET": pair.api_secret}
    said = announced(tmp_path, environ, "--port", "0")
    assert KeyPair(said["PARTNER_API_KEY"], said["PARTNER_API_SECRET"]) == pair


def test_a_secret_that_no_simulator_made_is_not_printed(tmp_path: Path) -> None:
    real = KeyPair.generate().api_secret.replace("simulator", "s1mulator")
    environ = {"PARTNER_API_KEY": "qash_key_live_other", "PARTNER_API_SECRET": real}
    said = announced(tmp_path, environ, "--port", "0")
    assert said["PARTNER_API_KEY"] == "qash_key_live_other"
    assert real not in said["PARTNER_API_SECRET"]


def test_half_a_pair_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARTNER_API_KEY", "qash_key_live_other")
    monkeypatch.delenv("PARTNER_API_SECRET", raising=False)
    assert main(["--port", "0"]) == 1
    assert "PARTNER_API_SECRET" in capsys.readouterr().err


def test_people_survive_a_restart_with_a_database(tmp_path: Path) -> None:
    with start_simulator(tmp_path, users=30) as first:
        user = first.users()[0]
        first.set_status(user["id"], "frozen")
        first.set_faults([{"status": 500}])
        before = first.users(), first.users(2)
    with start_simulator(tmp_path, users=99, seed=5) as second:
        assert (second.users(), second.users(2)) == before
        assert second.users()[0]["status"] == "frozen"
        assert second.requests() == []
        assert second.first != first.first


@pytest.mark.parametrize(
    ("environ", "options"),
    [({}, ["--population"]), ({"SIMULATOR_POPULATION": "on"}, []), ({}, [])],
)
def test_things_happen_to_people_where_that_is_asked_for(
    tmp_path: Path, environ: Mapping[str, str], options: list[str]
) -> None:
    file = tmp_path / "people.sqlite3"
    announced(tmp_path, environ, *options, "--port", "0", "--database", str(file))
    with contextlib.closing(sqlite3.connect(file)) as kept:
        (planned,) = kept.execute("SELECT count(*) FROM happenings").fetchone()
    assert (planned > 0) is bool(environ or options)


def test_a_taken_port_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.sqlite3"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--database", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert str(port) in err
    assert "SIMULATOR_PORT" in err
    assert not file.exists()


def test_a_taken_port_raises_with_its_number(tmp_path: Path) -> None:
    keys = (KeyPair.generate(), KeyPair.generate())
    settings = SimulatorSettings(tmp_path / "people.sqlite3", keys)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            serve(settings, port)
    assert refused.value.port == port


def test_a_file_that_is_no_database_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database, but long enough to be looked at\n" * 50)
    assert main(["--port", "0", "--database", str(file)]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert str(file) in err


@pytest.mark.parametrize("options", [["--port", "70000"], ["--port", "x"], ["--users", "-1"]])
def test_a_number_that_is_none_is_refused(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(options)
    assert options[1] in capsys.readouterr().err


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    with start_simulator(tmp_path, users=1) as running:
        port = int(running.base_url.rpartition(":")[2])
        # 127.0.0.2 is this machine too, but not the address that is listened on.
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)
