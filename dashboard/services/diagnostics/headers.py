"""The doctor's checks of the security headers, as browsers get them."""

import re
from collections.abc import Iterator
from email.message import Message

from dashboard.services.diagnostics.findings import Finding, error, ok

HSTS = "Strict-Transport-Security"
HALF_A_YEAR_S = 15_768_000
POLICY = "Content-Security-Policy"
STRICT = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
LOOSE = ("unsafe-inline", "unsafe-eval", "*", "http:", "data:")
OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
OURS = "X-Dashboard"
CURE = "Let the proxy pass on our headers, and add none of its own (docs/deploy/nginx.conf)."


def examine_headers(headers: Message) -> Iterator[Finding]:
    """Check that each header is there once, and as strict as the dashboard sends it."""
    wrong = [*_repeated(headers), *_hsts(headers), *_policy(headers), *_others(headers)]
    yield from (error("headers", sentence, CURE) for sentence in wrong)
    if not wrong:
        yield ok("headers", "HSTS, the content security policy and the other headers arrive.")


def _repeated(headers: Message) -> Iterator[str]:
    for name in (HSTS, POLICY, *OTHERS, OURS):
        if len(headers.get_all(name) or []) > 1:
            yield f"{name} comes twice, and browsers choose one."


def _hsts(headers: Message) -> Iterator[str]:
    told = headers.get(HSTS)
    if told is None:
        yield f"{HSTS} is missing: set PROXIES, so that we know that browsers use https."
        return
    age = re.search(r"max-age=\"?([0-9]{1,12})", told)
    if age is None or int(age[1]) < HALF_A_YEAR_S:
        yield f"{HSTS} lasts less than half a year: {told}"


def _policy(headers: Message) -> Iterator[str]:
    policy = headers.get(POLICY, "")
    if not policy:
        yield f"{POLICY} is missing."
        return
    if lacking := [part for part in STRICT if part not in policy]:
        yield f"{POLICY} lacks {'; '.join(lacking)}."
    if allowed := [part for part in LOOSE if part in policy]:
        yield f"{POLICY} allows {', '.join(allowed)}."


def _others(headers: Message) -> Iterator[str]:
    for name, value in OTHERS.items():
        if (told := headers.get(name)) != value:
            yield f"{name} is {told or 'missing'}, and should be {value}."
    if OURS not in headers:
        yield f"{OURS} is missing: no page updates without it."
