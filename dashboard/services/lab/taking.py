"""The steps of a run that make a call: each once per intent, with what it means for the person."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from dashboard.partner.errors import (
    Conflict,
    PartnerError,
    Rejected,
)
from dashboard.partner.responses import UserStatus
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import BusyElsewhere, InProgress
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import MayHaveHappened, Refused
from dashboard.services.attempts.withdrawing import StillWanted, Withdrawn
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.kyc.start import KycApplicant, KycStarts
from dashboard.services.lab.ends import AGAIN, PASSED, StepEnd, failed, lost, refused, waits
from dashboard.services.lab.settings import Simulator
from dashboard.services.permissions import Permission
from dashboard.services.ports import UserSource
from dashboard.services.registrations.register import (
    Done,
    EmailKnown,
    NewUser,
    Registrations,
)
from dashboard.services.seen import facts_of
from dashboard.store.jobs.leases import DueRow
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.lab.steps import StepKind, StepOutcome

A_LINK = timedelta(days=1)  # the life of a link in the simulator
STARTS = {
    StepKind.START_KYC: InquiryState.HELD,
    StepKind.CHECK_ELSEWHERE: InquiryState.ELSEWHERE,
}
CHECKS = {
    StepKind.CHECK_ACTIVE: UserStatus.ACTIVE,
    StepKind.CHECK_SUSPENDED: UserStatus.SUSPENDED,
}


class StepTaker:
    """Takes one step of one person."""

    def __init__(
        self,
        base: Foundation,
        *,
        users: UserSource,
        registrations: Registrations,
        starts: KycStarts,
        reconciler: KycReconciler,
        simulator: Simulator | None,
        link_ttl: timedelta,
    ) -> None:
        self._database = base.database
        self._seen = base.seen
        self._users = users
        self._registrations = registrations
        self._starts = starts
        self._reconciler = reconciler
        self._simulator = simulator
        self._aged_by = max(link_ttl, A_LINK) + timedelta(hours=1)

    def take(
        self,
        kind: StepKind,
        row: DueRow,
        intent: Intent,
        actor: Actor,
        is_still_wanted: StillWanted,
    ) -> StepEnd:
        """Take a step. Raises StoreError, and BudgetSpentError."""
        if kind is StepKind.REGISTER:
            return self._register(row, intent, actor, is_still_wanted)
        if row.user_id is None:
            return failed("refused")
        if kind in STARTS:
            starting = replace(intent, action=Permission.KYC_START)
            return self._start(row, row.user_id, starting, actor, is_still_wanted, STARTS[kind])
        try:
            if kind in CHECKS:
                return self._check(row.user_id, CHECKS[kind], actor)
            return self._play(kind, row.user_id)
        except PartnerError as error:
            return refused(error, is_used=False)

    def _register(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> StepEnd:
        content = row.content
        new_user = NewUser(
            user_type="business" if content["user_type"] == "business" else "personal",
            email=row.email,
            country_code=content["country_code"] or "",
            preferred_language=content["preferred_language"],
        )
        registering = replace(intent, action=Permission.USERS_REGISTER, subject_id=None)
        result = self._registrations.register_if(
            registering, new_user, actor, is_still_wanted, anyway=False
        )
        match result:
            case Done(user_id):
                return StepEnd(StepOutcome.PASSED, user_id=user_id)
            case Withdrawn():
                return AGAIN
            case EmailKnown():
                return failed("known")
            case Refused(PartnerError() as error):
                return refused(error, is_used=True)
            case MayHaveHappened():
                return lost()
            case _:
                return waits(result)

    def _start(
        self,
        row: DueRow,
        user_id: UUID,
        intent: Intent,
        actor: Actor,
        is_still_wanted: StillWanted,
        expected: InquiryState,
    ) -> StepEnd:
        applicant = KycApplicant(
            first_name=row.content["first_name"] or "",
            last_name=row.content["last_name"] or "",
            email=row.email,
        )
        result = self._starts.start_if(intent, applicant, actor, is_still_wanted, anyway=False)
        match result:
            case Withdrawn():
                return AGAIN
            case Refused(PartnerError() as error) if not isinstance(error, Conflict):
                return refused(error, is_used=True)
            case BusyElsewhere() | InProgress():
                return waits(result)
        inquiry = self._starts.get(user_id).inquiry
        if inquiry is None:
            return failed("refused")
        if inquiry.state is InquiryState.UNKNOWN:
            return lost()
        return PASSED if inquiry.state is expected else failed("unexpected")

    def _check(self, user_id: UUID, expected: UserStatus, actor: Actor) -> StepEnd:
        answer = self._users.get_user(user_id)
        status = answer.value.status_text
        with self._database.write() as connection:
            self._seen.record(connection, [facts_of(answer.value)], answer.at)
        self._reconciler.saw(user_id, status, actor)
        return PASSED if status == expected else failed("status")

    def _play(self, kind: StepKind, user_id: UUID) -> StepEnd:
        """Let the simulator do what others do elsewhere."""
        simulator = self._simulator
        if simulator is None:
            return failed("no_simulator")
        if kind in {StepKind.SUSPEND, StepKind.START_ELSEWHERE}:
            play = simulator.suspend if kind is StepKind.SUSPEND else simulator.start_elsewhere
            play(user_id)
            return PASSED
        inquiry_id = _id_of(self._starts.get(user_id).inquiry)
        if inquiry_id is None:
            return failed("no_link")
        if kind is StepKind.AGE_LINK:
            simulator.age_link(inquiry_id, self._aged_by)
            return replace(PASSED, aged_by=self._aged_by)
        try:
            is_approved = simulator.approve(inquiry_id)
        except Rejected:  # it was approved before: the worker died then
            is_approved = True
        expected = kind is StepKind.APPROVE
        return PASSED if is_approved is expected else failed("unexpected")


def _id_of(inquiry: Inquiry | None) -> str | None:
    return inquiry.inquiry_id if inquiry else None
