"""The doctor's checks of the API credentials: the pair in use, its origin, and the pause."""

from collections.abc import Iterator

from dashboard.services.credentials.overview import Pairs
from dashboard.services.diagnostics.findings import Finding, error, ok, warning

PAGE = "Settings, API credentials"
RESUME = "python -m dashboard credentials resume"


def examine_credentials(pairs: Pairs) -> Iterator[Finding]:
    """Report what the page shows. Makes no API call."""
    yield _source(pairs)
    if pairs.switch.alarm:
        yield warning(
            "pair in use",
            "The Partner API refused the earlier key pair, so we switched to this one.",
            f"Find out who revoked it, then dismiss the alert at {PAGE}.",
        )
    if pairs.switch.freeze:
        freeze = pairs.switch.freeze
        yield error(
            "freeze",
            f"API calls have been paused since {freeze.since_at:%Y-%m-%d %H:%M} UTC by "
            f"{freeze.staff_name or 'the command line'}, so nothing was checked.",
            f"When the leak is fixed, resume them at {PAGE} (or: {RESUME}) and run this again.",
        )


def _source(pairs: Pairs) -> Finding:
    hint = pairs.in_use.hint
    if pairs.is_unreadable:
        return error(
            "pair in use",
            f"The stored key pair that should be in use can't be decrypted, so the "
            f"environment's, {hint}, is used.",
            "Put the secret key that encrypted it into DASHBOARD_SECRET_KEY_FALLBACKS and "
            f"restart, or add the key pair again at {PAGE}.",
        )
    if pairs.unused_hint:
        return ok(
            "pair in use",
            f"{hint}, stored here. The environment has another key pair, {pairs.unused_hint}, "
            "which isn't used.",
        )
    return ok("pair in use", f"{hint}, from the environment.")
