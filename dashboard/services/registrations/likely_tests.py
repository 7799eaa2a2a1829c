"""Emails that look like a test's are recognised here, and nowhere else."""

import re

from dashboard.text.emails import comparable

RESERVED = frozenset({"example.com", "example.net", "example.org"})  # RFC 2606: they reach no one
RESERVED_TOPS = frozenset({"example", "invalid", "localhost", "test"})
_WORD = re.compile(r"(?:^|[._+-])(?:qa|tests?)[0-9]*(?:$|[._+-])")


def looks_like_test(email: str, test_email: str) -> bool:
    """Return whether an email seems made up: a reserved domain, that of `test_email`, or a word."""
    local, _, domain = comparable(email).rpartition("@")
    parents = (domain, domain.partition(".")[2])
    return (
        not RESERVED.isdisjoint(parents)
        or domain.rpartition(".")[2] in RESERVED_TOPS
        or domain == comparable(test_email).rpartition("@")[2]
        or bool(_WORD.search(local))
    )
