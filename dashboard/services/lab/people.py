"""The people of a run: made up, with addresses that are recognised as a test's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dashboard.services.countries import CODES
from dashboard.services.lab.plan import Goal, goal_of
from dashboard.services.registrations.sample_identity import COUNTRIES, SampleIdentity, make_sample
from dashboard.store.jobs.rows import Content, NewRow

__all__ = ["CODES", "COUNTRIES", "LabOrder", "people"]

MOST = 50


@dataclass(frozen=True)
class LabOrder:
    """What a run is to make: so many users in a state. `country_code` "" is a mix."""

    goal: Goal
    count: int
    country_code: str
    language: str
    user_type: Literal["personal", "business"]
    reason: str


def people(order: LabOrder, test_email: str) -> list[NewRow]:
    """Make up the people of a run. Raises ValueError for fewer than 1 or more than 50."""
    if not 0 < order.count <= MOST:
        raise ValueError(f"a run has 1 to {MOST} people")
    made = _samples(test_email)
    rows = []
    for number in range(1, order.count + 1):
        sample = next(made)
        content: Content = {
            "goal": order.goal.value,
            "first_name": sample.first_name,
            "last_name": sample.last_name,
            "country_code": order.country_code or COUNTRIES[number % len(COUNTRIES)],
            "preferred_language": order.language,
            "user_type": order.user_type,
            "mix": None if order.country_code else "yes",
            "reason": order.reason,
        }
        rows.append(NewRow(number, sample.email, content))
    return rows


def order_of(content: Content, count: int) -> LabOrder:
    """Return the order of a run, as its people have it."""
    return LabOrder(
        goal=goal_of(content.get("goal")),
        count=count,
        country_code="" if content.get("mix") else content.get("country_code") or "",
        language=content.get("preferred_language") or "",
        user_type="business" if content.get("user_type") == "business" else "personal",
        reason=content.get("reason") or "",
    )


def _samples(test_email: str) -> Iterator[SampleIdentity]:
    seen = set[str]()
    while True:
        sample = make_sample(test_email)
        if sample.email not in seen:
            seen.add(sample.email)
            yield sample
