"""What the fixtures that hire people and log them in are called with."""

from collections.abc import Callable

from tests.support.browsing import Visitor

Hire = Callable[..., tuple[str, str]]


LogIn = Callable[..., Visitor]
