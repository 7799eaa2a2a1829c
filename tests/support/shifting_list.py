"""The simulator's list in this process, which changes before every call as a test says."""

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from werkzeug.test import Client

from dashboard.partner.api import PREFIX
from dashboard.partner.assumptions import read_user_page
from dashboard.partner.errors import NotFound, Rejected
from dashboard.partner.list_filters import LIST_PARAMS, UserQuery
from dashboard.partner.readers import read_user
from dashboard.partner.responses import Answer, User, UserPage
from dashboard.simulator import KeyPair, SimulatorSettings
from dashboard.simulator.app import create_simulator
from tests.support.clock import TestClock

OK, NOT_FOUND = 200, 404
MOST = 12
Change = Callable[["ShiftingList"], None]


@dataclass
class ShiftingList:
    """A `UserSource` over a simulator. `changes` holds what happens before each call.

    `sizes`: what the API does when it is asked for more than `MOST` rows: it `clamps` or `refuses`,
    or it is `fixed` and always gives that many. `is_scrambled`: the times of registration are in no
    order.
    """

    folder: Path
    rivals: Mapping[str, object]
    sizes: str = "clamps"
    is_scrambled: bool = False
    users: int = 40
    changes: Sequence[Sequence[Change]] = ()
    clock: TestClock = field(default_factory=TestClock)
    before_call: Callable[[], None] = lambda: None
    calls: list[UserQuery] = field(default_factory=list)
    moved: set[UUID] = field(default_factory=set)
    hidden: set[UUID] = field(default_factory=set)  # only from the list

    def __post_init__(self) -> None:
        keys = (KeyPair.generate(), KeyPair.generate())
        file = self.folder / f"{uuid.uuid4().hex}.sqlite3"
        self._http = Client(create_simulator(SimulatorSettings(file, keys, users=self.users)))
        self._headers = {"X-Api-Key": keys[0].api_key, "X-Api-Secret": keys[0].api_secret}
        self._http.put("/_simulator/rivals", json=dict(self.rivals))
        self._people = sqlite3.connect(file, isolation_level=None)
        self._random = Random(1)  # noqa: S311  repeatable is the point
        if self.is_scrambled:
            for user_id in self.ids():
                self._scramble(user_id)

    def ids(self) -> list[UUID]:
        """Return who is listed, in an order that changes do not affect."""
        rows = self._people.execute("SELECT id FROM people WHERE partner = 1 ORDER BY seq")
        return [UUID(row[0]) for row in rows]

    def statuses(self) -> dict[UUID, str]:
        """Return the status of each user who is listed."""
        rows = self._people.execute("SELECT id, document FROM people WHERE partner = 1")
        return {UUID(number): json.loads(text)["status"] for number, text in rows}

    def list_users(self, query: UserQuery) -> Answer[UserPage]:
        """Answer as the API does, after what happens before this call."""
        self._begin(query)
        if self.sizes == "refuses" and query.limit > MOST:
            raise Rejected(verb="GET", path="/users", status=400)
        most = MOST if self.sizes == "fixed" else min(query.limit, MOST)
        params = {**query.params(LIST_PARAMS), "limit": str(most)}
        answer = self._answer("/users", params, read_user_page)
        rows = tuple(row for row in answer.value.rows if row.id not in self.hidden)
        return replace(answer, value=answer.value.model_copy(update={"rows": rows}))

    def get_user(self, user_id: UUID) -> Answer[User]:
        """Answer as the API does."""
        return self._answer(f"/users/{user_id}", {}, read_user)

    def register(self) -> None:
        """Add a user, whom a list that is newest first has at its front."""
        created = self.clock().isoformat(timespec="milliseconds")
        user = {
            "id": str(uuid.uuid4()),
            "email": f"{uuid.uuid4().hex}@example.com",
            "status": "pending",
            "createdAt": created,
        }
        self._http.post("/_simulator/users", json={"user": user, "user_type": "personal"})
        if self.is_scrambled:
            self._scramble(UUID(str(user["id"])))

    def vanish(self, place: int, number: int = 1) -> None:
        """Take users out of the list, one after the other."""
        for _ in range(number):
            self._change("DELETE FROM people WHERE id = ?", place)

    def change(self, place: int) -> None:
        """Give a user another status."""
        if ids := self.ids():
            user = f"/_simulator/users/{ids[place % len(ids)]}"
            self._http.patch(user, json={"status": f"changed{len(self.calls)}"})

    def move(self, place: int) -> None:
        """Move a user to the front, as a list that shows the last changes first does."""
        ids = self.ids()
        self.moved.add(ids[place % len(ids)])
        self._change(
            "UPDATE people SET created = (SELECT max(created) || '+' FROM people) WHERE id = ?",
            place,
        )

    def _begin(self, query: UserQuery) -> None:
        for change in self.changes[len(self.calls)] if len(self.calls) < len(self.changes) else ():
            change(self)
        self.before_call()
        self.calls.append(query)

    def _change(self, statement: str, place: int) -> None:
        if ids := self.ids():
            self._people.execute(statement, (str(ids[place % len(ids)]),))

    def _scramble(self, user_id: UUID) -> None:
        (text,) = self._people.execute(
            "SELECT document FROM people WHERE id = ?", (str(user_id),)
        ).fetchone()
        created = datetime.fromtimestamp(self._random.randrange(1_700_000_000), UTC)
        document = {**json.loads(text), "createdAt": created.isoformat()}
        self._people.execute(
            "UPDATE people SET document = ? WHERE id = ?", (json.dumps(document), str(user_id))
        )

    def _answer(
        self, path: str, params: dict[str, str], read: Callable[[object], object]
    ) -> Answer:  # type: ignore[type-arg]  # of what `read` returns
        response = self._http.get(PREFIX + path, query_string=params, headers=self._headers)
        if response.status_code == NOT_FOUND:
            raise NotFound(verb="GET", path=path, status=NOT_FOUND)
        assert response.status_code == OK, response.text
        value = read(response.get_json())
        return Answer(value, self.clock(), 1, OK, None, None)
