"""Which member of staff an account at the provider belongs to, and what they may do here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dashboard.oidc.models import Identity
from dashboard.services.actions import Action
from dashboard.services.auth.roles import withdraw
from dashboard.services.auth.sessions import Method
from dashboard.services.auth.sso.models import Admitted, Arrival, SsoRefusal
from dashboard.services.permissions import Role
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import REFUSALS, STRANGERS
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.auth import sessions, sso_accounts
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember
from dashboard.text.emails import comparable, is_email
from dashboard.text.names import name_for

METHOD_LABEL = "single sign-on"


class SsoAccounts:
    """Finds, links and makes members. `table` says which roles follow from which group.

    Without a table only members who were added can log in, with the roles they were given.
    """

    def __init__(
        self,
        database: Database,
        chain: Chain,
        clock: Clock,
        table: Mapping[str, frozenset[str]],
        *,
        by_password: bool,
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._environment = chain.environment
        self._clock = clock
        self._table = table
        self._by_password = by_password

    def admit(self, arrival: Arrival) -> Admitted | SsoRefusal:
        """Return the member to log in, or the reason for a refusal, which is recorded.

        Raises:
            StoreError: nothing can be recorded, so no one logs in.

        """
        with self._database.write() as connection:
            member, cause = self._identify(connection, arrival)
            to_link = self._to_link(connection, member, arrival.identity)
            if to_link and self._table and not to_link.groups:
                cause = cause or SsoRefusal.NO_ROLE
            elif member and not (cause or to_link):
                cause = self._follow_claim(connection, member, arrival)
            admitted = staff.find_by_id(connection, member.id) if member else None
            if cause or admitted is None:
                cause = cause or SsoRefusal.UNKNOWN
                staff_id = admitted.id if admitted else None
                self._refuse(connection, Action.LOG_IN, staff_id, cause, arrival)
                return cause
            return Admitted(admitted, to_link)

    def link(
        self, connection: Transaction, arrival: Arrival, member: StaffMember
    ) -> StaffMember | None:
        """Link an account that was found by its email; return the updated member.

        It runs in the transaction that records the log-in, after their second factor.
        """
        found = staff.find_by_id(connection, member.id)
        if found and self._to_link(connection, found, arrival.identity):
            self._link(connection, found.id, arrival)
            self._follow_claim(connection, found, arrival)
        return staff.find_by_id(connection, member.id)

    def confirm(self, arrival: Arrival, staff_id: int, since: datetime) -> SsoRefusal | None:
        """Return why this does not confirm the member, which is recorded; None if it does.

        Roles follow the claim here too: where they change, the session ends with the others.

        Raises:
            StoreError: nothing can be recorded, so nothing is confirmed.

        """
        identity, cause = arrival.identity, None
        with self._database.write() as connection:
            if sso_accounts.find(connection, identity.issuer, identity.subject) != staff_id:
                cause = SsoRefusal.SOMEONE_ELSE
            elif identity.authenticated_at is None or identity.authenticated_at < since:
                cause = SsoRefusal.NOT_ASKED_AGAIN
            elif member := staff.find_by_id(connection, staff_id):
                cause = self._follow_claim(connection, member, arrival)
            if cause:
                self._refuse(connection, Action.CONFIRM, staff_id, cause, arrival)
            return cause

    def _identify(
        self, connection: Transaction, arrival: Arrival
    ) -> tuple[StaffMember | None, SsoRefusal | None]:
        """Return whose account it is. An email finds a member once: then the account is theirs."""
        identity = arrival.identity
        staff_id = sso_accounts.find(connection, identity.issuer, identity.subject)
        if staff_id is not None:
            member = staff.find_by_id(connection, staff_id)
        elif not identity.email or not _is_address(identity.email):
            return None, SsoRefusal.UNVERIFIED
        else:
            member = staff.find(connection, identity.email)
            if member is None:
                return self._add(connection, identity.email, arrival)
            if sso_accounts.has_any(connection, identity.issuer, member.id):
                return None, SsoRefusal.OTHER_ACCOUNT
            if member.active and not member.has_second_factor:
                self._link(connection, member.id, arrival)
        return member, None if member and member.active else SsoRefusal.DISABLED

    def _to_link(
        self, connection: Transaction, member: StaffMember | None, identity: Identity
    ) -> Identity | None:
        """Return what a member with a second factor has yet to be linked with.

        Of its groups it has only those that roles follow from.
        """
        if not (member and member.active and member.has_second_factor):
            return None
        if sso_accounts.has_any(connection, identity.issuer, member.id):
            return None
        return replace(identity, groups=identity.groups.intersection(self._table))

    def _add(
        self, connection: Transaction, email: str, arrival: Arrival
    ) -> tuple[StaffMember | None, SsoRefusal | None]:
        """Add a person without an invitation, where a role follows from the claim."""
        roles = self._roles(arrival.identity)
        if not roles:
            return None, SsoRefusal.UNKNOWN
        name = name_for(arrival.identity.name, email)
        staff_id = staff.add(connection, email, name, "", self._clock())
        staff.set_roles(connection, staff_id, roles)
        self._record(connection, Action.STAFF_ADD, staff_id, arrival, roles=",".join(sorted(roles)))
        self._link(connection, staff_id, arrival)
        return staff.find_by_id(connection, staff_id), None

    def _link(self, connection: Transaction, staff_id: int, arrival: Arrival) -> None:
        identity = arrival.identity
        sso_accounts.add(connection, identity.issuer, identity.subject, staff_id, self._clock())
        self._record(connection, Action.SSO_LINK, staff_id, arrival, issuer=identity.issuer)

    def _follow_claim(
        self, connection: Transaction, member: StaffMember, arrival: Arrival
    ) -> SsoRefusal | None:
        """Give the member the roles of the claim, and end the sessions that had others.

        The roles stay as they are if no one would be left to manage staff.
        """
        if not self._table:
            return None
        wanted = self._roles(arrival.identity)
        if wanted != member.roles:
            staff.set_roles(connection, member.id, wanted)
            left = staff.has_active(connection, Role.ADMIN, by_password=self._by_password)
            kept = Role.ADMIN in member.roles and not left
            if kept:
                staff.set_roles(connection, member.id, member.roles)
            else:
                sessions.remove_of(connection, member.id)
                withdraw(connection, member.id, wanted, self._environment)
            self._record(
                connection,
                Action.STAFF_ROLE,
                member.id,
                arrival,
                outcome=Outcome.REJECTED if kept else Outcome.SUCCEEDED,
                roles=",".join(sorted(wanted)),
                **({"cause": "last admin"} if kept else {}),
            )
        return None if wanted else SsoRefusal.NO_ROLE

    def _roles(self, identity: Identity) -> frozenset[str]:
        named = (self._table.get(group, frozenset[str]()) for group in identity.groups)
        return frozenset().union(*named)

    def _refuse(
        self,
        connection: Transaction,
        action: Action,
        staff_id: int | None,
        cause: SsoRefusal,
        arrival: Arrival,
    ) -> None:
        """Record that a person did not prove who they are, or may not log in."""
        self._recorder.note(
            connection,
            action,
            replace(arrival.by, staff_id=staff_id),
            None,
            Outcome.REJECTED,
            STRANGERS if action is Action.LOG_IN else REFUSALS,
            {"address": arrival.by.address, "method": Method.SSO.value, "cause": cause.value},
        )

    def _record(
        self,
        connection: Transaction,
        action: Action,
        staff_id: int,
        arrival: Arrival,
        *,
        outcome: Outcome = Outcome.SUCCEEDED,
        **details: str,
    ) -> None:
        actor, subject = replace(arrival.by, staff_id=staff_id), Subject("staff", staff_id)
        told = {"by": METHOD_LABEL, **details}
        if outcome is Outcome.REJECTED:
            self._recorder.note(connection, action, actor, subject, outcome, REFUSALS, told)
        else:
            self._recorder.record(connection, action, actor, subject, details=told)


def _is_address(email: str) -> bool:
    """Return whether the email names one mailbox: `lower()` maps the Kelvin sign to an ASCII k."""
    return is_email(email) and (email.isascii() or email == comparable(email))
