"""Another pair of keys, for a read that was answered 401: a pair may be revoked at any moment."""

from typing import Protocol

from dashboard.partner.credentials import Credentials


class Spare(Protocol):
    """Knows what else there is, and hears that it was accepted. Neither method may raise."""

    def find_other(self, refused: Credentials) -> Credentials | None:
        """Return the pair to ask once more with, None where there is none."""

    def accepted_instead(self, refused: Credentials, accepted: Credentials) -> None:
        """Hear that the API refuses the one pair and accepts the other."""


class NoSpare:
    """There is one pair alone."""

    def find_other(self, refused: Credentials) -> None:
        """Say so."""

    def accepted_instead(self, refused: Credentials, accepted: Credentials) -> None:
        """Never happens."""
