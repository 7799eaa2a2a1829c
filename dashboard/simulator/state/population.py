"""What becomes of people over three days: the same for the same seed.

Each life is drawn from the seed and the number of the person, so that one person's doesn't depend
on another's, nor on when it is played.
"""

from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final

SPAN: Final = timedelta(days=3)
QUICKEST: Final = timedelta(minutes=2)  # someone takes pictures of a document and of a face
USUAL: Final = timedelta(minutes=40)
STARTED_ELSEWHERE: Final = 0.4  # of the pending, by the partner's own backend
VANISHES: Final = 0.02
IS_STOPPED: Final = 0.03  # of the active


class What(StrEnum):
    """What can happen to a person."""

    STARTED = "started"  # the other client starts KYC
    APPROVED = "approved"
    FAILED = "failed"
    ABANDONED = "abandoned"
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BANNED = "banned"
    VANISHED = "vanished"


Life = list[tuple[timedelta, What]]  # how long after its start what happens
CHECKS: Final[dict[What | None, int]] = {  # per cent; None: the link is never opened, and expires
    What.APPROVED: 60, What.FAILED: 12, What.ABANDONED: 10, None: 18,
}  # fmt: skip
AFTER_APPROVAL: Final[dict[What | None, int]] = {
    None: 90, What.PENDING: 6, What.SUSPENDED: 3, What.BANNED: 1,
}  # fmt: skip


def life_of(seed: int, number: int, status: str) -> Life:
    """Return what happens to a person from the start on; not what their own check leads to."""
    random = _random(seed, number, "life")
    at, chance = random.random() * SPAN, random.random()
    if status == "pending" and chance < STARTED_ELSEWHERE:
        return [(at, What.STARTED)]
    if status == "pending" and chance < STARTED_ELSEWHERE + VANISHES:
        return [(at, What.VANISHED)]
    if status == "active" and chance < IS_STOPPED:
        return [(at, random.choice([What.PENDING, What.SUSPENDED, What.BANNED]))]
    return []


def check_of(seed: int, number: int) -> Life:
    """Return what happens after a start of KYC."""
    random = _random(seed, number, "check")
    outcome, at = _drawn(random, CHECKS), _soon(random)
    if outcome is None:
        return []
    later = _drawn(random, AFTER_APPROVAL) if outcome is What.APPROVED else None
    again = at + random.random() * SPAN
    life = [(at, outcome)]
    if later:
        life.append((again, later))
    if later is What.PENDING:
        life.append((again + _soon(random), What.ACTIVE))
    return life


def _random(seed: int, number: int, part: str) -> Random:
    return Random(f"{seed} {number} {part}")  # noqa: S311  repeatable is the point


def _drawn(random: Random, chances: dict[What | None, int]) -> What | None:
    return random.choices([*chances], [*chances.values()])[0]


def _soon(random: Random) -> timedelta:
    return QUICKEST + random.expovariate(1) * USUAL
