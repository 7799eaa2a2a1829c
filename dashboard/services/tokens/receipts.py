"""What we keep of each token: the ledger, receipts, and the receipt of a found token."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from dashboard.services.foundation import Foundation
from dashboard.services.tokens.fingerprints import Fingerprints
from dashboard.store.tokens import grants
from dashboard.store.tokens import ledger as stored
from dashboard.store.tokens.grants import Grant
from dashboard.store.tokens.kinds import GrantKind
from dashboard.store.tokens.ledger import Compared, GrantView, LedgerFilters
from dashboard.store.users import sightings
from dashboard.store.users.sightings import Sighting
from dashboard.text.secrets import JWT

__all__ = [
    "Compared",
    "Grant",
    "GrantKind",
    "GrantView",
    "Ledger",
    "LedgerFilters",
    "Receipt",
    "Receipts",
]

PAGE = 50
PRIVY_SPAN = timedelta(days=30)
PIECES_MAX = 50  # of a text, compared one by one
_PIECE = re.compile(r"[^\s\"'`<>,;]{16,}+")


@dataclass(frozen=True)
class Ledger:
    """A page of grants, and their users as last seen.

    `privy` counts the deprecated exchanges of the last 30 days on all pages. `staff` has the names
    of staff with grants, by number.
    """

    grants: tuple[Grant, ...]
    seen: Mapping[UUID, Sighting]
    more: bool
    privy: int
    staff: Mapping[int, str]


@dataclass(frozen=True)
class Receipt:
    """A grant, and its user as last seen."""

    grant: Grant
    user: Sighting | None


class Receipts:
    """Reads the ledger. A token is compared by its fingerprint and then discarded."""

    def __init__(self, base: Foundation, fingerprints: Fingerprints) -> None:
        self._database = base.database
        self._clock = base.clock
        self._fingerprints = fingerprints

    def ledger(self, filters: LedgerFilters) -> Ledger:
        """Return a page of grants, newest first."""
        now = self._clock()
        with self._database.read() as connection:
            rows = stored.page(connection, filters, PAGE + 1, now)
            page = rows[:PAGE]
            return Ledger(
                tuple(page),
                sightings.newest(connection, {each.user_id for each in page if each.user_id}),
                more=len(rows) > PAGE,
                privy=grants.count_privy(connection, now - PRIVY_SPAN),
                staff=stored.issuers(connection),
            )

    def of_attempt(self, seq: int) -> Receipt | None:
        """Return the receipt of the attempt with this number, or None if it issued nothing."""
        with self._database.read() as connection:
            grant = stored.of_attempt(connection, seq)
            if grant is None:
                return None
            seen = sightings.newest(connection, [grant.user_id]) if grant.user_id else {}
        return Receipt(grant, next(iter(seen.values()), None))

    def recognise(self, tokens: Iterable[str]) -> list[Grant]:
        """Return the grants of those of these tokens that were issued here, newest first."""
        fingerprints = self._fingerprints.all_of(tokens)
        if not fingerprints:
            return []
        with self._database.read() as connection:
            return stored.of_fingerprints(connection, fingerprints)

    def find(self, text: str) -> Grant | None:
        """Return the grant of a token somewhere in a text, or the newest if there are several."""
        return next(iter(self.recognise(islice(_pieces(text), PIECES_MAX))), None)

    def compared(self) -> Compared:
        """Return how many grants a found token is compared with."""
        with self._database.read() as connection:
            return stored.compared(connection, self._fingerprints.key_ids)


def _pieces(text: str) -> Iterator[str]:
    """Yield whatever may be a token: in one piece, broken over lines, or within other text."""
    yield "".join(text.split())
    yield from JWT.findall(text)
    yield from _PIECE.findall(text)
