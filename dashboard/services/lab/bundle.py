"""The bundle of a run, or of selected users that runs created: users, links and requests.

It is recorded before it leaves.
"""

import json
from collections.abc import Iterator, Sequence

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import recording
from dashboard.services.files.order import Export, Size
from dashboard.services.foundation import Foundation
from dashboard.services.lab.runs import LabRun, PersonOfRun
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.story import exported

Written = dict[str, object]


class LabBundles:
    """Writes bundles. They hold links, and no token."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def write(self, run: LabRun, reason: str, actor: Actor) -> Export:
        """Return the bundle of a run as JSON.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            NotRecordedError: it can't be recorded, so nothing leaves.

        """
        about: Written = {"run": run.job.id, "state": run.order.goal.value}
        return self._write(about, run.people, Subject("job", run.job.id), reason, actor)

    def write_selected(self, people: Sequence[PersonOfRun], reason: str, actor: Actor) -> Export:
        """Return the bundle of these people as JSON. Raises: as `write`."""
        return self._write({}, people, None, reason, actor)

    def _write(
        self,
        about: Written,
        people: Sequence[PersonOfRun],
        subject: Subject | None,
        reason: str,
        actor: Actor,
    ) -> Export:
        users = {each.person.user_id for each in people if each.person.user_id}
        with self._database.read() as connection:
            held = inquiries.of_users(connection, users)
        of_users = [
            _user(each, leading(held[each.person.user_id]))
            for each in people
            if each.person.user_id
        ]
        content = {**about, "users": of_users}
        now = self._clock()
        with recording(self._database) as connection:
            seq = self._recorder.record(
                connection,
                Action.LAB_EXPORT,
                actor,
                subject,
                reason=reason,
                details={"rows": len(users)},
            )
            exported.add(connection, users, now, seq)
        text = json.dumps(content, ensure_ascii=False, indent=2)
        return Export(_once(text), Size(len(users), 0), now)


def _once(text: str) -> Iterator[bytes]:
    yield text.encode()


def _user(each: PersonOfRun, inquiry: Inquiry | None) -> Written:
    person = each.person
    return {
        "user_id": str(person.user_id),
        "email": person.email,
        "first_name": person.content.get("first_name"),
        "last_name": person.content.get("last_name"),
        "country": person.content.get("country_code"),
        "language": person.content.get("preferred_language"),
        "type": person.content.get("user_type"),
        "status": person.status,
        "inquiry_id": inquiry.inquiry_id if inquiry else None,
        "verification_url": inquiry.verification_url if inquiry else None,
        "requests": [
            {
                "step": step.kind.value,
                "outcome": step.outcome.value,
                "at": step.began_at.isoformat(),
                "took_ms": step.took_ms,
                "method": step.verb,
                "path": step.path,
                "body": step.body,
                "status": step.status,
                "answer": step.answer,
                "request_id": step.request_id,
            }
            for _, step in each.steps
            if step and step.verb
        ],
    }
