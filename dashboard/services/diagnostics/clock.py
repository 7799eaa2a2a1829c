"""The doctor's check of our clock, by the time that an answer of the Partner API told."""

from collections.abc import Iterator
from datetime import timedelta

from dashboard.partner.telemetry import CallRecord
from dashboard.services.diagnostics.findings import Finding, ok, warning
from dashboard.services.upstream.api_clock import APART_AT_MOST

CLOCK_OFF = timedelta(seconds=30)


def examine_clock(call: CallRecord) -> Iterator[Finding]:
    """Compare this machine's clock with the API's, where a call was answered."""
    if call.status is None:
        return
    if call.server_at is None:
        yield warning(
            "clock",
            "The Partner API doesn't send its time, so nothing shows that this machine's clock "
            "is right, and nothing is deleted by its age.",
            "Tell Qash that answers have no Date. Until then, erase users who are gone by hand.",
        )
        return
    off = call.at - call.server_at
    if abs(off) <= CLOCK_OFF:
        yield ok("clock", "This machine's clock agrees with the Partner API's.")
        return
    side = "ahead of" if off > timedelta() else "behind"
    waits = ", and nothing is deleted by its age" if abs(off) >= APART_AT_MOST else ""
    yield warning(
        "clock",
        f"This machine's clock is {abs(off).total_seconds():.0f} s {side} the Partner API's: "
        f"ages and expiries are off{waits}.",
        "Keep the clock in sync with NTP: timedatectl set-ntp true",
    )
