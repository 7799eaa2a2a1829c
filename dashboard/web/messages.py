"""The text for a user, for staff who may write to users."""

from flask import request

from dashboard.services.permissions import Permission
from dashboard.services.texts.texts import Message, find_language
from dashboard.services.users.record import UserRecord
from dashboard.web.context import services, signed_in
from dashboard.web.sight import sees_kyc_links


def find_message(record: UserRecord) -> Message | None:
    """Return the text for a user, in the language of `?say=` if there is one.

    It may hold a name and a link: None for staff who may not write to users or see links.
    """
    if not (signed_in().may(Permission.NOTES_WRITE) and sees_kyc_links()):
        return None
    return services().texts.texts.message(record, find_language(request.args.get("say")))
