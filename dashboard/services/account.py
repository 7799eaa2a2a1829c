"""What people change about themselves: name, language, time zone, theme, password."""

from dataclasses import asdict, dataclass, replace

from dashboard.services import passwords
from dashboard.services.audit import Action
from dashboard.services.auth import Refused
from dashboard.services.own_changes import OwnChanges
from dashboard.services.ports import Clock
from dashboard.services.sessions import SessionOverError
from dashboard.services.tries import Limited, Tries
from dashboard.store import links, sessions, staff
from dashboard.store.audit import Chain, Outcome
from dashboard.store.database import Database
from dashboard.store.staff import StaffMember

LANGUAGES = ("en", "es")
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Preferences:
    """What a person chose; None leaves it to the browser, or the zone to the configuration."""

    name: str
    language: str | None
    time_zone: str | None
    theme: str | None


@dataclass(frozen=True)
class Changed:
    """The password is a new one, and every session of the person is over."""

    staff: StaffMember


class Account:
    """Changes a person's own row."""

    def __init__(self, database: Database, chain: Chain, tries: Tries, clock: Clock) -> None:
        self._database = database
        self._changes = OwnChanges(chain, clock)
        self._tries = tries

    def save(self, member: StaffMember, wanted: Preferences, *, request_id: str) -> None:
        """Keep what the person chose. What stays as it was is not recorded."""
        chosen = asdict(wanted)
        changed = [name for name, value in chosen.items() if getattr(member, name) != value]
        if not changed:
            return
        is_renamed = "name" in changed
        with self._database.write() as connection:
            self._changes.record(
                connection,
                Action.ACCOUNT_CHANGE,
                member,
                request_id,
                changed=",".join(changed),
                old_name=member.name if is_renamed else None,
                new_name=wanted.name if is_renamed else None,
            )
            staff.set_preferences(connection, member.id, **chosen)

    def change_password(
        self, member: StaffMember, current: str, new: str, *, address: str, request_id: str
    ) -> Changed | Refused | Limited:
        """Replace the password; tries count as those of the log-in do.

        Raises:
            SessionOverError: they were disabled, or the password was replaced, meanwhile.
            StoreError: nothing can be recorded, so nothing was changed.
            WeakPasswordError: the new one is too short or too long.

        """
        if limited := self._tries.count(member.email, address):
            if limited.is_first:
                self._refuse(member, address, request_id, cause="limit")
            return limited
        if not passwords.verify(member.password_hash, current):
            self._refuse(member, address, request_id, cause="password")
            return Refused()
        password_hash = passwords.hash_password(new)
        with self._database.write() as connection:
            now = staff.find_by_id(connection, member.id)
            if now is None or not now.active or now.password_hash != member.password_hash:
                raise SessionOverError
            staff.set_password(connection, member.id, password_hash)
            sessions.remove_of(connection, member.id)
            links.remove_unused(connection, member.id)
            self._changes.record(
                connection, Action.ACCOUNT_PASSWORD, member, request_id, address=address
            )
        self._tries.forgive(member.email, address)
        return Changed(replace(now, password_hash=password_hash))

    def _refuse(self, member: StaffMember, address: str, request_id: str, *, cause: str) -> None:
        with self._database.write() as connection:
            self._changes.record(
                connection,
                Action.ACCOUNT_PASSWORD,
                member,
                request_id,
                Outcome.REJECTED,
                address=address,
                cause=cause,
            )
