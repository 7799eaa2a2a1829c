"""One soak: staff at work, what happens meanwhile, and the journals afterwards."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.soak import job
from tests.soak.agreement import Journals
from tests.soak.browser import Browser
from tests.soak.events import Event, play
from tests.soak.journal import Act, Journal
from tests.soak.records import read_records
from tests.soak.report import Soak
from tests.soak.site import Site
from tests.soak.staff import Floor, Person
from tests.support.servers.simulator_process import LoggedRequest, RunningSimulator

COLLECT_S = 15.0
SETTLE_S, LOOK_S = 180.0, 2.0  # a worker closes what a kill left open after a minute
JOB_S = 600.0  # for the rows of a job that are left at the end


@dataclass
class ApiJournal:
    """The API's journal, collected as it grows: the API keeps only the newest of it."""

    simulator: RunningSimulator
    calls: dict[int, LoggedRequest] = field(default_factory=dict)

    def collect(self) -> None:
        """Add what is new, and the answers of what was under way."""
        open_ones = (seq for seq, call in self.calls.items() if call.status is None)
        after = min(open_ones, default=max(self.calls, default=0) + 1) - 1
        self.calls |= {call.seq: call for call in self.simulator.requests(after)}

    async def collect_on(self) -> None:
        """Do so again and again, until it is cancelled."""
        while True:
            await asyncio.to_thread(self.collect)
            await asyncio.sleep(COLLECT_S)


def soak(site: Site, minutes: float, rate: float, count: int) -> Soak:
    """Let so many staff work for so long, at so many requests a second together."""
    accounts = site.hire(count)
    api, journal = ApiJournal(site.simulator), Journal()
    api.simulator.clear_requests()
    known = site.simulator.users()
    active = [user["id"] for user in known if user["status"] == "active"]
    floor = Floor(journal, known, active)
    before = site.database.schema_version()
    people = [
        Person(floor, _browser(site, number), account, count / rate, number)
        for number, account in enumerate(accounts)
    ]
    began, ended, events, rows = asyncio.run(_work(site, floor, people, api, minutes))
    job.wait_for(site.database, rows, JOB_S)
    journal.acts += rows
    _settle(site)
    api.collect()
    calls = [api.calls[seq] for seq in sorted(api.calls)]
    return Soak(
        rate=rate,
        began=began,
        ended=ended,
        journal=journal,
        events=events,
        rows=rows,
        journals=Journals(journal.acts, calls, site.database, site.chain.keys),
        versions=(before, site.database.schema_version()),
        warnings=_warnings(site),
    )


def _browser(site: Site, number: int) -> Browser:
    """Return a browser at an address of its own: nginx counts requests by address."""
    return Browser(site.port, site.trusted, f"127.0.0.{number + 2}")


async def _work(
    site: Site, floor: Floor, people: Sequence[Person], api: ApiJournal, minutes: float
) -> tuple[float, float, list[Event], list[Act]]:
    """Log everyone in, then let them and a job work while everything happens."""
    for person in people:
        await person.log_in()
    rows = await job.start(people[0], minutes)
    collecting = asyncio.create_task(api.collect_on())
    began = time.monotonic()
    working = [asyncio.create_task(person.work()) for person in people]
    events = await play(site, minutes)
    floor.until = max(began + minutes * 60, time.monotonic())
    await asyncio.gather(*working)
    collecting.cancel()
    return began, max(line.at for line in floor.journal.lines), events, rows


def _settle(site: Site) -> None:
    """Wait until every attempt has an outcome."""
    until = time.monotonic() + SETTLE_S
    while read_records(site.database).pending and time.monotonic() < until:
        time.sleep(LOOK_S)


def _warnings(site: Site) -> Counter[str]:
    """Return how often each warning and error is in the logs, without its text."""
    found: Counter[str] = Counter()
    for program in (*site.servers, *site.workers):
        for line in program.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                if event["level"] in {"warning", "error", "critical"}:
                    found[event["event"]] += 1
    return found
