"""Registrations whose answer was lost: whether they happened, found out by looking the email up.

The page that may help looks once, the button and the worker look until they know. Nothing is ever
sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog

from dashboard.partner.errors import HELD_BACK, PartnerError, Unavailable
from dashboard.partner.responses import User
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST, is_running
from dashboard.services.attempts.reconcile import OutcomeRecorder
from dashboard.services.clocks import is_open
from dashboard.services.foundation import Foundation
from dashboard.services.registrations.lookup import SLACK, Lookup
from dashboard.services.registrations.models import DID_NOT_HAPPEN, Look, LookupResult
from dashboard.services.seen import facts_of
from dashboard.store import registrations
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import StoreError, Transaction
from dashboard.store.registrations import Registration, RegistrationState
from dashboard.text.emails import comparable

AT_WORK = timedelta(seconds=20)  # how long a slow API may go on working after an answer was lost
RECENT = timedelta(hours=1)
BATCH_SIZE, LOST_AT_MOST = 10, 500
LONGEST_WAIT = timedelta(hours=1)
SEARCH_S = 10.0  # no search is begun after this
log = structlog.get_logger()


@dataclass(frozen=True)
class _Evidence:
    """Evidence from the API: who has the email, or that no user does."""

    user: User | None
    is_absent: bool
    at: datetime


class RegistrationReconciler:
    """Looks registrations up, and records what came of them."""

    def __init__(
        self,
        lookup: Lookup,
        outcomes: OutcomeRecorder,
        attempts: Attempts,
        base: Foundation,
    ) -> None:
        self._lookup = lookup
        self._outcomes = outcomes
        self._attempts = attempts
        self._database = base.database
        self._clock = base.clock
        self._seen = base.seen
        self._due_at: dict[int, datetime] = {}  # of those that a look of this process left open

    def check_recent(self, by: Actor) -> None:
        """Resolve lost registrations of the last hour as far as one call can; leave the rest."""
        now = self._clock()
        lost = [each for each in self._lost() if now - each.registered_at < RECENT]
        if not lost:
            return
        try:
            walk = self._lookup.newest_page()
            for each in lost:
                user = walk.users.get(comparable(each.email))
                absent = walk.covers(each.registered_at - SLACK) and now >= _over_at(each)
                self._record(each, _Evidence(user, absent, walk.at or now), by)
        except PartnerError as error:
            log.info("not_settled", cause=str(error))
        except StoreError as error:
            log.warning("not_settled", cause=str(error))

    def check(self, seq: int, by: Actor) -> Look | None:
        """Look until the outcome of an attempt is known; None for an unknown attempt.

        Raises:
            PartnerError: the API could not be asked.

        """
        self._attempts.expire_abandoned()
        with self._database.read() as connection:
            kept = registrations.of_attempt(connection, seq)
        if kept is None:
            return None
        if kept.state is not RegistrationState.UNKNOWN or kept.lost_at is None:
            return self._known(kept)
        return self._look([kept], by)[0]

    def reconcile_lost(self, by: Actor) -> int:
        """Look for those that are due, the oldest first; return how many were settled.

        One that stays open is due again after a while, ever later: it must not hold up the others.

        Raises:
            PartnerError: the API could not be asked; what is left stays as it is.

        """
        now = self._clock()
        due = [each for each in self._lost() if self._is_due(each, now)]
        for each in due[:BATCH_SIZE]:
            wait = min(abs(now - each.registered_at) / 4, LONGEST_WAIT)
            self._due_at[each.attempt_seq] = now + wait
        try:
            looks = self._look(due[:BATCH_SIZE], by) if due else []
        except Unavailable as error:
            if error.kind in HELD_BACK:  # nothing was asked: due as soon as a call is allowed
                for each in due[:BATCH_SIZE]:
                    del self._due_at[each.attempt_seq]
            raise
        return sum(
            look.found is LookupResult.CREATED or look.found in DID_NOT_HAPPEN for look in looks
        )

    def _is_due(self, lost: Registration, now: datetime) -> bool:
        due_at = self._due_at.get(lost.attempt_seq)
        return due_at is None or not is_open(due_at, now, LONGEST_WAIT)

    def _look(self, lost: Sequence[Registration], by: Actor) -> list[Look]:
        """Search for each, then walk back for those that no search found."""
        begun_at, begun_s = self._clock(), monotonic()
        looks, left = [], []
        for each in lost:
            in_time = monotonic() - begun_s < SEARCH_S
            if in_time and (found := self._lookup.search(each.email)):
                looks.append(self._record(each, _Evidence(found[0], False, found[1]), by))
            else:
                left.append(each)
        if not left:
            return looks
        since_at = min(each.registered_at for each in left) - SLACK
        walk = self._lookup.scan_back({comparable(each.email) for each in left}, since_at)
        for each in left:
            user = walk.users.get(comparable(each.email))
            absent = walk.covers(each.registered_at - SLACK) and begun_at >= _over_at(each)
            looks.append(self._record(each, _Evidence(user, absent, walk.at or begun_at), by))
        return looks

    def _record(self, lost: Registration, shown: _Evidence, by: Actor) -> Look:
        """Judge and record in one transaction, so that two checks at the same time record once."""
        seq, user = lost.attempt_seq, shown.user
        found = _judge(lost, shown)
        if found is LookupResult.BEFORE and self._was_ahead(lost, shown.at):
            found = LookupResult.UNDATED
        if user is None and found is LookupResult.UNCLEAR:
            return Look(found, lost.email, None, shown.at)
        with self._database.write() as connection:
            if found is LookupResult.CREATED and user:
                found = self._whose(connection, lost, user)
            if found is LookupResult.CREATED and user:
                state, outcome, about = RegistrationState.DONE, Outcome.SUCCEEDED, user.id
            else:
                state, outcome, about = RegistrationState.REFUSED, Outcome.REJECTED, None
            details = {"found": found.value, **({"user": str(user.id)} if user else {})}
            if (found is LookupResult.CREATED or found in DID_NOT_HAPPEN) and self._outcomes.record(
                connection, seq, outcome, by, details, subject_id=about
            ):
                registrations.set_state(connection, seq, state, about)
            if user:
                self._seen.record(connection, [facts_of(user)], shown.at)
        return Look(found, lost.email, user.id if user else None, shown.at)

    def _was_ahead(self, lost: Registration, now: datetime) -> bool:
        """Return whether the clock was put back since an attempt, whose time then proves nothing.

        Later entries of the audit log show it, and so does a time of the future.
        """
        before = lost.registered_at - SLACK
        with self._database.read() as connection:
            return now < before or registrations.is_before_older(
                connection, lost.attempt_seq, before
            )

    def _whose(self, connection: Transaction, lost: Registration, user: User) -> LookupResult:
        """Decide whether this attempt, of several of ours with the same email, made the user.

        Only one of them can have made the user: the one closest to when they registered.
        """
        ours = registrations.of_email(connection, lost.email)
        made_by = next((each.attempt_seq for each in ours if each.user_id == user.id), None)
        if made_by is not None:  # perhaps found by a check at the same time
            return LookupResult.CREATED if made_by == lost.attempt_seq else LookupResult.OURS
        if any(each.lost_at is None and self._runs(each) for each in ours):
            return LookupResult.UNCLEAR
        unknown = [each for each in ours if each.state is RegistrationState.UNKNOWN]
        nearest = min(unknown, key=lambda each: _distance(each, user), default=lost)
        return (
            LookupResult.CREATED if nearest.attempt_seq == lost.attempt_seq else LookupResult.OURS
        )

    def _runs(self, each: Registration) -> bool:
        return each.is_open and is_running(each.registered_at, self._clock())

    def _known(self, kept: Registration) -> Look:
        found = {
            RegistrationState.DONE: LookupResult.CREATED,
            RegistrationState.REFUSED: LookupResult.REFUSED,
            RegistrationState.UNKNOWN: LookupResult.UNCLEAR,
        }[kept.state]
        return Look(found, kept.email, kept.user_id, self._clock())

    def _lost(self) -> list[Registration]:
        with self._database.read() as connection:
            lost = registrations.lost(connection, self._clock() - RUNNING_FOR_AT_MOST, LOST_AT_MOST)
        return [each for each in lost if each.lost_at]


def _judge(lost: Registration, shown: _Evidence) -> LookupResult:
    if shown.user is None:
        return LookupResult.ABSENT if shown.is_absent else LookupResult.UNCLEAR
    if shown.user.created_at is None:
        return LookupResult.UNDATED
    if shown.user.created_at < lost.registered_at - SLACK:
        return LookupResult.BEFORE
    return (
        LookupResult.LATER
        if shown.user.created_at > _lost_at(lost) + SLACK
        else LookupResult.CREATED
    )


def _over_at(lost: Registration) -> datetime:
    """Return when no process or server works on an attempt any more."""
    return min(_lost_at(lost) + AT_WORK, lost.registered_at + RUNNING_FOR_AT_MOST)


def _distance(lost: Registration, user: User) -> timedelta:
    at = user.created_at or lost.registered_at
    return max(lost.registered_at - at, at - _lost_at(lost), timedelta())


def _lost_at(lost: Registration) -> datetime:
    return lost.lost_at or lost.registered_at
