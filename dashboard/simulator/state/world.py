"""Everything of a running simulator that can change: people, faults, rivals, keys, the log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Request

from dashboard.simulator.faults.breaches import BREACHES
from dashboard.simulator.faults.plan import Faults
from dashboard.simulator.settings import KeyPair, SimulatorSettings
from dashboard.simulator.state.clock import Clock
from dashboard.simulator.state.happenings import Happenings
from dashboard.simulator.state.inquiries import Inquiries
from dashboard.simulator.state.keys import Keys, Pair
from dashboard.simulator.state.money import Money
from dashboard.simulator.state.request_log import RequestLog
from dashboard.simulator.state.tokens import Tokens
from dashboard.simulator.state.users import UserStore
from dashboard.simulator.variants import CHOICES, IGNORABLE_FILTERS, Variants


class RivalError(ValueError):
    """A name or a value that is no rival; the text says which."""


class OnePairError(Exception):
    """A partner may have one pair at a time, and has one."""


class World:
    """The simulator's state: the API answers from it, the controls change it."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.clock = clock
        self.state = UserStore(settings)
        self.keys = Keys(self.state, settings.keys, clock)
        self.inquiries = Inquiries(self.state)
        self.happenings = Happenings(self.state, self.inquiries)
        self.money = Money()
        self.tokens = Tokens(clock)
        self.journal = RequestLog(clock)
        self.faults = Faults(clock)
        self.rivals = Variants()
        self.refused: frozenset[int] = frozenset()  # partners whose keys are not accepted
        self.resets = 0
        self._settings = settings
        self._populate()

    def reset(self) -> None:
        """Reset everything to the start. Calls that are still waiting do nothing."""
        self.resets += 1
        self.clock.reset()
        self.faults.replace([])
        self.rivals = Variants()
        self.refused = frozenset()
        self.state.reseed()
        self.keys.reset()
        self.inquiries.clear()
        self.money.clear()
        self.journal.clear()
        self.happenings.clear()
        self._populate()

    def move(self, by: timedelta) -> None:
        """Let time pass, with all that happens in it."""
        self.clock.move(by)
        self.happenings.play(self.clock())

    def find_pair(self, request: Request) -> Pair | None:
        """Return the pair that the request has, None unless it opens the API."""
        pair = self.keys.find(
            request.headers.get("X-Api-Key", ""), request.headers.get("X-Api-Secret", "")
        )
        if pair is None or pair.partner in self.refused:
            return None
        self.keys.note_use(pair)
        return pair

    def generate_keys(self, partner: int) -> tuple[int, KeyPair]:
        """Make a pair; return its number too.

        Raises:
            OnePairError: the rival allows one pair at a time.

        """
        live = any(pair.revoked_at is None for pair in self.keys.of(partner))
        if live and self.rivals.key_pairs == "one":
            raise OnePairError
        return self.keys.generate(partner)

    def accept(self, partner: int, *, accepted: bool) -> None:
        """Let a partner's keys work, or not."""
        others = self.refused - {partner}
        self.refused = others if accepted else others | {partner}

    def choose(self, wanted: dict[str, object]) -> None:
        """Play these rivals, and the others as before. Raises RivalError."""
        for name, value in wanted.items():
            if name == "ignored_filters":
                if not isinstance(value, list) or not set(map(str, value)) <= {*IGNORABLE_FILTERS}:
                    raise RivalError(f"{name} is a list of {', '.join(IGNORABLE_FILTERS)}.")
            elif name == "broken":
                if not isinstance(value, list) or not set(map(str, value)) <= {*BREACHES}:
                    raise RivalError(f"{name} is a list of {', '.join(BREACHES)}.")
            elif name not in CHOICES:
                raise RivalError(f"There is no rival {name}.")
            elif value not in CHOICES[name]:
                raise RivalError(f"{name} is one of {', '.join(map(str, CHOICES[name]))}.")
        chosen: dict[str, Any] = wanted
        self.rivals = replace(self.rivals, **chosen)

    def _populate(self) -> None:
        if self._settings.population:
            self.happenings.resume(self._settings.seed, self.clock())
