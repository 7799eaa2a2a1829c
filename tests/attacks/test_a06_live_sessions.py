"""T-A6: identity and roles are read with every request, not kept in the session."""

from sqlalchemy import delete, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import staff, staff_roles
from tests.support.browsing import HTMX
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


def test_somebody_disabled_is_out_even_where_their_session_was_left(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    plain, under_htmx = log_in(Role.ADMIN), log_in(Role.ADMIN)
    token = plain.csrf_token()
    plain.get("/account")
    with database.write() as connection:
        connection.execute(update(staff).values(active=False))
    answer = under_htmx.http.get("/users", headers=HTMX)
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers.getlist("HX-Redirect") == ["/login?next=/users"]
    answer = plain.http.post("/settings/credentials/freeze", data={"csrf_token": token})
    assert answer.status_code in {303, 400}
    plain.get("/users", status=303)
    assert simulator.requests() == []


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    sent = {"csrf_token": admin.csrf_token()}
    admin.get("/staff")
    simulator.clear_requests()
    with database.write() as connection:
        connection.execute(delete(staff_roles))
    for path in ("/staff", "/users", "/settings/credentials"):
        assert admin.http.get(path).status_code == 403
        assert admin.http.get(path, headers=HTMX).status_code == 403
    assert admin.http.post("/settings/credentials/freeze", data=sent).status_code == 403
    assert simulator.requests() == []
