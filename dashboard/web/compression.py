"""Compression of pages; ADR 29 explains what their length could reveal."""

import gzip

from flask import Response, request

SMALLEST = 1024
LEVEL = 4


def compress(response: Response) -> None:
    """Compress a page in answer to GET; one-time secrets are in answers to POST."""
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
