"""The simulator's own pages: plain HTML in a common frame, without scripts or styles."""

from flask import Response, make_response, render_template_string

_FRAME = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} (stand-in)</title></head>
<body>
<main>
<h1>{{ title }}</h1>
%s
</main>
</body>
</html>
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def page(title: str, body: str, status: int, **shown: object) -> Response:
    """Return a page; `body` is a template of ours."""
    text = render_template_string(_FRAME % body, title=title, **shown)
    return make_response(text, status, _HEADERS)
