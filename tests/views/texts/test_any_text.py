"""Any text that an admin sends is saved and shown, or refused with what was typed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import texts
from tests.support.pages.texts import (
    Someone,
    text_of,
)
from tests.support.people import LogIn
from tests.support.sampling import few_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.texts.test_any_text import TEXTS

PAGE = "/settings/texts/not_started"


def test_any_text_is_saved_and_shown_or_refused(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    admin, someone = log_in(Role.ADMIN), Someone(simulator, database).named()
    fixed = {"csrf_token": admin.csrf_token(), "language": "es", "revision": "0"}

    @settings(max_examples=few_of(80))
    @given(subject=st.one_of(st.just("Hola"), TEXTS), body=TEXTS)
    def send(subject: str, body: str) -> None:
        sent = {"subject": subject, "body": body}
        data = {name: text.encode("utf-8", "replace").decode() for name, text in sent.items()}
        answer = admin.http.post(PAGE, data={**fixed, **data})
        assert answer.status_code in {303, 422}
        if answer.status_code == 422:
            assert "-error" in answer.text
            return
        shown = text_of(admin.fragment(f"/users/{someone.id}/message", "message"))
        assert shown.strip()
        assert not set("{}") & set(shown)
        with database.write() as connection:
            connection.execute(texts.delete())

    send()
