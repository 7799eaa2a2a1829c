"""A worker has so many calls under way at most; one more is refused immediately (T-F2)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.partner.call import BULKHEAD_RETRY_S
from dashboard.partner.errors import PartnerError, Unavailable, UnavailableKind
from tests.faults.support import fault_scripts
from tests.faults.support.calls import CALLS, READS, make_client
from tests.faults.support.fault_server import FaultServer
from tests.support.clock import wait_until

SLOTS = 3


def test_a_call_too_many_is_refused_at_once_and_nothing_is_sent(server: FaultServer) -> None:
    client = make_client(server.on(fault_scripts.hang), 2.0, SLOTS)
    with ThreadPoolExecutor(SLOTS) as pool:
        under_way = [pool.submit(READS["get_user"], client) for _ in range(SLOTS)]
        wait_until(lambda: len(server.requests) == SLOTS)
        for call in CALLS.values():
            with pytest.raises(Unavailable) as caught:
                call(client)
            error = caught.value
            assert (error.kind, error.outcome_unknown) == (UnavailableKind.BULKHEAD, False)
            assert error.retry_after_s == BULKHEAD_RETRY_S
        assert not any(call.done() for call in under_way)
        assert len(server.requests) == SLOTS


def test_a_slot_comes_back_however_the_call_ended(server: FaultServer) -> None:
    client = make_client(server.on(fault_scripts.hang), 0.1, 1)
    for _ in range(3):
        with pytest.raises(PartnerError) as caught:
            CALLS["get_user"](client)
        assert isinstance(caught.value, Unavailable)
        assert caught.value.kind is UnavailableKind.DEADLINE
