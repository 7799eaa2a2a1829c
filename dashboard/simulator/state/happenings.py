"""What is to happen to people, and when; each happens once, in order of time."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from string import ascii_letters, digits

from dashboard.simulator.state.inquiries import ExpiredError, Inquiries
from dashboard.simulator.state.population import Life, What, check_of, life_of
from dashboard.simulator.state.users import KycStartedError, Row, UserStore

INQUIRY_LENGTH = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS happenings (
    seq INTEGER PRIMARY KEY,
    due TEXT NOT NULL,
    user_id TEXT NOT NULL,
    what TEXT NOT NULL,
    done INTEGER
);
CREATE INDEX IF NOT EXISTS happenings_due ON happenings (due, seq) WHERE done IS NULL;
"""
_CHANGES_FROM = {
    What.PENDING: {"active"},
    What.ACTIVE: {"pending", "suspended"},
    What.SUSPENDED: {"pending", "active"},
    What.BANNED: {"pending", "active", "suspended"},
}


@dataclass(frozen=True)
class Happening:
    """`done` is None before its time; False: there was nothing left to change."""

    seq: int
    at: datetime
    user_id: str
    what: What
    done: bool | None


class Happenings:
    """Kept beside the people, in the same file. With a seed, each start of KYC has a sequel."""

    def __init__(self, state: UserStore, inquiries: Inquiries) -> None:
        self._state = state
        self._inquiries = inquiries
        self._seed: int | None = None
        for statement in filter(str.strip, _SCHEMA.split(";")):
            state.run(statement)
        self._next = self._find_next()

    def clear(self) -> None:
        """Forget the past and let nothing more happen."""
        self._seed = self._next = None
        self._state.run("DELETE FROM happenings")

    def populate(self, seed: int, now: datetime) -> None:
        """Let people live from now on, and nothing else happen."""
        with self._state.together():
            self.clear()
            self._seed = seed
            for row in self._state.every(1):
                self.add(str(row.document.get("id")), life_of(seed, row.seq, row.status), now)

    def resume(self, seed: int, now: datetime) -> None:
        """Let people go on where they were, or begin if nothing has been planned."""
        if self._state.run("SELECT 1 FROM happenings LIMIT 1"):
            self._seed = seed
        else:
            self.populate(seed, now)

    def add(self, user_id: str, life: Life, since: datetime) -> None:
        """Let things happen to a user."""
        with self._state.together():
            for after, what in life:
                self._state.run(
                    "INSERT INTO happenings (due, user_id, what) VALUES (?, ?, ?)",
                    _text(since + after),
                    user_id,
                    what,
                )
            self._next = self._find_next()

    def start_kyc(self, row: Row, inquiry: str, at: datetime) -> None:
        """Note a start by any client. Raises KycStartedError."""
        with self._state.together():
            self._state.start_kyc(row, inquiry)
            self._inquiries.add(inquiry, row.document["id"], at)
            if self._seed is not None:
                self.add(row.document["id"], check_of(self._seed, row.seq), at)

    def play(self, until: datetime) -> None:
        """Let happen what is due by now."""
        limit = _text(until)
        if self._next is None or self._next > limit:
            return
        with self._state.together():
            while due := self._listed("done IS NULL AND due <= ? ORDER BY due, seq LIMIT 1", limit):
                done = self._happens(due[0])
                self._state.run("UPDATE happenings SET done = ? WHERE seq = ?", done, due[0].seq)
            self._next = self._find_next()

    def listed(self) -> list[Happening]:
        """Return all of it, the past too, in the order of time."""
        return self._listed("true ORDER BY due, seq")

    def _happens(self, each: Happening) -> bool:
        """Change the world; return whether there was something to change."""
        row = self._state.find_anywhere(each.user_id)
        if row is None:
            return False
        if each.what is What.VANISHED:
            self._state.run("DELETE FROM people WHERE id = ?", each.user_id)
            return True
        if each.what is What.STARTED:
            return self._is_started(row, each.at)
        if each.what in _CHANGES_FROM:
            is_possible = row.status in _CHANGES_FROM[each.what]
            return is_possible and self._state.set_status(each.user_id, each.what)
        return self._is_finished(each)

    def _is_started(self, row: Row, at: datetime) -> bool:
        if row.status != "pending":
            return False
        try:
            self.start_kyc(row, inquiry_id(Random(row.document["id"])), at)  # noqa: S311  repeatable
        except KycStartedError:
            return False
        return True

    def _is_finished(self, each: Happening) -> bool:
        inquiry = next(iter(self._inquiries.of_user(each.user_id)), None)
        if inquiry is None or inquiry.outcome:
            return False
        try:
            self._inquiries.finish(inquiry, each.what, each.at)
        except ExpiredError:
            return False
        return True

    def _find_next(self) -> str | None:
        rows = self._state.run("SELECT min(due) FROM happenings WHERE done IS NULL")
        return rows[0][0]  # type: ignore[no-any-return]  # a text of ours, or none

    def _listed(self, where: str, *values: object) -> list[Happening]:
        rows = self._state.run(
            f"SELECT seq, due, user_id, what, done FROM happenings WHERE {where}",  # noqa: S608  ours
            *values,
        )
        return [
            Happening(
                seq,
                datetime.fromisoformat(due),
                user_id,
                What(what),
                None if done is None else bool(done),
            )
            for seq, due, user_id, what, done in rows
        ]


def inquiry_id(random: Random) -> str:
    """Return the id of a new inquiry."""
    return "inq_" + "".join(random.choices(ascii_letters + digits, k=INQUIRY_LENGTH))


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
