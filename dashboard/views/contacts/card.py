"""A printable card with a user's verification link: one A5 page, in one language."""

from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from dashboard.services.contacts.ways import Way
from dashboard.services.permissions import Permission
from dashboard.services.texts.texts import find_language
from dashboard.views.contacts import blueprint
from dashboard.web.context import actor, services, settings
from dashboard.web.htmx import respond
from dashboard.web.routing import route
from dashboard.web.sight import sees_kyc_links


@route(blueprint, "/users/<uuid:user_id>/card", access=Permission.NOTES_WRITE)
def show_card(user_id: UUID) -> ResponseReturnValue:
    """Show the card of a user who was last seen pending and whose link we hold. No API call."""
    if Way.CARD not in settings().contact_ways or not sees_kyc_links():
        abort(404)
    services().users.openings.count(actor(), user_id, follows=False)
    language = find_language(request.args.get("say"))
    card = services().texts.cards.find(user_id, language)
    if card is None:
        abort(404)
    return respond("contacts/card.html", fragments={}, user_id=user_id, card=card)
