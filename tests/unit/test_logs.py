"""Our events and the lines of other loggers in one file: none ends within another."""

import io
import json

import pytest
import structlog

from dashboard.logs import configure_logs


class Writes(io.StringIO):
    """A stream that keeps each text as it was written."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def write(self, text: str) -> int:
        self.texts.append(text)
        return len(text)


def test_an_event_is_written_with_its_line_end_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Writes()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logs()
    structlog.get_logger().info("request", status=200)
    [text] = stream.texts
    assert text.endswith("\n")
    assert json.loads(text)["event"] == "request"
