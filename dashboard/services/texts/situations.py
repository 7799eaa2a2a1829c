"""The situations in which staff write to a user: those of the next action."""

from enum import StrEnum


class Situation(StrEnum):
    """A kind of next step in which there is something to tell the user."""

    NOT_STARTED = "not_started"
    LINK_FRESH = "link_fresh"
    LINK_EXPIRED = "link_expired"
    STARTED_ELSEWHERE = "started_elsewhere"
    STARTED_LINK_LOST = "started_link_lost"
    START_UNKNOWN = "start_unknown"
    CAN_OPERATE = "can_operate"
    SUSPENDED = "suspended"
    BANNED = "banned"
    OTHER = "other"


WITH_LINK = frozenset({Situation.LINK_FRESH, Situation.LINK_EXPIRED})
"""The situations in which we hold a verification link."""
