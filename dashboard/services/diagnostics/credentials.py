"""The doctor's look at the API credentials: which pair is in use, from where, and the freeze."""

from collections.abc import Iterator

from dashboard.services.credentials.overview import Pairs
from dashboard.services.diagnostics.findings import Finding, error, ok, warning

PAGE = "Settings, API credentials"
RESUME = "python -m dashboard credentials resume"


def examine_credentials(pairs: Pairs) -> Iterator[Finding]:
    """Say what the page says. Asks nobody."""
    yield _source(pairs)
    if pairs.switch.alarm:
        yield warning(
            "pair in use",
            "The Partner API refused the pair before it, and this one took its place by itself.",
            f"Find out who revoked it; then take the alarm back at {PAGE}.",
        )
    if pairs.switch.freeze:
        freeze = pairs.switch.freeze
        yield error(
            "freeze",
            f"All calls have been stopped since {freeze.since_at:%Y-%m-%d %H:%M} UTC, by "
            f"{freeze.staff_name or 'the command line'}: nothing was asked.",
            f"Once the leak is dealt with, thaw at {PAGE} (or: {RESUME}), and run this again.",
        )


def _source(pairs: Pairs) -> Finding:
    hint = pairs.in_use.hint
    if pairs.is_unreadable:
        return error(
            "pair in use",
            f"The stored pair that should be in use cannot be opened: the environment's, {hint}, "
            "is used.",
            "Put the secret key it was sealed with into DASHBOARD_SECRET_KEY_FALLBACKS and "
            f"restart, or add the pair again at {PAGE}.",
        )
    if pairs.unused_hint:
        return ok(
            "pair in use",
            f"{hint}, stored here. The environment has another pair, {pairs.unused_hint}, which "
            "is not used.",
        )
    return ok("pair in use", f"{hint}, of the environment.")
