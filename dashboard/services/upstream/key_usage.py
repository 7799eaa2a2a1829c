"""When the API last accepted and last refused each pair of credentials."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.store.upstream.observations import Seen

_PAIR = "pair.{}.{}"  # the name it is kept under
_ENDS = {CallResult.OK: "accepted", CallResult.REFUSED: "refused"}


@dataclass(frozen=True)
class KeyUsage:
    """The usage of a pair, as seen."""

    accepted_at: datetime | None
    refused_at: datetime | None

    @property
    def is_refused(self) -> bool:
        """Return whether the last result was a refusal."""
        if self.refused_at is None:
            return False
        return self.accepted_at is None or self.refused_at > self.accepted_at


def noted(call: CallRecord) -> dict[str, Seen]:
    """Return a call's observation of its pair, by the name it is kept under."""
    end = _ENDS.get(call.result)
    return {_PAIR.format(call.credential, end): Seen(call.cause, call.at)} if end else {}


def of_pair(seen: Mapping[str, Seen], credential: str) -> KeyUsage:
    """Return the usage of a pair (`Credentials.id`)."""
    accepted, refused = (seen.get(_PAIR.format(credential, end)) for end in _ENDS.values())
    return KeyUsage(accepted.at if accepted else None, refused.at if refused else None)
