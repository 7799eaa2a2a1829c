"""The kind of job that sets tags on users, and takes others off."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult
from dashboard.services.jobs.local import NOW, numbered
from dashboard.services.seen import NeverSeenError
from dashboard.services.selections.selections import SelectedUser
from dashboard.services.tags.user_tags import TagsChanged, UserTags
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.rows import NewRow
from dashboard.store.jobs.states import RowState


def rows_to_tag(
    users: Collection[SelectedUser], add: AbstractSet[int], remove: AbstractSet[int]
) -> list[NewRow]:
    """Return the rows of a job that sets and takes off tags, which are given by their numbers."""
    content = {"add": _written(add), "remove": _written(remove)}
    return numbered(users, lambda _user: content)


class SetTagsKind:
    """Changes the tags of the user of each row, as their page does."""

    def __init__(self, tags: UserTags) -> None:
        self._tags = tags

    def run(
        self,
        row: DueRow,
        intent: Intent,  # noqa: ARG002  a second try finds the tags as they are wanted
        actor: Actor,
        is_still_wanted: StillWanted,
    ) -> RowResult:
        """Change the tags of a user."""
        if row.user_id is None:
            return RowEnd(RowState.REFUSED, "no_such_user")
        add, remove = _read(row.content["add"]), _read(row.content["remove"])
        try:
            changed = self._tags.change_if(row.user_id, add, remove, actor, is_still_wanted)
        except NeverSeenError:
            return RowEnd(RowState.REFUSED, "no_such_user")
        match changed:
            case TagsChanged.YES:
                return RowEnd(RowState.DONE, "tagged", row.user_id)
            case TagsChanged.NOTHING:
                return RowEnd(RowState.ALREADY, "tagged_already", row.user_id)
            case TagsChanged.WITHDRAWN:
                return Later(NOW)
            case TagsChanged.NO_SUCH_TAG:
                return RowEnd(RowState.REFUSED, "no_such_tag", row.user_id)


def _written(numbers: AbstractSet[int]) -> str:
    return " ".join(str(each) for each in sorted(numbers))


def _read(text: str | None) -> frozenset[int]:
    return frozenset(int(each) for each in (text or "").split())
