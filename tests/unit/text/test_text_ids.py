"""IDs of users in text."""

from uuid import UUID

import pytest

from dashboard.text.ids import find_uuid

ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


@pytest.mark.parametrize(
    "text", [ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}"]
)
def test_an_id_is_read_in_every_spelling(text: str) -> None:
    assert find_uuid(text) == UUID(ID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ID[:-1],
        f"{ID} ",
        "0x" + "1" * 30,
        "1_" * 15 + "12",
        "+" + "1" * 31,
        "\u0661" * 32,  # Arabic digits
        "\uff11" * 32,  # full-width ones
        "-".join("1" * 32),
    ],
)
def test_what_only_python_takes_for_one_is_none(text: str) -> None:
    assert find_uuid(text) is None
