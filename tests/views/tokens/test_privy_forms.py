"""One form of the deprecated exchange is one exchange, however often it is sent."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask

from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import TOKEN, intent_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.tokens.test_privy import PATH, fields, issuer, user
from tests.views.tokens.test_tokens import issues

__all__ = ["fields", "issuer", "user"]


def test_the_same_form_again_exchanges_nothing(
    issuer: Visitor, simulator: RunningSimulator, fields: dict[str, str]
) -> None:
    sent = {**fields, "intent": intent_of(issuer.get(PATH))}
    issuer.post(PATH, sent, status=200)
    again = issuer.post(PATH, sent, status=409)
    assert "no second token was issued." in again.words
    assert f'href="{PATH}"' in again.text
    other = issuer.post(PATH, {**sent, "privy_token": f"privy-{uuid4()}"}, status=409)
    assert "sent before with different content" in other.words
    assert issues(simulator) == 1


def test_a_form_of_one_exchange_is_not_one_of_the_other(
    issuer: Visitor, simulator: RunningSimulator, user: dict[str, str], fields: dict[str, str]
) -> None:
    path = f"/users/{user['id']}/tokens"
    by_id, by_privy = (intent_of(issuer.get(each)) for each in (path, PATH))
    issuer.post(PATH, {**fields, "intent": by_id}, status=400)
    issuer.post(path, {**TOKEN, "intent": by_privy}, status=400)
    assert issues(simulator) == 0


@pytest.mark.on_postgres
def test_one_form_sent_many_times_at_once_is_one_exchange(
    app: Flask, issuer: Visitor, simulator: RunningSimulator, fields: dict[str, str]
) -> None:
    simulator.set_faults([{"method": "POST", "latency_ms": 300}])
    sent = {
        **fields,
        "intent": intent_of(issuer.get(PATH)),
        "csrf_token": issuer.csrf_token(),
    }
    cookies = "; ".join(f"{name}={value}" for name, value in issuer.cookies().items())

    def once(_number: int) -> Page:
        client = app.test_client(use_cookies=False)
        answer = client.post(PATH, data=sent, headers={"Cookie": cookies})
        return Page(answer, answer.status_code)

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(once, range(8)))
    statuses = sorted(page.response.status_code for page in pages)
    assert statuses == [200, *[409] * 7]
    assert sum(bool(re.search(r'id="token"', page.text)) for page in pages) == 1
    assert issues(simulator) == 1
