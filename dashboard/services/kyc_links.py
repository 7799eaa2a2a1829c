"""The one judge of verification links: whether an address is one, and for which inquiry.

A verification link is `https://<a host of KYC_LINK_HOSTS>/<path>?inquiry-id=<its inquiry>` and
nothing else. Another parameter could open someone else's template at the identity provider.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.text import limits

_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)*/?")
_QUERY = re.compile(r"inquiry-id=([A-Za-z0-9_-]+)")
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class KycLinks:
    """Recognises verification links by `hosts`; `local_origin` is also allowed, such as `http://127.0.0.1:5001`."""

    hosts: tuple[str, ...]
    local_origin: str | None = None

    def find_inquiry(self, url: str) -> str | None:
        """Return the ID of the inquiry that a verification link is of, None for any other text."""
        if len(url) > limits.URL or not _PLAIN.fullmatch(url) or "#" in url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:  # such as http://[
            return None
        # The whole authority is compared, so that it holds no port and no user.
        is_known = parts.scheme == "https" and parts.netloc.lower() in self.hosts
        if not is_known and f"{parts.scheme}://{parts.netloc}" != self.local_origin:
            return None
        named = _QUERY.fullmatch(parts.query)
        if named is None or not _PATH.fullmatch(parts.path) or len(named[1]) > limits.INQUIRY_ID:
            return None
        return named[1]

    def is_link(self, url: str | None, inquiry_id: str | None) -> bool:
        """Return whether this is the verification link of this inquiry."""
        return bool(url and inquiry_id) and self.find_inquiry(url or "") == inquiry_id
