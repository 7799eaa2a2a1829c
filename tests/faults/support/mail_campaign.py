"""Jobs that email users their link, under faults of the API and of the mail server."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from sqlalchemy import select

from dashboard.crypto.keyring import Keys
from dashboard.services.permissions import Role
from dashboard.store.schema import job_rows
from tests.faults.support import menu
from tests.faults.support.job_campaign import OPEN, JobCampaign
from tests.support.pages import audit_log
from tests.support.pages.many.sending import Waiting, start
from tests.support.servers.mail_server import Inbox

HOUR_S: Final = 3600
SPOILT: Final[tuple[Mapping[str, object], ...]] = (
    {"refuses": "450 4.2.1 The mailbox is busy"},
    {"refuses": "550 5.1.1 No such user"},
    {"refuses_text": "451 4.3.0 Try again later"},
    {"refuses_text": "554 5.7.1 Refused"},
    {"hangs_up": True},
)


@dataclass
class MailCampaign(JobCampaign):
    """As `JobCampaign`. An email whose answer was lost stays so, and is never sent again."""

    role: ClassVar = Role.KYC
    inbox: Inbox = field(default_factory=Inbox)

    def heal(self) -> None:
        """Do the same, with a mail server that takes everything."""
        self._set_mail({})
        super().heal()

    def problems(self, keys: Keys) -> list[str]:
        """Do the same, but for the starts of KYC, which no call made."""
        every = super().problems(keys)
        return [each for each in every if not each.startswith("kept in inquiries")]

    def disagreements(self) -> Iterator[str]:
        """Compare every row with the mail server's inbox, and each email with the audit log."""
        sent = Counter(self.inbox.recipients)
        with self.database.read() as connection:
            rows = connection.execute(select(job_rows)).all()
        for row in rows:
            if row.state in OPEN:
                yield f"{row.email} has no outcome: {row.state}"
            if row.state == "done" and sent[row.email] != 1:
                yield f"{row.email} is done, and was sent {sent[row.email]} times"
            if row.state not in {"done", "unconfirmed"} and sent[row.email]:
                yield f"{row.email} is {row.state}, and was sent"
            if sent[row.email] > 1:
                yield f"{row.email} was sent {sent[row.email]} times"
        yield from self._unaudited({row.email: str(row.user_id) for row in rows}, sent)

    def _unaudited(self, users: Mapping[str, str], sent: Counter[str]) -> Iterator[str]:
        entries = audit_log.entries(self.database, "contacts:mail")
        attempts = [each for each in entries if each.outcome == "attempted"]
        recorded = Counter(each.subject_id for each in attempts)
        ended = {each.attempt_seq for each in entries if each.outcome != "attempted"}
        for email, times in sent.items():
            if recorded[users[email]] < times:
                yield f"{email} was sent {times} times, recorded {recorded[users[email]]} times"
        for each in attempts:
            if each.seq not in ended:
                yield f"attempt {each.seq} has no outcome"

    def _start(self, number: int, rows: int) -> int:
        waiting = Waiting(self.simulator, self.database)
        ahead = self.clock.offset.total_seconds() / HOUR_S  # of the time by which users are added
        for each in range(rows):
            waiting.add(f"job{number}-{each}", hours=1 - ahead)
        users = "\n".join(map(str, waiting.ids.values()))
        return start(self.visitor, users=users, since="none")

    def _spoil(self) -> None:
        fault = menu.of_a_read(self.random)
        spoils = {"method": "GET", "path": "/users", **fault, "times": 1}
        self.simulator.set_faults([spoils] if self.random.random() < 0.3 else [])
        self._set_mail(self.random.choice(SPOILT) if self.random.random() < 0.4 else {})

    def _set_mail(self, spoilt: Mapping[str, object]) -> None:
        usual = {"refuses": None, "refuses_text": None, "hangs_up": False}
        vars(self.inbox).update(usual | dict(spoilt))
