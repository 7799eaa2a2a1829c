"""T-A24: with the file one can change the audit log, but the first bad row is always named."""

import pytest

from dashboard.store.audit.chain import Chain, ChainFault, FindingKind
from dashboard.store.db.database import Database
from tests.store.test_audit import ROWS, finding, tamper
from tests.store.test_audit import chain as chain  # noqa: PLC0414  a fixture
from tests.store.test_audit import filled as filled  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.on_postgres

COPY = (
    "INSERT INTO audit SELECT {0}, at, staff_id, action, subject_kind, subject_id, attempt_seq, "
    "outcome, intent, reason, details, request_id, environment, key_id, prev, mac, "
    "actor_name, actor_email "
    "FROM audit WHERE seq = {1}"
)


@pytest.mark.parametrize("seq", range(1, ROWS + 1))
def test_every_edited_row_is_the_first_that_is_named(
    filled: Database, chain: Chain, seq: int
) -> None:
    tamper(filled, "UPDATE audit SET outcome = 'rejected' WHERE seq >= ?", seq)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.CHANGED)


@pytest.mark.parametrize("seq", range(1, ROWS))
def test_every_deleted_row_is_named_also_when_the_others_close_up(
    filled: Database, chain: Chain, seq: int
) -> None:
    tamper(filled, "DELETE FROM audit WHERE seq = ?", seq)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.MISSING)
    for later in range(seq + 1, ROWS + 1):
        tamper(filled, "UPDATE audit SET seq = ? WHERE seq = ?", later - 1, later)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.CHANGED)


@pytest.mark.parametrize("seq", range(1, ROWS))
def test_every_pair_that_changed_places_is_named_by_its_first(
    filled: Database, chain: Chain, seq: int
) -> None:
    for old, new in ((seq, 99), (seq + 1, seq), (99, seq + 1)):
        tamper(filled, "UPDATE audit SET seq = ? WHERE seq = ?", new, old)
    assert finding(filled, chain) == ChainFault(seq, FindingKind.CHANGED)


@pytest.mark.parametrize("seq", range(1, ROWS + 1))
def test_every_row_that_is_played_again_at_the_end_is_named(
    filled: Database, chain: Chain, seq: int
) -> None:
    tamper(filled, COPY.format(ROWS + 1, seq))
    assert finding(filled, chain) == ChainFault(ROWS + 1, FindingKind.CHANGED)
