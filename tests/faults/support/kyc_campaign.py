"""Jobs that start KYC, under the same faults."""

from collections.abc import Iterator
from typing import ClassVar

from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.store.schema import job_rows
from tests.faults.support.job_campaign import OPEN, JobCampaign
from tests.support.pages.many.starts import pending, start, table


class KycCampaign(JobCampaign):
    """As `JobCampaign`. A lost start is settled once its user is seen to be active."""

    role: ClassVar = Role.KYC
    path: ClassVar = "/kyc"

    def heal(self) -> None:
        """Do the same, and let everyone whose start was lost become active."""
        super().heal()
        self.clock.advance(minutes=2)
        with self.database.read() as connection:
            lost = select(job_rows.c.user_id).where(job_rows.c.state == "unconfirmed")
            users = list(connection.execute(lost).scalars())
        self.visitor.log_in(*self.person)
        for user_id in users:
            self.simulator.set_status(str(user_id), "active")
            self.visitor.get(f"/users/{user_id}")

    def disagreements(self) -> Iterator[str]:
        """Compare every row with the API's inquiries."""
        with self.database.read() as connection:
            rows = connection.execute(select(job_rows)).all()
        for row in rows:
            number = len(self.simulator.inquiries(str(row.user_id)))
            if row.state in {*OPEN, "unconfirmed"}:
                yield f"{row.email} has no outcome: {row.state}"
            if row.state == "done" and number != 1:
                yield f"{row.email} is done, and has {number} inquiries"
            if row.state in {"refused", "not_run"} and number:
                yield f"{row.email} is {row.state}, and was started"

    def _start(self, number: int, rows: int) -> int:
        return start(
            self.visitor, table(pending(self.simulator, self.database, rows, f"job{number}-"))
        )
