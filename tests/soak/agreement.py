"""Whether the journals agree: what staff were told, what the API was asked, what we recorded.

`tests/faults/support/ledger.py` compares the API's journal with our records. Here comes what the
staff know: what they were told is done, and how often they asked for it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from dashboard.crypto.keyring import Keys
from dashboard.services.actions import Action
from dashboard.store.db.database import Database
from tests.faults.support import ledger
from tests.faults.support.ledger import MADE, Key
from tests.soak.journal import Act
from tests.soak.records import Records, made_by_api, read_records
from tests.support.servers.simulator_process import LoggedRequest

Name = TypeVar("Name")


@dataclass(frozen=True)
class Journals:
    """All three: `acts` are the staff's, `calls` the API's, and the database has ours."""

    acts: Sequence[Act]
    calls: Sequence[LoggedRequest]
    database: Database
    keys: Keys

    def lost(self) -> list[str]:
        """Return what someone was told is done, but is missing, or not recorded as done."""
        calls = {key: count for key, count in self._told.items() if key[0] in MADE}
        return [
            *_fewer("not recorded as done", calls, self._records.succeeded),
            *_fewer("not done by the API", calls, made_by_api(self.calls)),
            *_fewer("not kept", self._told_of(Action.NOTE_ADD), self._records.notes),
        ]

    def doubled(self) -> list[str]:
        """Return what was done more often than someone asked for it."""
        asked = Counter(key_of(act) for act in self.acts)
        found = [
            *_fewer("done without being asked for", made_by_api(self.calls), asked),
            *_fewer("kept without being asked for", self._records.notes, asked),
        ]
        if more := ledger.count_doubled(self.database, self.calls):
            found.append(f"{more} times more calls than attempts")
        return found

    def unaudited(self) -> list[str]:
        """Return what was done, but is not in the audit log."""
        log_ins, records = self._told_of(Action.LOG_IN), self._records
        found = [
            *_fewer("not in the audit log", log_ins, records.log_ins),
            *_fewer("notes not in the audit log", records.notes_of_user, records.note_entries),
        ]
        if calls := ledger.count_unaudited(self.database, self.calls):
            found.append(f"{calls} calls without an attempt")
        return found

    def untrue(self) -> list[str]:
        """Return where our records and the API's journal disagree, the chain included."""
        return ledger.problems(self.calls, self.database, self.keys)

    @cached_property
    def _records(self) -> Records:
        return read_records(self.database)

    @cached_property
    def _told(self) -> Counter[Key]:
        return Counter(key_of(act) for act in self.acts if act.is_done)

    def _told_of(self, action: Action) -> dict[Key, int]:
        return {key: count for key, count in self._told.items() if key[0] == action}


def key_of(act: Act) -> Key:
    """Return an act as the records name it."""
    return act.action, act.about.lower() if act.action in MADE else act.about


def _fewer(what: str, needed: Mapping[Name, int], there: Counter[Name]) -> Iterator[str]:
    """Yield a sentence for each name of which there are fewer than needed."""
    for name, count in needed.items():
        if there[name] < count:
            yield f"{what}: {name}, {there[name]} of {count}"
