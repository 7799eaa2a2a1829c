"""What a user's story is made of: events, each with a key, and the kinds that they are found by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from dashboard.store.audit.chain import SETTLED_BY, Outcome


class Source(StrEnum):
    """Where an event is kept: a letter, which both databases order alike."""

    AUDIT = "a"
    CONTACT = "c"
    EXPORT = "e"
    INQUIRY = "k"
    REGISTERED = "r"
    STATUS = "s"
    VISIT = "v"
    EXPIRY = "x"  # computed


class StoryKind(StrEnum):
    """What events are filtered by."""

    KYC = "kyc"
    CONTACTS = "contacts"
    NOTES = "notes"
    FOLLOW_UP = "follow_up"
    TOKENS = "tokens"
    VIEWS = "views"


class EventKey(NamedTuple):
    """An event's place in the story."""

    at: datetime
    source: Source
    id: int


EXPORTED_MAX = 100_000  # users whom an export held are kept one by one
NEWEST = EventKey(datetime(9999, 1, 1, tzinfo=UTC), Source.EXPIRY, 0)
BEGINNINGS: Mapping[StoryKind, tuple[str, ...]] = {  # of actions
    StoryKind.KYC: ("kyc:",),
    StoryKind.CONTACTS: ("contacts:",),
    StoryKind.NOTES: ("notes:",),
    StoryKind.FOLLOW_UP: ("owners:", "tags:"),
    StoryKind.TOKENS: ("tokens:",),
    StoryKind.VIEWS: ("pii:", "story:"),
}
_CHANGES_OF_NOTES = frozenset({"notes:edit", "notes:delete"})
_KINDS: Mapping[Source, StoryKind] = {
    Source.CONTACT: StoryKind.CONTACTS,
    Source.EXPORT: StoryKind.VIEWS,
    Source.EXPIRY: StoryKind.KYC,
    Source.INQUIRY: StoryKind.KYC,
    Source.STATUS: StoryKind.KYC,
    Source.VISIT: StoryKind.VIEWS,
}


@dataclass(frozen=True)
class Event:
    """A row of the story. What `word` and `number` are depends on the source.

    AUDIT and EXPORT: the action, and the line of the audit. CONTACT: its kind. STATUS: the status.
    VISIT: `number` is how often.
    """

    key: EventKey
    word: str = ""
    number: int | None = None
    staff_id: int | None = None
    staff_name: str | None = None
    outcome: Outcome | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    before: str | None = None
    not_yet_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.key.at

    @property
    def was_unknown(self) -> bool:
        """Return whether this settled an attempt whose answer was lost."""
        return SETTLED_BY in self.details

    @property
    def action(self) -> str:
        """The action of an entry of the audit."""
        return self.word

    @property
    def is_of_many(self) -> bool:
        """Return whether an export held more users than are kept one by one."""
        return self.key.source is Source.EXPORT and self.details.get("rows", 0) > EXPORTED_MAX

    @property
    def filters(self) -> list[tuple[str, Any]]:
        """The filters of an export."""
        begins = "filter_"
        return [
            (name.removeprefix(begins), value)
            for name, value in self.details.items()
            if name.startswith(begins)
        ]

    @property
    def until_at(self) -> datetime | None:
        """Return until when a user was snoozed."""
        until = self.details.get("until") if self.word == "owners:snooze" else None
        return datetime.fromisoformat(until) if isinstance(until, str) else None

    @property
    def note(self) -> int | None:
        """The number of the note that was written with it; a change of one has no words here."""
        note = None if self.word in _CHANGES_OF_NOTES else self.details.get("note")
        return note if isinstance(note, int) else None


def kind_of(source: Source, word: str) -> StoryKind | None:
    """Return the kind that an event is found by, None where it has none."""
    if source is not Source.AUDIT:
        return _KINDS.get(source)
    return next((kind for kind, begins in BEGINNINGS.items() if word.startswith(begins)), None)
