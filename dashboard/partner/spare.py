"""Other pairs of keys, for a read that was answered 401: a pair may be revoked at any moment."""

from collections.abc import Sequence
from typing import Protocol

from dashboard.partner.credentials import Credentials


class Spare(Protocol):
    """Knows what else there is, and hears that it was accepted. Neither method may raise."""

    def find_others(self, refused: Credentials) -> Sequence[Credentials]:
        """Return the pairs to ask once more with, each in turn until one is accepted."""

    def accepted_instead(self, refused: Credentials, accepted: Credentials) -> None:
        """Hear that the API refuses the one pair and accepts the other."""


class NoSpare:
    """There is one pair alone."""

    def find_others(self, refused: Credentials) -> Sequence[Credentials]:  # noqa: ARG002  the protocol's
        """Say so."""
        return ()

    def accepted_instead(self, refused: Credentials, accepted: Credentials) -> None:
        """Never happens."""
