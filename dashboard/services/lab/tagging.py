"""Users that the lab and its scenarios register carry the tag of test users."""

from datetime import datetime
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.db.database import Transaction
from dashboard.store.tags import tags


def tag_as_test(
    transaction: Transaction, recorder: AuditRecorder, user_id: UUID, actor: Actor, at: datetime
) -> None:
    """Set the tag on a user who does not have it, as one event."""
    every, ids = tags.beside(transaction, user_id)
    for tag in every:
        if tag.is_test and tag.id not in ids:
            recorder.append_bounded(  # as many as registrations
                transaction,
                Action.TAGS_SET,
                actor,
                Subject.user(user_id),
                details={"tag": tag.name, "tag_id": tag.id},
            )
            tags.put(transaction, user_id, tag, actor.staff_id, at)
