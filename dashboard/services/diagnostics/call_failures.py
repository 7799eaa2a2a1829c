"""The doctor's words for a call that gave no list: what it means, and how to fix it."""

from dashboard.partner.errors import (
    CredentialsRefused,
    Forbidden,
    Malformed,
    NotFound,
    PartnerError,
    RateLimited,
    Unavailable,
    UnavailableKind,
)
from dashboard.services.diagnostics.findings import Finding, error

_UNREACHED: dict[UnavailableKind, tuple[str, str]] = {
    UnavailableKind.REFUSED_CONNECTION: (
        "Nothing listens at {url}: the connection was refused.",
        "Compare host and port of PARTNER_API_URL with Qash's; on this machine, start the service.",
    ),
    UnavailableKind.UNRESOLVED: (
        "DNS has no host with the name in {url}.",
        "Correct PARTNER_API_URL, or the name servers of this machine (getent hosts HOST).",
    ),
    UnavailableKind.TLS: (
        "{url} didn't prove its identity: no TLS, or a certificate that isn't valid here.",
        (
            "Correct the host in PARTNER_API_URL and this machine's clock. No proxy "
            "may open TLS in between. To see it: curl -v {url}"
        ),
    ),
    UnavailableKind.CONNECT_TIMEOUT: (
        "{url} didn't accept the connection within 2 s.",
        (
            "Open the firewall from this machine to that host and port. Ask Qash whether it "
            "needs your address."
        ),
    ),
    UnavailableKind.NETWORK: (
        "The connection to {url} broke off, or the response isn't HTTP.",
        "Run this again. If it continues, compare https or http and the port in PARTNER_API_URL.",
    ),
    UnavailableKind.DEADLINE: (
        "{url} sent no complete response within 5 s.",
        "Run this again. If it continues, the Partner API is too slow: tell Qash.",
    ),
    UnavailableKind.STATUS: (
        "The Partner API has an internal error: status {status}.",
        "Wait and run this again. If it continues, tell Qash (docs/runbook.md, Upstream down).",
    ),
}


def explain(failure: PartnerError, url: str) -> Finding:
    """Return the finding for a list that did not come."""
    said = f" It says: “{failure.reason}”" if failure.reason else ""
    request = f" (their request {failure.request_id})" if failure.request_id else ""
    match failure:
        case CredentialsRefused():
            check, found, cure = (
                "credentials",
                "The Partner API refuses the key and secret (401).",
                (
                    "PARTNER_API_KEY and PARTNER_API_SECRET must be one key pair of this "
                    "environment that hasn't been replaced: docs/runbook.md, Credentials refused."
                ),
            )
        case Forbidden():
            check, found, cure = (
                "credentials",
                "The list is refused with 403, which the Partner API isn't known to send.",
                "The key may lack a permission, or a gateway blocks this machine: ask Qash.",
            )
        case NotFound():
            check, found, cure = (
                "address",
                f"There is no Partner API under {url} (404).",
                "Set PARTNER_API_URL to the host only, without /api/v1/partner.",
            )
        case RateLimited():
            check, found, cure = (
                "limit",
                f"We sent the Partner API too many requests (429).{_wait(failure)}",
                "Wait and run this again.",
            )
        case Unavailable():
            check = "connection"
            found, cure = (
                text.format(url=url, status=failure.status) for text in _UNREACHED[failure.kind]
            )
        case Malformed():
            check, found, cure = "list shape", *_unreadable(failure)
        case _:
            check, found, cure = (
                "list",
                f"The Partner API refuses our request to list users (status {failure.status}).",
                (
                    "It may have other parameters: set PARTNER_LIST_PARAMS to the names in Qash's "
                    "API reference, such as limit=page_size."
                ),
            )
    return error(check, found + said + request, cure)


def _wait(failure: RateLimited) -> str:
    return f" It asks us to wait {failure.retry_after_s:.0f} s." if failure.retry_after_s else ""


def _unreadable(failure: Malformed) -> tuple[str, str]:
    if 300 <= (failure.status or 0) < 400:  # noqa: PLR2004  RFC 9110, 15.4
        return (
            f"PARTNER_API_URL redirects (status {failure.status}), and we send no secret there.",
            "Set PARTNER_API_URL to where the API itself is.",
        )
    found = "; ".join(map(str, failure.found))
    return (
        f"The user list has a shape we don't know: {found}.",
        (
            "No setting reads it. If that is the Partner API, report this line: its shape belongs "
            "in dashboard/partner/assumptions.py. Otherwise correct PARTNER_API_URL."
        ),
    )
