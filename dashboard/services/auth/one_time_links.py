"""One-time links: log-in for people who have no password yet, or no longer (ADR 8).

A link is 256 random bits of which we keep the hash. Looking at it changes nothing, for mail
scanners look too; setting a password with it uses it up.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dashboard.crypto.hashing import hash_secret
from dashboard.services.actions import Action
from dashboard.services.auth.login import LoggedIn, LoginRefused
from dashboard.services.auth.password_rules import PasswordRules
from dashboard.services.auth.passwords import NewPassword, hash_password
from dashboard.services.auth.throttle import FromOutside, LoginThrottle, Stranger, Throttled
from dashboard.services.clocks import is_open, latest_end
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import STRANGERS, VISITS
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.auth import one_time_links as links
from dashboard.store.auth import sessions
from dashboard.store.auth.one_time_links import LinkKind, OpenLink, StaffLink
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

LINK_TTL = {LinkKind.INVITE: timedelta(hours=48), LinkKind.RESET: timedelta(hours=24)}
KEPT_FOR = timedelta(days=90)  # after its end


@dataclass(frozen=True)
class OneTimeLink:
    """A link to hand over, shown once."""

    member: StaffMember
    kind: LinkKind
    expires_at: datetime
    token: str = field(repr=False)


def make_link(
    connection: Transaction, member: StaffMember, *, created_by: int | None, at: datetime
) -> OneTimeLink:
    """Make a member's link; an earlier one stops working."""
    never_came = not member.password_hash and member.seen_at is None
    kind = LinkKind.INVITE if never_came else LinkKind.RESET
    made = OneTimeLink(member, kind, at + LINK_TTL[kind], secrets.token_urlsafe(32))
    links.remove_unused(connection, member.id)
    links.add(connection, hash_secret(made.token), member.id, kind, created_by, at, made.expires_at)
    return made


def every_open(connection: Transaction, now: datetime) -> dict[int, OpenLink]:
    """Return, for each member with a link that can be used, that link."""
    return links.every_open(connection, now, latest_end(now, max(LINK_TTL.values())))


class OneTimeLinks:
    """Log-in by one-time links."""

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
        self._clock = clock

    def remove_old(self) -> None:
        """Remove links that expired long ago.

        Raises:
            StoreError: the database cannot be used.

        """
        before = self._clock() - KEPT_FOR
        with self._database.read() as connection:
            if not links.has_expired(connection, before):
                return
        with self._database.write() as connection:
            links.remove_expired(connection, before)

    def find(self, token: str) -> StaffLink | None:
        """Return the link if it still works; the reason for None is not given."""
        with self._database.read() as connection:
            link = links.find(connection, hash_secret(token))
        return link if link and self._is_open(link) else None

    def use(
        self, token: str, password: str, stranger: Stranger
    ) -> LoggedIn | LoginRefused | Throttled:
        """Set the password of the link's member, use the link up and end their sessions.

        Raises:
            StoreError: nothing can be recorded, so nothing was changed.
            WeakPasswordError: the rules refuse the password; the link stays as good as it was.

        """
        link = self.find(token)
        new = self._accept(password, link.member) if link else None
        source = FromOutside(token, stranger, is_there=link is not None)
        if limited := self._tries.hit(source):
            if limited.is_first:
                self._refuse(None, stranger, "limit")
            return limited
        if not new:
            return self._refuse(token, stranger, "link")
        password_hash = hash_password(new)
        with self._database.write() as connection:
            used = self._use_up(connection, token, password_hash, stranger)
        if used is None:
            return self._refuse(token, stranger, "link")
        self._tries.reset(source)
        return LoggedIn(replace(used.member, password_hash=password_hash))

    def _accept(self, password: str, member: StaffMember) -> NewPassword:
        return self._rules.accept(password, email=member.email, name=member.name)

    def _use_up(
        self, connection: Transaction, token: str, password_hash: str, stranger: Stranger
    ) -> StaffLink | None:
        """Use the link, None when another request was quicker."""
        link = links.find(connection, hash_secret(token))
        if link is None or not self._is_open(link):
            return None
        now, staff_id = self._clock(), link.member.id
        links.use(connection, hash_secret(token), now)
        links.remove_unused(connection, staff_id)
        sessions.remove_of(connection, staff_id)
        staff.set_password(connection, staff_id, password_hash)
        staff.seen(connection, staff_id, now)
        actor, subject = replace(stranger, staff_id=staff_id), Subject("staff", staff_id)
        self._recorder.note(
            connection,
            Action.LINK_USE,
            actor,
            subject,
            Outcome.SUCCEEDED,
            VISITS,
            {"address": stranger.address},
        )
        return link

    def _is_open(self, link: StaffLink) -> bool:
        is_good = is_open(link.expires_at, self._clock(), LINK_TTL[link.kind])
        return is_good and link.used_at is None and link.member.active

    def _refuse(self, token: str | None, stranger: Stranger, cause: str) -> LoginRefused:
        """Record a try by the holder of the link, who may not be its member."""
        with self._database.write() as connection:
            link = links.find(connection, hash_secret(token)) if token else None
            self._recorder.note(
                connection,
                Action.LINK_USE,
                stranger,
                Subject("staff", link.member.id) if link else None,
                Outcome.REJECTED,
                STRANGERS,
                {"address": stranger.address, "cause": cause},
            )
        return LoginRefused()
