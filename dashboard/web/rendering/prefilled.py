"""Addresses that open a message in the colleague's own program, filled in."""

from urllib.parse import quote, urlencode

from flask import Flask

from dashboard.services.contacts.ways import can_get_mail
from dashboard.services.texts.texts import Message
from dashboard.text.phones import PhoneError, e164


def init_prefilled(app: Flask) -> None:
    """Give templates these addresses, and say which emails mail can be sent to."""
    app.jinja_env.globals.update(
        can_get_mail=can_get_mail, mailto_address=_mailto, whatsapp_address=_whatsapp
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
