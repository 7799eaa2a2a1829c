"""Masking of users' personal data: people without the permission get it masked in the source."""

from urllib.parse import quote
from uuid import UUID

from flask import Flask
from markupsafe import Markup

from dashboard.services.masking import inquiries as kyc_secrets
from dashboard.services.masking import personal
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.web.context import settings
from dashboard.web.rendering.filters import breakable, indented, isolated
from dashboard.web.sight import is_revealed, sees_kyc_links, sees_personal


def init_personal(app: Flask) -> None:
    """Give templates the permissions to see data, and the filters that mask it."""
    app.jinja_env.globals.update(
        is_revealed=is_revealed,
        kyc_link=kyc_link,
        sees_kyc_links=sees_kyc_links,
        sees_personal=sees_personal,
        ticket_address=ticket_address,
    )
    app.jinja_env.filters.update(
        answer_json=_answer_json, inquiry=_inquiry, personal=_personal, quoted=_quoted
    )


def kyc_link(inquiry: Inquiry | None) -> str | None:
    """Return an inquiry's verification link, if it is one and the person may see it."""
    if not inquiry or not sees_kyc_links():
        return None
    url = inquiry.verification_url
    return url if settings().kyc_links.is_link(url, inquiry.inquiry_id) else None


def ticket_address(ticket: str) -> str | None:
    """Return where a ticket is, if tickets are links and the person may see the whole number."""
    url = settings().ticket_url
    whole = sees_personal() or ticket == personal.without_personal(ticket)
    if not url or not whole or not ticket.strip("."):
        return None
    return url.replace("{ticket}", quote(ticket, safe=""))


def _personal(value: str, user_id: UUID | None = None) -> str:
    return value if sees_personal(user_id) else personal.masked(value)


def _inquiry(inquiry_id: str, user_id: UUID) -> str:
    sees = sees_kyc_links() or is_revealed(user_id)
    return inquiry_id if sees else kyc_secrets.masked_inquiry(inquiry_id)


def _quoted(text: object, *, whole: bool = False) -> Markup:
    """Return foreign text, which may name a person: masked and isolated."""
    shown = str(text) if sees_kyc_links() else kyc_secrets.without_inquiries(str(text))
    shown = shown if sees_personal() else personal.without_personal(shown)
    return breakable(shown) if whole else isolated(shown)


def _answer_json(raw: str, user_id: UUID) -> str:
    shown = raw if sees_personal(user_id) else personal.masked_answer(raw)
    return indented(shown if sees_kyc_links() else kyc_secrets.answer_without_inquiries(shown))
