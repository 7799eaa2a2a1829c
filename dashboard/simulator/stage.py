"""Everything of a running simulator that can change: people, faults, rivals, keys, the log."""

import hmac
from dataclasses import replace
from typing import Any

from flask import Request

from dashboard.simulator.assumed import CHOICES, IGNORABLE_FILTERS, Rivals
from dashboard.simulator.faults import Faults
from dashboard.simulator.inquiries import Inquiries
from dashboard.simulator.journal import Journal
from dashboard.simulator.settings import SimulatorSettings
from dashboard.simulator.state import State
from dashboard.simulator.tokens import Tokens


class RivalError(ValueError):
    """A name or a value that is no rival; the text says which."""


class Stage:
    """What the API answers from and the controls change."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.keys = settings.keys
        self.state = State(settings)
        self.inquiries = Inquiries(self.state)
        self.tokens = Tokens()
        self.journal = Journal()
        self.faults = Faults()
        self.rivals = Rivals()
        self.refused: frozenset[int] = frozenset()  # partners whose keys are not accepted

    def reset(self) -> None:
        """Make everything as it was at the start."""
        self.faults.replace([])
        self.rivals = Rivals()
        self.refused = frozenset()
        self.state.reseed()
        self.inquiries.clear()
        self.journal.clear()

    def find_partner(self, request: Request) -> int | None:
        """Return whose keys the request has: 1, 2, or None unless both are right."""
        api_key = request.headers.get("X-Api-Key", "").encode()
        api_secret = request.headers.get("X-Api-Secret", "").encode()
        found = None
        for partner, pair in enumerate(self.keys, 1):
            # Both are compared, whatever the first says: the time taken tells nothing.
            key_fits = hmac.compare_digest(api_key, pair.api_key.encode())
            secret_fits = hmac.compare_digest(api_secret, pair.api_secret.encode())
            if key_fits and secret_fits and partner not in self.refused:
                found = partner
        return found

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
            elif name not in CHOICES:
                raise RivalError(f"There is no rival {name}.")
            elif value not in CHOICES[name]:
                raise RivalError(f"{name} is one of {', '.join(map(str, CHOICES[name]))}.")
        chosen: dict[str, Any] = wanted
        self.rivals = replace(self.rivals, **chosen)
