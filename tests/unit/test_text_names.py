"""Names that can be taken for each other have one skeleton."""

import pytest

from dashboard.text.names import skeleton

ALIKE = (
    "demo  ADMIN.",
    "Démo Admin",
    "Demo AdmIn",
    "Demo Admln",
    "Demo Adrnin",
    "Dem0 Adm1n",
    "Demo\u200bAdmin",
    "\u202eDemo Admin",
    "D\u0435mo \u0410dm\u0456n",  # Cyrillic
    "Dem\u03bf Admin",  # Greek
    "Ｄｅｍｏ Ａｄｍｉｎ",  # noqa: RUF001  full width
)


@pytest.mark.parametrize("name", ALIKE)
def test_look_alikes_have_one_skeleton(name: str) -> None:
    assert skeleton(name) == skeleton("Demo Admin")


@pytest.mark.parametrize("name", ["Demo Admins", "Dora Admin", "Ana", "管理员", "مدير", "–", ""])
def test_other_names_have_another(name: str) -> None:
    assert skeleton(name) != skeleton("Demo Admin")


def test_names_without_a_letter_are_told_apart() -> None:
    assert skeleton("…") != skeleton("–")
