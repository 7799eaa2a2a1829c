"""The kind of job that gives users another owner."""

from collections.abc import Collection, Mapping
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult
from dashboard.services.jobs.local import NOW, numbered
from dashboard.services.owners.ownership import Given, OwnerChange, Ownership
from dashboard.services.selections.selections import SelectedUser
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.rows import NewRow
from dashboard.store.jobs.states import RowState

ENDS: Mapping[Given, tuple[RowState, str]] = {
    Given.DONE: (RowState.DONE, "owner_set"),
    Given.ALREADY: (RowState.ALREADY, "owner_already"),
    Given.OVERTAKEN: (RowState.REFUSED, "owner_overtaken"),
    Given.CANNOT_OWN: (RowState.REFUSED, "cannot_own"),
    Given.NO_NOTE: (RowState.REFUSED, "no_note"),
    Given.NO_SUCH_USER: (RowState.REFUSED, "no_such_user"),
}


def rows_to_own(
    users: Collection[SelectedUser], owner_ids: Mapping[UUID, int], to: str, note: str
) -> list[NewRow]:
    """Return the rows of a job that makes `to` the owner; `owner_ids` are the owners until now.

    `to` and `note` are as in `OwnerChange`.
    """

    def content(user: SelectedUser) -> dict[str, str | None]:
        seen = owner_ids.get(user.user_id)
        return {"to": to, "seen": str(seen) if seen else None, "note": note}

    return numbered(users, content)


class SetOwnerKind:
    """Changes the owner of the user of each row, as their page does."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership

    def run(
        self,
        row: DueRow,
        intent: Intent,  # noqa: ARG002  a second try finds the owner as wanted
        actor: Actor,
        is_still_wanted: StillWanted,
    ) -> RowResult:
        """Change the owner of a user."""
        if row.user_id is None:
            return RowEnd(RowState.REFUSED, "no_such_user")
        content = row.content
        seen = int(content["seen"]) if content["seen"] else None
        wanted = OwnerChange(content["to"] or "", seen, content["note"] or "")
        given = self._ownership.change_if(row.user_id, wanted, actor, is_still_wanted)
        if given is Given.WITHDRAWN:
            return Later(NOW)
        state, detail = ENDS[given]
        return RowEnd(state, detail, row.user_id)
