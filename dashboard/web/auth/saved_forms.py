"""Typed forms that could not be sent, kept between a request and the page that shows them again."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from dashboard.forms.query import KEPT_PARAM
from dashboard.services.auth.saved_forms import KeptForm
from dashboard.web.auth.saved_fields import kept_of
from dashboard.web.context import find_current_user, services
from dashboard.web.htmx import shown_page
from dashboard.web.routing import find_policy
from dashboard.web.security.redirects import split_address

KEEP, SENT_TO = (
    "kept.keep",
    "sent_to",
)  # views/auth/saved_forms.py: a page brings what another route would get
# Never kept: proofs of identity, values that each form gets new, values typed each time.
SECRET = frozenset(
    {
        "answer",
        "api_key",
        "api_secret",
        "code",
        "confirm",
        "csrf_token",
        "intent",
        "pending",
        "privy_token",
        SENT_TO,
    }
)


def init_kept(app: Flask) -> None:
    """Let pages say that a form was not sent yet, and the log-in page that it is kept."""
    app.jinja_env.globals.update(find_not_sent=find_not_sent, is_kept=is_kept)


def keep(staff_id: int, ended: str | None = None) -> str | None:
    """Keep the form of this request; return where its owner finds it again.

    None is the answer for what no page of ours shows again. `ended` is the session that came to
    its end: one form is kept of it.
    """
    endpoint, arguments = _sent_to()
    page = _page(endpoint, arguments)
    if page is None:
        return None
    sent = ((n, v) for n, v in request.form.items(multi=True) if not is_secret(n))
    path, _, query = page.partition("?")
    form = KeptForm(str(endpoint), kept_of(endpoint, sent))
    handle = services().auth.saved_forms.keep(staff_id, path, form, ended=ended)
    if handle is None:
        return None
    others = [(name, value) for name, value in parse_qsl(query) if name != KEPT_PARAM]
    return f"{path}?{urlencode([*others, (KEPT_PARAM, handle)])}"


def restore_form(endpoint: str) -> MultiDict[str, str] | None:
    """Return the owner's kept fields of the form that is sent to this endpoint, None for nothing.

    The kept form is gone then, so call this last, when nothing can fail any more.
    """
    kept = _kept()
    if kept is None or kept.sent_to != endpoint or not kept.fields:
        return None
    g.is_typed_shown = True
    return MultiDict(kept.fields)


def find_not_sent() -> str | None:
    """Return the notice about a form that was not sent: `kept`, `again`, or None."""
    if _kept() is None:
        return None
    return "kept" if g.get("is_typed_shown") else "again"


def is_kept(path: str | None) -> bool:
    """Return whether a kept form waits on a page for its owner."""
    parts = split_address(path or "")
    return parts is not None and KEPT_PARAM in dict(parse_qsl(parts.query))


def is_secret(name: str) -> bool:
    """Return whether a field is never kept."""
    return name in SECRET or "password" in name


def _sent_to() -> tuple[str | None, Mapping[str, Any]]:
    """Return the form's destination: this address, or the one that the page names."""
    if request.endpoint != KEEP:
        return request.endpoint, request.view_args or {}
    try:
        return current_app.url_map.bind("").match(request.form.get(SENT_TO, ""), method="POST")
    except HTTPException:
        return None, {}


def _page(endpoint: str | None, arguments: Mapping[str, Any]) -> str | None:
    """Return the page that shows the form: as the browser shows it now, else as it opens."""
    policy = find_policy(current_app, endpoint)
    if policy is None or policy.form_at is None:
        return None
    rule = next(current_app.url_map.iter_rules(policy.form_at))
    path = url_for(policy.form_at, **{name: arguments[name] for name in rule.arguments})
    shown = shown_page() or ""
    return shown if shown.partition("?")[0] == path else path


def _kept() -> KeptForm | None:
    if "kept_form" not in g:
        g.kept_form = None
        handle, person = request.args.get(KEPT_PARAM), find_current_user()
        if handle and person and request.method == "GET":
            saved_forms = services().auth.saved_forms
            g.kept_form = saved_forms.take(handle, person.staff.id, request.path)
    kept: KeptForm | None = g.kept_form
    return kept
