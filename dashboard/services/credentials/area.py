"""The pairs of API keys, the freeze, and the gate of every call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dashboard.crypto.keyring import KeyPurpose
from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import Gate
from dashboard.partner.telemetry import CallRecord
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.credentials.freeze import CallFreeze
from dashboard.services.credentials.gate import TrialGate
from dashboard.services.credentials.overview import CredentialsOverview
from dashboard.services.credentials.pair_encryption import CredentialsEncryptor
from dashboard.services.credentials.rotation import Rotation
from dashboard.services.foundation import Foundation
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.services.upstream.monitor import UpstreamMonitor


class Connect(Protocol):
    """Makes a client with this gate that tells this observer of its calls."""

    def __call__(self, gate: Gate, *, observer: Callable[[CallRecord], None]) -> PartnerClient:
        """Return the client."""


@dataclass(frozen=True)
class CredentialsServices:
    """Which pair is in use, how it is changed, and what stops all calls."""

    active: ActiveCredentials
    freeze: CallFreeze
    overview: CredentialsOverview
    rotation: Rotation


def build_credentials(
    base: Foundation, environment: Credentials, monitor: UpstreamMonitor, connect: Connect
) -> CredentialsServices:
    """Build the services of the area; `environment` is the pair of the configuration."""
    database, clock = base.database, base.clock
    log = AuditRecorder(base.chain, clock)
    sealer = CredentialsEncryptor(base.keyring.keys(KeyPurpose.CREDENTIAL))
    active = ActiveCredentials(database, environment, sealer, log, clock)

    def try_with(pair: Credentials) -> PartnerClient:
        return connect(TrialGate(pair, active), observer=monitor.observe_trial)

    return CredentialsServices(
        active=active,
        freeze=CallFreeze(database, log, clock),
        overview=CredentialsOverview(active, monitor, database, clock),
        rotation=Rotation(active, try_with, database, log, clock),
    )
