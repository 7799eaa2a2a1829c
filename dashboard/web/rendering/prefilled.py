"""Addresses that open a message in the colleague's own program, filled in."""

from urllib.parse import quote, urlencode

from flask import Flask

from dashboard.services.texts.texts import Message
from dashboard.text.emails import is_email
from dashboard.text.phones import PhoneError, e164


def init_prefilled(app: Flask) -> None:
    """Give templates these addresses, and what an email address is."""
    app.jinja_env.globals.update(
        is_email=is_email, mailto_address=_mailto, whatsapp_address=_whatsapp
    )


def _mailto(email: str, message: Message) -> str:
    body = message.body.replace("\n", "\r\n")
    filled = urlencode({"subject": message.subject, "body": body}, quote_via=quote)
    return f"mailto:{quote(email, safe='@')}?{filled}"


def _whatsapp(phone: str | None, message: Message) -> str | None:
    """Return the address, None for what is no whole phone number."""
    try:
        digits = e164(phone or "").lstrip("+")
    except PhoneError:
        return None
    return f"https://wa.me/{digits}?{urlencode({'text': message.body}, quote_via=quote)}"
