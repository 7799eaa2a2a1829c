"""What happens under load, on a schedule: kills, restarts, and the deploy of the next version."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.soak.next_version import make_next_version
from tests.soak.site import Site

# As the shipped units start what was killed again.
SERVER_RESTARTS_S, WORKER_RESTARTS_S = 2.0, 10.0
# nginx tries a server that did not answer again after 10 s (`fail_timeout`). The next one may be
# stopped only then, or nginx knows of no server that answers.
TRIED_AGAIN_S = 11.0
FOLLOWED_S = 5.0  # so long after it, what fails is still counted as the event's


@dataclass(frozen=True)
class Event:
    """What happened, from when until when, by the monotonic clock."""

    name: str
    began: float
    ended: float

    @property
    def took_s(self) -> float:
        """How long it was until everything ran again."""
        return self.ended - self.began

    @property
    def over(self) -> float:
        """From when on a failure is no longer counted as the event's."""
        return self.ended + FOLLOWED_S


KILL_SERVER, KILL_WORKER = "kill -9 of a server", "kill -9 of a worker"
POSTGRES, REDIS, DEPLOY = "restart of PostgreSQL", "restart of Redis", "rolling deploy"


async def play(site: Site, minutes: float) -> list[Event]:
    """Let everything happen, spread over the minutes; return what did, and when."""
    acts: dict[str, Callable[[Site], None]] = {
        KILL_SERVER: kill_server,
        KILL_WORKER: kill_worker,
        POSTGRES: restart_postgres,
        REDIS: restart_redis,
        DEPLOY: deploy,
    }
    started, events = time.monotonic(), []
    for number, (name, act) in enumerate(acts.items(), start=1):
        due = started + minutes * 60 * number / (len(acts) + 1)
        await asyncio.sleep(max(due - time.monotonic(), FOLLOWED_S))
        print(f"{name} …", file=sys.stderr, flush=True)  # noqa: T201
        began = time.monotonic()
        await asyncio.to_thread(act, site)
        events.append(Event(name, began, time.monotonic()))
    await asyncio.sleep(FOLLOWED_S)
    return events


def kill_server(site: Site) -> None:
    """Kill a web server with all its processes, and start it as systemd does."""
    site.servers[0].kill()
    time.sleep(SERVER_RESTARTS_S)
    site.servers[0].start()


def kill_worker(site: Site) -> None:
    """Kill one of the workers, and start it as systemd does."""
    site.workers[0].kill()
    time.sleep(WORKER_RESTARTS_S)
    site.workers[0].start()


def restart_postgres(site: Site) -> None:
    """Restart it with everyone connected."""
    site.postgres.stop()
    site.postgres.start()


def restart_redis(site: Site) -> None:
    """Kill it and start it with nothing in it: it keeps nothing on the disk."""
    site.redis.stop()
    site.redis.start()


def deploy(site: Site) -> None:
    """Bring the schema to that of the next version, then one process after the other."""
    version = site.folder / "next"
    make_next_version(version, site.database)
    subprocess.run(
        [sys.executable, "-m", "dashboard", "db", "upgrade"],
        cwd=version,
        env={**os.environ, **site.settings},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for program in (*site.servers, *site.workers):
        program.stop()
        program.folder = version
        program.start()
        if program in site.servers:
            time.sleep(TRIED_AGAIN_S)
