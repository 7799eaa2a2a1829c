"""The doctor's check of the cookies that the log-in page sets."""

from collections.abc import Iterator, Sequence

from dashboard.services.diagnostics.findings import Finding, error, ok

FLAGS = {"secure": "Secure", "httponly": "HttpOnly"}


def examine_cookies(cookies: Sequence[str]) -> Iterator[Finding]:
    """Check the flags of each cookie (a `Set-Cookie` header)."""
    wrong = [sentence for cookie in cookies for sentence in _lacking(cookie)]
    yield from (
        error(
            "cookies",
            sentence,
            "Set PROXIES and DASHBOARD_ENVIRONMENT (docs/settings.md), and let no proxy change "
            "cookies.",
        )
        for sentence in wrong
    )
    if not wrong and cookies:
        yield ok("cookies", "Cookies are Secure, HttpOnly and SameSite.")
    elif not cookies:
        yield error(
            "cookies",
            "The log-in page sets no cookie, so no one can log in.",
            "Let the proxy pass on Set-Cookie.",
        )


def _lacking(cookie: str) -> Iterator[str]:
    named, *rest = (part.strip() for part in cookie.split(";"))
    name, given = named.partition("=")[0], {part.lower() for part in rest}
    lacking = [word for flag, word in FLAGS.items() if flag not in given]
    if not given & {"samesite=lax", "samesite=strict"}:
        lacking.append("SameSite")
    if lacking:
        yield f"The cookie {name} lacks {', '.join(lacking)}."
