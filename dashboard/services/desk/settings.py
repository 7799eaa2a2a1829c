"""What an operator sets of the desk: when users are due, and how often the API is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dashboard.store.kyc.states import WAITING, KycLane

DEFAULT_DUE = "48"
DEFAULT_SCHEDULE = "1h=2m, 6h=10m, 1d=30m, 3d=2h, 14d=12h, 60d=3d"
MOST_HOURS = 8760
DIGITS = 5
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LONGEST = timedelta(days=3650)


@dataclass(frozen=True)
class FollowSchedule:
    """How often a user is asked about: `steps` are ages of their wait, ascending, and intervals.

    An age ends one interval late, so that the last change within it isn't noticed late. Users
    who have waited for longer than the last age are left to the sweeps.
    """

    steps: tuple[tuple[timedelta, timedelta], ...]

    def interval(self, waited: timedelta) -> timedelta | None:
        """Return how long an answer is believed of someone who has waited so long."""
        return next((every for age, every in self.steps if waited < age + every), None)


@dataclass(frozen=True)
class DeskSettings:
    """The settings of the desk. `due` has a time for every lane of users who wait."""

    keeps_directory: bool
    link_ttl: timedelta
    due: Mapping[KycLane, timedelta]
    schedule: FollowSchedule
    owner_lapses: timedelta


def parse_due(text: str) -> dict[KycLane, timedelta]:
    """Read `48` or `48, link_expired=24`: hours for every lane, and for single ones.

    Raises:
        ValueError: it is not of this form.

    """
    hours: dict[KycLane, timedelta] = {}
    default = ""
    for part in filter(None, map(str.strip, text.split(","))):
        name, equals, value = part.rpartition("=")
        if equals:
            lane = name.strip()
            if lane not in WAITING:
                raise ValueError(f"it has a lane that is not one of these: {', '.join(WAITING)}")
            hours[KycLane(lane)] = _hours(value)
        elif default:
            raise ValueError("it has two numbers without a lane")
        else:
            default = part
    otherwise = _hours(default or DEFAULT_DUE)
    return {lane: hours.get(lane, otherwise) for lane in WAITING}


def parse_schedule(text: str) -> FollowSchedule:
    """Read `1h=2m, 1d=30m`: up to this age of a wait, ask this often (minutes, hours, days).

    Raises:
        ValueError: it is not of this form, or asks more often of those who have waited longer.

    """
    steps = []
    for part in filter(None, map(str.strip, text.split(","))):
        age, equals, every = part.partition("=")
        if not equals:
            raise ValueError("it is not of the form 1h=2m,1d=30m")
        steps.append((_span(age), _span(every)))
    ages, intervals = [age for age, _ in steps], [every for _, every in steps]
    if not steps or ages != sorted(set(ages)) or intervals != sorted(intervals):
        raise ValueError("its times must rise from left to right, as in 1h=2m,1d=30m")
    return FollowSchedule(tuple(steps))


def _hours(text: str) -> timedelta:
    number = text.strip()
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= MOST_HOURS):
        raise ValueError(f"it takes hours from 1 to {MOST_HOURS}, as in 48,link_expired=24")
    return timedelta(hours=int(number))


def _span(text: str) -> timedelta:
    number, unit = text.strip()[:-1], text.strip()[-1:]
    is_number = number.isascii() and number.isdigit() and len(number) <= DIGITS
    span = UNITS[unit] * int(number) if is_number and unit in UNITS else timedelta()
    if not timedelta() < span <= LONGEST:
        raise ValueError("it takes times such as 2m, 1h and 3d")
    return span
