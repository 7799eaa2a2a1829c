"""The settings of the lab, and what a simulator can imitate."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID


class Simulator(Protocol):
    """What happens to users elsewhere, as a simulator imitates it. Each raises PartnerError."""

    def approve(self, inquiry_id: str) -> bool:
        """Pass identity verification; return False if the link has expired."""

    def suspend(self, user_id: UUID) -> None:
        """Suspend a user."""

    def age_link(self, inquiry_id: str, by: timedelta) -> None:
        """Make a link older than it is."""

    def start_elsewhere(self, user_id: UUID) -> None:
        """Start KYC elsewhere."""


@dataclass(frozen=True)
class LabSettings:
    """The settings of the lab; `simulator` is None where the API isn't one."""

    test_email: str
    link_ttl: timedelta
    is_on: bool
    simulator: Simulator | None
