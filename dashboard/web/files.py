"""The answer that gives out a file."""

from flask import Response

from dashboard.services.files.order import Export
from dashboard.services.files.tables import Format
from dashboard.web.context import settings

FILE_COOKIE_S = 60
MIMETYPES = {Format.CSV: "text/csv", Format.JSON_LINES: "application/jsonl"}


def give(export: Export, name: str, mimetype: str) -> Response:
    """Return the answer that gives out a file under this name."""
    response = Response(export.parts, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.set_cookie(  # for static/app-net.js: the file has begun to come
        f"__Host-dashboard-{settings().environment}-file",
        f"{export.at:%Y%m%d%H%M%S%f}",
        max_age=FILE_COOKIE_S,
        path="/",
        secure=True,
        samesite="Strict",
    )
    return response
