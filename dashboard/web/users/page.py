"""What the page of a user shows beside the API's facts."""

from typing import Any

from flask import request

from dashboard.services.permissions import Permission
from dashboard.services.texts.texts import Message, find_language
from dashboard.services.users.record import UserRecord
from dashboard.web.context import services, signed_in
from dashboard.web.rendering.notes import notes_card
from dashboard.web.sight import sees_kyc_links


def user_parts(record: UserRecord) -> dict[str, Any]:
    """Return the values of the page's parts, by the names that its templates use."""
    user_id, reader = record.user.id, signed_in().staff.id
    return {
        "record": record,
        "tags": services().tags.users.of(user_id),
        "follow_up": services().owners.ownership.open(user_id, reader),
        "notes": notes_card(user_id),
        "contacts": services().contacts.log.of_user(user_id, reader),
        "message": find_message(record),
    }


def find_message(record: UserRecord) -> Message | None:
    """Return the text for a user, in the language of `?say=` if there is one.

    It may hold a name and a link: None for staff who may not write to users or see links.
    """
    if not may_write():
        return None
    return services().texts.texts.message(
        record.user, record.next_step, find_language(request.args.get("say"))
    )


def may_write() -> bool:
    """Return whether the person may see messages to users, with their links."""
    return signed_in().may(Permission.NOTES_WRITE) and sees_kyc_links()
