"""Pages are sent compressed; what may be read off their length is in ADR 29."""

import gzip

from flask import Response, request

SMALLEST = 1024
LEVEL = 4


def compress(response: Response) -> None:
    """Compress a page that was asked for by GET; one-time secrets are in answers to POST."""
    response.vary.add("Accept-Encoding")
    if (
        request.method == "GET"
        and response.mimetype == "text/html"
        and response.is_sequence
        and request.accept_encodings["gzip"] > 0
    ):
        page = response.get_data()
        if len(page) >= SMALLEST:
            response.set_data(gzip.compress(page, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
