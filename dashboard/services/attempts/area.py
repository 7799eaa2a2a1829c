"""Attempts: actions are recorded before they are sent, and sent once."""

from dataclasses import dataclass

from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intents
from dashboard.services.attempts.reconcile import OutcomeRecorder
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class AttemptServices:
    """The log of attempts, the intents of forms, and the outcomes found out later."""

    log: Attempts
    intents: Intents
    outcomes: OutcomeRecorder


def build_attempts(base: Foundation) -> AttemptServices:
    """Build the services of the area."""
    database, chain, clock = base.database, base.chain, base.clock
    log = Attempts(database, chain, base.keyring.keys(KeyPurpose.FINGERPRINT), clock)
    return AttemptServices(
        log=log,
        intents=Intents(base.keyring.keys(KeyPurpose.INTENT), database, clock),
        outcomes=OutcomeRecorder(log, chain, clock),
    )
