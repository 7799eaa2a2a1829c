"""The doctor reads headers that another server made: whatever they hold, it only reports them."""

from email.message import Message

from dashboard.cli.doctor import as_line
from dashboard.services.diagnostics.headers import HSTS, OTHERS, examine_headers

LONGEST = 2_000


def test_a_header_of_another_server_ends_no_check_and_moves_no_cursor() -> None:
    headers = Message()
    headers[HSTS] = f"max-age={'0' * 60_000}"
    for name in OTHERS:
        headers[name] = "\x1b[2J\x1b[H\x9b31mall is well"
    told = [as_line(each) for each in examine_headers(headers)]
    assert any("lasts less than half a year" in each for each in told)
    assert any("⟨U+001B⟩[2J" in each for each in told)
    assert all(len(each) < LONGEST for each in told)
    assert not any(char in each for each in told for char in "\x1b\x9b")
