"""Virtual staff: what each does, at their own pace, until the time is up.

A person clicks about every so many seconds, whatever others do, and waits for the answer before
the next click; no one makes up for a late click. A form whose answer was lost or tells nothing is
sent again unchanged, as the page asks, until an answer tells something. A note is not: it has no
form of its own that could be recognized.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from tests.soak.browser import LOST, Answer, Browser, Request
from tests.soak.journal import Act, Journal, Line
from tests.support.http_visitor import CSRF, INTENT
from tests.support.pages.forms import KYC, TOKEN, registration

TRIES, WAIT_S = 40, 1.0  # of a form without an answer
FRAGMENT = {"HX-Request": "true", "HX-Target": "results"}
OK, LED_ON, OUT = 200, 303, 401
NO_ANSWER = {LOST, 429, 500, 502, 503, 504}
NOT_CONFIRMED = 502  # by the dashboard: the page says what is known, and is the answer
DONE = {"users:register": 303, "kyc:start": 303, "tokens:issue": 200, "notes:add": 303}


class TimeIsUpError(Exception):
    """No other click is due before the end."""


@dataclass
class Floor:
    """What all staff share: the users that they know of, the journal, and when it is over."""

    journal: Journal
    users: list[dict[str, str]]
    active: list[str]
    registered: deque[tuple[str, str]] = field(default_factory=deque)  # whose KYC no one started
    until: float = float("inf")


class Person:
    """One of the staff, at their browser."""

    def __init__(
        self, floor: Floor, browser: Browser, account: tuple[str, str], every_s: float, seed: int
    ) -> None:
        self._floor, self._browser, self._account = floor, browser, account
        self._every_s, self._chance = every_s, random.Random(seed)  # noqa: S311  to be repeated
        self._notes, self._number = 0, seed
        self._due = time.monotonic() + self._chance.uniform(0, every_s)

    async def log_in(self) -> None:
        """Log in, with as many tries as it takes."""
        page = await self.load("log in: form", "/login")
        email, password = self._account
        fields = {"email": email, "password": password}
        await self._send(Act("auth:login", email), Request("log in", "/login", fields), page)

    async def load(self, kind: str, path: str) -> Answer:
        """Load a page, again while it does not come."""
        for _ in range(TRIES):
            answer = await self.click(Request(kind, path))
            if is_told(answer):
                break
        return answer

    async def click(self, request: Request) -> Answer:
        """Ask for something when it is due.

        Raises:
            TimeIsUpError: that is after the end.

        """
        pause_s = self._every_s * self._chance.uniform(0.5, 1.5)
        self._due = max(self._due + pause_s, time.monotonic())
        await asyncio.sleep(self._due - time.monotonic())
        if time.monotonic() > self._floor.until:
            raise TimeIsUpError
        return await self._ask(request)

    async def work(self) -> None:
        """Do one thing after the other until the time is up."""
        errands, weights = zip(*self._errands(), strict=True)
        try:
            while True:
                (errand,) = self._chance.choices(errands, weights)
                await errand()
        except TimeIsUpError:
            self._browser.leave()

    def _errands(self) -> list[tuple[Callable[[], Awaitable[None]], float]]:
        """Return what people do, and how often of a hundred times."""
        return [
            (self._look(Request("list", "/users")), 20),
            (self._look(Request("fragment", "/users?status=pending", headers=FRAGMENT)), 10),
            (self._search, 16),
            (self._open_user, 26),
            (self._look(Request("desk", "/kyc")), 10),
            (self._look(Request("overview", "/")), 5),
            (self._look(Request("API's list", "/users?source=api")), 2),
            (self._register, 3),
            (self._start_kyc, 3),
            (self._note, 3),
            (self._issue_token, 1.5),
            (self._log_in_again, 0.5),
        ]

    def _look(self, request: Request) -> Callable[[], Awaitable[None]]:
        async def look() -> None:
            await self.click(request)

        return look

    async def _search(self) -> None:
        user = self._chance.choice(self._floor.users)
        await self.click(Request("search", f"/users?q={user['email'][:5]}"))

    async def _open_user(self) -> None:
        user = self._chance.choice(self._floor.users)
        await self.click(Request("user", f"/users/{user['id']}"))

    async def _register(self) -> None:
        page = await self.load("register: form", "/users/new")
        fields = registration()
        act = Act("users:register", fields["email"])
        answer = await self._send(act, Request("register", "/users", fields), page)
        if act.is_done:
            self._floor.registered.append((answer.leads_to.rpartition("/")[2], fields["email"]))

    async def _start_kyc(self) -> None:
        if not self._floor.registered:
            await self._register()
        if not self._floor.registered:
            return
        user_id, email = self._floor.registered.popleft()
        path = f"/users/{user_id}/kyc"
        page = await self.load("start KYC: form", path)
        request = Request("start KYC", path, {**KYC, "email": email})
        await self._send(Act("kyc:start", user_id), request, page)

    async def _issue_token(self) -> None:
        user_id = self._chance.choice(self._floor.active)
        path = f"/users/{user_id}/tokens"
        page = await self.load("token: form", path)
        if page.leads_to.startswith("/confirm"):
            asked = await self.load("confirm: form", page.leads_to)
            sent = {"password": self._account[1], "next": path, **tokens_in(asked)}
            await self.click(Request("confirm", "/confirm", sent))
            page = await self.load("token: form", path)
        await self._send(Act("tokens:issue", user_id), Request("token", path, TOKEN), page)

    async def _note(self) -> None:
        user = self._chance.choice(self._floor.users)
        self._notes += 1
        act = Act("notes:add", f"Note {self._number}-{self._notes} of the soak")
        path = f"/users/{user['id']}"
        page = await self.load("user", path)
        if tokens_in(page):
            fields = {"note": act.about, **tokens_in(page)}
            answer = await self.click(Request("note", f"{path}/notes", fields))
            self._keep(act, answer)

    async def _log_in_again(self) -> None:
        if sent := tokens_in(await self.load("overview", "/")):
            answer = await self.click(Request("log out", "/logout", sent))
            if answer.status == LED_ON:
                await self.log_in()

    async def _send(self, act: Act, request: Request, page: Answer) -> Answer:
        """Send the form of a page, and the same one again while there is no answer to it."""
        sent, answer = {**(request.fields or {}), **tokens_in(page)}, page
        if act.action != "auth:login" and "intent" not in sent:
            return answer  # this user can't have it any more, or the page did not come
        for number in range(TRIES):
            if number:
                await asyncio.sleep(WAIT_S)
            answer = await self._ask(replace(request, fields=sent))
            self._keep(act, answer)
            if is_told(answer):
                break
        return answer

    def _keep(self, act: Act, answer: Answer) -> None:
        if not act.answers:
            self._floor.journal.acts.append(act)
        act.answers.append(answer.status)
        led_away = answer.leads_to.startswith(("/login", "/confirm"))
        act.is_done = answer.status == DONE.get(act.action, 303) and not led_away

    async def _ask(self, request: Request) -> Answer:
        at = time.monotonic()
        answer = await self._browser.ask(request)
        is_out = answer.leads_to.startswith("/login") and request.kind != "log out"
        status = OUT if is_out else answer.status
        told = "retry-after" in answer.headers
        self._floor.journal.lines.append(Line(request.kind, at, answer.took_ms, status, told))
        return answer


def is_told(answer: Answer) -> bool:
    """Return whether an answer says how it ended, so that no one would send the same again."""
    is_ours = "x-dashboard" in answer.headers
    return answer.status not in NO_ANSWER or (is_ours and answer.status == NOT_CONFIRMED)


def tokens_in(page: Answer) -> dict[str, str]:
    """Return the token, and the intent if there is one, of the form on a page."""
    text = page.text if page.status == OK else ""
    found = {"csrf_token": CSRF.search(text), "intent": INTENT.search(text)}
    return {name: match[1] for name, match in found.items() if match}
