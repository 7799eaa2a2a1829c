"""Changes to one's own account: name, language, time zone, theme, password."""

from dataclasses import asdict, dataclass, replace

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.auth import passwords
from dashboard.services.auth.login import LoginRefused
from dashboard.services.auth.password_rules import PasswordRules
from dashboard.services.auth.sessions import OpenSession, SessionOverError
from dashboard.services.auth.throttle import InSession, LoginThrottle, Throttled
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import REFUSALS
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.auth import one_time_links as links
from dashboard.store.auth import sessions
from dashboard.store.db.database import Database
from dashboard.store.staff import list_choices
from dashboard.store.staff import members as staff
from dashboard.store.staff.list_choices import ListChoices
from dashboard.store.staff.members import StaffMember
from dashboard.text.zones import find_zone

LANGUAGES = ("en", "es")
THEMES = ("light", "dark")
SHORTCUTS = ("on", "off")
TEST_USERS = ("shown", "hidden")


def find_lapsed(member: StaffMember) -> dict[str, str]:
    """Return the preferences that a person saved and that no longer exist, by their name."""
    saved = {
        "language": (member.language, member.language in LANGUAGES),
        "time_zone": (member.time_zone, find_zone(member.time_zone) is not None),
        "theme": (member.theme, member.theme in THEMES),
    }
    return {name: value for name, (value, exists) in saved.items() if value and not exists}


@dataclass(frozen=True)
class Preferences:
    """A person's choices; None leaves it to the browser, or the zone to the configuration."""

    name: str
    language: str | None
    time_zone: str | None
    theme: str | None
    shortcuts: bool  # of a single key
    hides_test_users: bool
    mail_on_hand_over: bool


@dataclass(frozen=True)
class Changed:
    """The password has changed, and all sessions of the person have ended."""

    staff: StaffMember


class Account:
    """Changes a person's own row."""

    def __init__(
        self,
        database: Database,
        chain: Chain,
        tries: LoginThrottle,
        rules: PasswordRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._tries = tries
        self._rules = rules

    def save(self, member: StaffMember, wanted: Preferences, actor: Actor) -> None:
        """Save the person's choices. Unchanged ones are not recorded."""
        chosen = asdict(wanted)
        changed = [name for name, value in chosen.items() if getattr(member, name) != value]
        if not changed:
            return
        names = {"old_name": member.name, "new_name": wanted.name} if "name" in changed else {}
        with self._database.write() as connection:
            self._recorder.record(
                connection,
                Action.ACCOUNT_CHANGE,
                actor,
                Subject("staff", member.id),
                details={"changed": ",".join(changed), **names},
            )
            staff.set_preferences(connection, member.id, **chosen)

    def choose_list(self, member: StaffMember, wanted: ListChoices, actor: Actor) -> None:
        """Save how the person sees the list of users. Nothing new is not recorded."""
        if wanted == member.list_choices:
            return
        with self._database.write() as connection:
            self._recorder.record(
                connection,
                Action.ACCOUNT_CHANGE,
                actor,
                Subject("staff", member.id),
                details={"changed": "list"},
            )
            list_choices.put(connection, member.id, wanted)

    def hide_test_users(self, member: StaffMember, actor: Actor, *, hides: bool) -> None:
        """Hide test users from the person, or show them. Nothing new is not recorded."""
        if hides == member.hides_test_users:
            return
        with self._database.write() as connection:
            self._recorder.record(
                connection,
                Action.ACCOUNT_CHANGE,
                actor,
                Subject("staff", member.id),
                details={"changed": "hides_test_users"},
            )
            list_choices.hide_test_users(connection, member.id, hides=hides)

    def change_password(
        self, session: OpenSession, current: str, new: str, actor: Actor
    ) -> Changed | LoginRefused | Throttled:
        """Replace the password of the session's owner; tries count as confirmations do.

        Raises:
            SessionOverError: they were disabled, or the password was replaced, meanwhile.
            StoreError: nothing can be recorded, so nothing was changed.
            WeakPasswordError: the rules refuse the new one.

        """
        member, source = session.staff, InSession(session.staff.id, session.id_hash)
        accepted = self._rules.accept(new, email=member.email, name=member.name)
        if limited := self._tries.hit(source):
            if limited.is_first:
                self._refuse(member, actor, cause="limit")
            return limited
        if not passwords.verify(member.password_hash, current):
            self._refuse(member, actor, cause="password")
            return LoginRefused()
        password_hash = passwords.hash_password(accepted)
        with self._database.write() as connection:
            now = staff.find_by_id(connection, member.id)
            if now is None or not now.active or now.password_hash != member.password_hash:
                raise SessionOverError
            staff.set_password(connection, member.id, password_hash)
            sessions.remove_of(connection, member.id)
            links.remove_unused(connection, member.id)
            self._recorder.record(
                connection,
                Action.ACCOUNT_PASSWORD,
                actor,
                Subject("staff", member.id),
                details={"address": actor.address},
            )
        self._tries.reset(source)
        return Changed(replace(now, password_hash=password_hash))

    def _refuse(self, member: StaffMember, actor: Actor, *, cause: str) -> None:
        with self._database.write() as connection:
            self._recorder.note(
                connection,
                Action.ACCOUNT_PASSWORD,
                actor,
                Subject("staff", member.id),
                Outcome.REJECTED,
                REFUSALS,
                details={"address": actor.address, "cause": cause},
            )
