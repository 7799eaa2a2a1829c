"""The people of a play of two days: those who wait for KYC, and those who watch the desk."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from playwright.sync_api import Locator, Page, expect

from dashboard.simulator.state.people import timestamp
from dashboard.store.directory import rows
from dashboard.store.directory.entries import DirectoryUser
from tests.support.clock import PATIENCE_S
from tests.support.world import MovedWorld

POLL_MS = 16_000
NAMES = {  # by what becomes of them: the name that the start gives
    "approved": "Ana",
    "failed": "Bruno",
    "expired": "Carla",
    "elsewhere": "Diego",
    "unanswered": "Elena",
}
OTHER_USERS = 120
WAITING = "waiting"  # is not started at all
NO_RESPONSE = {"method": "POST", "path": "/kyc", "reset": "after", "times": 1}


@dataclass(frozen=True)
class Cast:
    """The users of the play."""

    world: MovedWorld
    ids: Mapping[str, str]

    def known(self) -> dict[str, DirectoryUser]:
        """Return what the dashboard's copy has of them."""
        with self.world.server.database.read() as connection:
            known = rows.get(connection, [UUID(user) for user in self.ids.values()])
        return {name: known[UUID(user)] for name, user in self.ids.items() if UUID(user) in known}

    def asked_about(self) -> set[str]:
        """Return who the API was asked about, one by one."""
        paths = {call.path for call in self.world.simulator.requests()}
        return {name for name, user in self.ids.items() if any(user in path for path in paths)}

    def start(self, page: Page, name: str) -> None:
        """Start KYC of a user, as a person does; let it go as the play has it."""
        if name == "elsewhere":
            self.world.simulator.let_happen(self.ids[name], "started")
        if name == "unanswered":
            self.world.simulator.set_faults([NO_RESPONSE])
        page.goto(f"/users/{self.ids[name]}/kyc")
        page.get_by_label("First name").fill(NAMES[name])
        page.get_by_label("Last name").fill("Rojas")
        with page.expect_navigation():
            page.get_by_role("button", name="Start KYC").click()


@dataclass(frozen=True)
class Colleague:
    """A person of the KYC team; `words` are those of their language."""

    page: Page
    words: Mapping[str, str]
    email: str
    password: str

    def come_in(self, path: str) -> None:
        """Log in at an address."""
        self.page.goto(path)
        self.page.locator("[name=email]").fill(self.email)
        self.page.locator("[name=password]").fill(self.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url.endswith(path))

    @property
    def to_do(self) -> Locator:
        """How many of their users are overdue or new to them, beside the link to the desk."""
        return self.page.get_by_role("navigation").locator(".count.bad[aria-hidden]")

    def takes(self, user: str) -> None:
        """Become the owner of a user, in their row of the desk."""
        take = self.page.locator(f"#row-{user} [data-key=a]")
        take.click()
        expect(take).to_have_count(0)

    def reads(self, part: str, text: str) -> None:
        """Open the overview and find a text in a part of it."""
        self.page.goto("/")
        expect(self.page.locator(f"#{part}")).to_contain_text(re.compile(self.words[text]))

    def weeks(self) -> list[int]:
        """Return how many registered, were started and became active, of all weeks together."""
        cells = self.page.locator("#weeks tbody td").all_inner_texts()
        return [sum(map(int, cells[column::3])) for column in range(3)]


@dataclass(frozen=True)
class Watcher:
    """A colleague who looks at the desk and doesn't touch it."""

    who: Colleague
    cast: Cast

    @property
    def page(self) -> Page:
        return self.who.page

    def row(self, name: str) -> Locator:
        return self.page.locator(f"#row-{self.cast.ids[name]}")

    def order(self) -> list[str]:
        """Return the users of the rows, from the top."""
        of_id = {user: name for name, user in self.cast.ids.items()}
        ids = self.page.locator("#table tbody tr").evaluate_all("rows => rows.map(row => row.id)")
        return [of_id[each.removeprefix("row-")] for each in ids]

    def marked(self) -> set[str]:
        """Return whose rows are marked as changed."""
        ids = self.page.locator("tr.changed").evaluate_all("rows => rows.map(row => row.id)")
        return {name for name, user in self.cast.ids.items() if f"row-{user}" in ids}

    def sees(self, lanes: Mapping[str, str]) -> None:
        """Wait until the rows say these lanes, though no one touches the page."""
        for name, lane in lanes.items():
            self.waits_for(self.row(name).locator("td:not(.ticks)").first, lane)

    def sees_nothing_late(self) -> None:
        """Wait until everyone was checked in time."""
        late = self.page.locator("tr.stale")
        self.waits_until(lambda: late.count() == 0)
        expect(late).to_have_count(0)

    def waits_for(self, part: Locator, text: str) -> None:
        """Wait until a part of the page says this."""
        words = re.compile(self.who.words[text])
        self.waits_until(lambda: bool(words.search(part.text_content() or "")))
        expect(part).to_contain_text(words)

    def waits_until(self, is_so: Callable[[], bool]) -> None:
        """Let the page's own timers go by until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and not is_so():
            self.page.clock.fast_forward(POLL_MS)
            self.page.wait_for_timeout(200)

    def counts(self) -> dict[str, int]:
        """Load the page again, and return what its chips count; not who is due today."""
        self.page.reload()
        chips = self.page.locator("[id^=by-lane-], #by-due-overdue").evaluate_all(
            "chips => chips.filter(chip => chip.href)"
            ".map(chip => [chip.id, chip.querySelector('.count').textContent])"
        )
        return {
            name.removeprefix("by-lane-").removeprefix("by-due-"): int(number)
            for name, number in chips
            if number != "0"
        }


def join(world: MovedWorld) -> Cast:
    """Register the users of the play, and then others, so that they are not of the newest page."""
    ids = {name: str(uuid4()) for name in (*NAMES, WAITING)}
    for name, user in ids.items():
        world.simulator.add_user(_facts(user, f"{name}@example.com", "pending", world.clock()))
    for number in range(OTHER_USERS):
        facts = _facts(str(uuid4()), f"other{number}@example.com", "active", world.clock())
        world.simulator.add_user(facts)
    return Cast(world, ids)


def _facts(user: str, email: str, status: str, created_at: datetime) -> dict[str, str]:
    return {
        "id": user,
        "email": email,
        "status": status,
        "countryCode": "CO",
        "preferredLanguage": "es",
        "createdAt": timestamp(created_at),
    }
