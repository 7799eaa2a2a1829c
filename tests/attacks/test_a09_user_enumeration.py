"""T-A9: a log-in doesn't reveal which emails are known, by its text, its status or its work."""

import re
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dashboard.services.auth import passwords
from dashboard.services.auth.one_time_links import OneTimeLink
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from tests.support.browsing import Visitor
from tests.support.people import Hire

VARIES = re.compile(r'name="csrf_token" value="[^"]+"|value="[^"]+@example\.com"')


class Counting(PasswordHasher):
    """The cheap hasher of the tests, which counts how often it compares."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.compared += 1
        return super().verify(hash, password)


def test_unknown_wrong_disabled_and_not_yet_in_are_one_answer_and_one_comparison(
    app: Flask, hire: Hire, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    known, _ = hire(Role.SUPPORT)
    disabled, good = hire(Role.SUPPORT)
    staff.disable(disabled)
    assert isinstance(staff.invite("new@example.com", "New", [Role.VIEWER]), OneTimeLink)
    tries = [
        ("nobody@example.com", "not the password"),
        (known, "not the password"),
        (disabled, "not the password"),
        (disabled, good),
        ("new@example.com", "not the password"),
        ("new@example.com", ""),
    ]
    answers, compared = [], []
    for email, password in tries:
        counting.compared = 0
        page = Visitor(app).log_in(email, password or " ", status=422)
        compared.append(counting.compared)
        answers.append(VARIES.sub("", page.timeless).encode())
    assert len(set(answers)) == 1
    assert set(compared) == {1}
