"""What the demo's admin has done: notes, an owner, tags and contacts of the newest who wait."""

from contextlib import closing
from itertools import islice

from dashboard.config.settings import load_config
from dashboard.partner.list_filters import UserQuery
from dashboard.services.actors import Actor, Via
from dashboard.services.contacts.log import ContactKind, NewContact
from dashboard.services.owners.ownership import OwnerChange
from dashboard.services.readers import OF_ME
from dashboard.services.registry import Services
from dashboard.services.users.listing import ListedUser
from dashboard.store.db.database import Database
from dashboard.wiring import build_services

_STORIES = (
    ("Asked for a new link by chat. Prefers a call after 16:00.", "vip"),
    ("Says the app has not asked for verification yet. Will look again today.", "vip"),
    ("Made for the tests of our own app.", "test"),
)
_CONTACTS = (ContactKind.WROTE, ContactKind.CALLED_NO_ANSWER, ContactKind.CALLED_NO_ANSWER)


def leave_stories(email: str) -> None:
    """Create the stories, as if the member of staff with this email had used the pages.

    What is there from a start that was cut short stays as it is.

    Raises:
        PartnerError: the API gave no list.

    """
    config = load_config()
    with closing(Database(config.database_url)) as database:
        services = build_services(config, database)
        if member := services.staff.members.find(email):
            _leave(services, member.id)


def _leave(services: Services, staff_id: int) -> None:
    by = Actor(staff_id, via=Via.COMMAND_LINE, sees_personal=True)
    services.tags.list.create("vip", "purple", by)
    tags = {tag.name: tag.id for tag in services.tags.list.every()}
    found = services.users.api.search(UserQuery(status="pending"))
    users = (row.user for row in found.rows if isinstance(row, ListedUser))
    for user, (note, tag) in zip(islice(users, len(_STORIES)), _STORIES, strict=False):
        services.tags.users.change(user.id, {tags[tag]}, set(), by)
        if not services.notes.of_user(user.id, staff_id).notes:
            services.notes.add(by, user.id, note)
        if not services.contacts.log.of_user(user.id, staff_id).last:
            for kind in _CONTACTS:
                services.contacts.log.add(user.id, staff_id, NewContact(kind))
        if tag != "test":
            services.owners.ownership.change(user.id, OwnerChange(OF_ME, None), by)
