"""`make demo`: it starts, says how to log in, stops, and says why if it can't start."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.clock import PATIENCE_S, wait_until
from tests.support.sampling import one_in
from tests.support.servers.dashboard_process import free_port

pytestmark = pytest.mark.long  # each starts processes of its own
ROOT = Path(__file__).parents[3]


def start(folder: Path, **ports: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", "demo"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **ports},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refusal(folder: Path, **ports: str) -> str:
    said = start(folder, **ports)
    _, errors = said.communicate(timeout=PATIENCE_S)
    assert said.returncode == 1
    assert "Traceback" not in errors
    return errors


@pytest.mark.parametrize("name", ["PORT", "SIMULATOR_PORT"])
def test_a_taken_port_is_named_with_its_variable(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port()), name: str(port)}
        said = refusal(tmp_path, **ports)
    assert f"Port {port} is taken" in said
    assert f"make demo {name}=" in said
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("port", one_in(4, ["70000", "-1", "0", "x"]))
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert "PORT is not a number from 1 to 65535." in refusal(tmp_path, PORT=port)


def test_one_port_for_both_is_refused(tmp_path: Path) -> None:
    port = str(free_port())
    assert "are the same" in refusal(tmp_path, PORT=port, SIMULATOR_PORT=port)


def test_ctrl_c_during_the_start_ends_it_in_order(tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port())}
    demo = start(tmp_path, **ports)
    wait_until((tmp_path / "instance").exists)
    demo.send_signal(signal.SIGINT)
    _, errors = demo.communicate(timeout=PATIENCE_S)
    assert (demo.returncode, errors) == (0, "")
    for port in ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0
    assert (tmp_path / "instance/stories-due").exists()  # the next start leaves them


def test_the_demo_starts_shows_the_same_password_again_and_stops_all(tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port())}
    passwords = set()
    kept = tmp_path / "instance"
    for _ in range(2):
        demo = start(tmp_path, **ports)
        assert demo.stdout
        said = ""
        while "Ctrl-C" not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        passwords |= set(re.findall(r"Password +(\S+)", said))
        assert not (kept / "stories-due").exists()
        (kept / "stories-due").touch()  # as if this start had ended before it noted them
        with urllib.request.urlopen(f"http://localhost:{ports['PORT']}/login") as page:
            assert b"Log in" in page.read()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE_S) == 0
        demo.communicate()
        for port in ports.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(port))) != 0
    assert len(passwords) == 1
    assert oct((kept / "demo.json").stat().st_mode)[-3:] == "600"
    assert oct((kept / "demo.env").stat().st_mode)[-3:] == "600"
    assert oct((kept / "demo.sqlite3").stat().st_mode)[-3:] == "600"
    assert '"worker_stopped"' in (kept / "worker.log").read_text()
    assert not any(passwords & set(log.read_text().split()) for log in kept.glob("*.log"))
    assert not passwords & set(re.split(r"[=\\s]", (kept / "demo.env").read_text()))
    with closing(sqlite3.connect(kept / "demo.sqlite3")) as database:
        for table, rows in (("notes", 3), ("owners", 2), ("user_tags", 3), ("contacts", 9)):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)  # noqa: S608  names of ours
    (command,) = re.findall(r"Commands +(.+)", said)
    listed = subprocess.run(  # noqa: S602  as it is pasted
        command.replace(".venv/bin/python", sys.executable),
        shell=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "admin@example.com" in listed.stdout, listed.stderr
