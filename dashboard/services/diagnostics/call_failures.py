"""The doctor's words for a call that gave no list: what it means, and its cure."""

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
        "DNS knows no host of the name in {url}.",
        "Correct PARTNER_API_URL, or the name servers of this machine (getent hosts HOST).",
    ),
    UnavailableKind.TLS: (
        "{url} did not prove who it is: no TLS, or a certificate that is not valid here.",
        (
            "Correct the host in PARTNER_API_URL and this machine's clock. A proxy that opens TLS "
            "cannot stand in between. See it with: curl -v {url}"
        ),
    ),
    UnavailableKind.CONNECT_TIMEOUT: (
        "{url} did not take the connection within 2 s.",
        (
            "Let this machine out through the firewall to that host and port; ask Qash whether it "
            "has to know your address."
        ),
    ),
    UnavailableKind.NETWORK: (
        "The connection to {url} broke off, or what answers is not HTTP.",
        "Run this again. If it stays, compare https or http and the port in PARTNER_API_URL.",
    ),
    UnavailableKind.DEADLINE: (
        "{url} gave no whole answer within 5 s.",
        "Run this again. If it stays, the Partner API is too slow: tell Qash.",
    ),
    UnavailableKind.STATUS: (
        "The Partner API has a fault of its own: status {status}.",
        "Wait and run this again. If it stays, tell Qash (docs/runbook.md, Upstream down).",
    ),
}


def explain(failure: PartnerError, url: str) -> Finding:
    """Return what kept the list from coming."""
    said = f" It says: “{failure.reason}”" if failure.reason else ""
    request = f" (their request {failure.request_id})" if failure.request_id else ""
    match failure:
        case CredentialsRefused():
            check, found, cure = (
                "credentials",
                "The Partner API refuses the key and secret (401).",
                (
                    "PARTNER_API_KEY and PARTNER_API_SECRET must be one pair, of this environment, "
                    "and not rotated since: docs/runbook.md, Credentials refused."
                ),
            )
        case Forbidden():
            check, found, cure = (
                "credentials",
                "Something answers 403 to the list, which the Partner API is not known to do.",
                "The key may lack a right, or a gateway does not let this machine in: ask Qash.",
            )
        case NotFound():
            check, found, cure = (
                "address",
                f"There is no Partner API under {url} (404).",
                "PARTNER_API_URL is the host alone, without /api/v1/partner.",
            )
        case RateLimited():
            check, found, cure = (
                "limit",
                f"The Partner API has had too many requests from us (429).{_wait(failure)}",
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
                f"The Partner API refuses to list users as we ask (status {failure.status}).",
                (
                    "It may know other parameters: set PARTNER_LIST_PARAMS to the names in Qash's "
                    "API reference, such as limit=page_size."
                ),
            )
    return error(check, found + said + request, cure)


def _wait(failure: RateLimited) -> str:
    return f" It asks for {failure.retry_after_s:.0f} s." if failure.retry_after_s else ""


def _unreadable(failure: Malformed) -> tuple[str, str]:
    if 300 <= (failure.status or 0) < 400:  # noqa: PLR2004  RFC 9110, 15.4
        return (
            f"PARTNER_API_URL leads elsewhere (status {failure.status}), where no secret is sent.",
            "Set PARTNER_API_URL to where the API itself is.",
        )
    found = "; ".join(map(str, failure.found))
    return (
        f"The list of users came in a shape we do not know: {found}.",
        (
            "No setting reads it. If that is the Partner API, report this line: its shape belongs "
            "into dashboard/partner/assumptions.py. If it is not, correct PARTNER_API_URL."
        ),
    )
