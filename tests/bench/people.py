"""Load by people: each has a browser of their own, which waits when it is told to.

One thread for all of them, so that measuring costs little beside what is measured.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OK = 200


@dataclass(frozen=True)
class Place:
    """A page, and the number of people who load it."""

    url: str
    headers: Mapping[str, str]
    clients: int
    patience_s: float  # what `Retry-After` says

    @property
    def request(self) -> bytes:
        """The request as it goes out."""
        parts = urlsplit(self.url)
        sent = {"Host": parts.netloc, **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        return f"GET {parts.path}?{parts.query} HTTP/1.1\r\n{lines}\r\n".encode()


@dataclass
class Seen:
    """How many pages came, and how many refusals, until counting began and since."""

    counting: bool = False
    counted: Counter[tuple[bool, bool]] = field(default_factory=Counter)

    @property
    def pages(self) -> int:
        """Pages since counting began."""
        return self.counted[True, True]

    @property
    def refused(self) -> int:
        """Refusals since counting began."""
        return self.counted[True, False]

    @property
    def refused_before(self) -> int:
        """Refusals until then."""
        return self.counted[False, False]


def crowd(
    place: Place, before_s: float, counted_s: float, when_counting: Callable[[], None]
) -> Seen:
    """Let them load the page for so long, and count what they get from then on."""
    seen = Seen()
    asyncio.run(_crowd(place, seen, before_s, counted_s, when_counting))
    return seen


async def _crowd(
    place: Place,
    seen: Seen,
    before_s: float,
    counted_s: float,
    when_counting: Callable[[], None],
) -> None:
    until = time.monotonic() + before_s + counted_s
    people = [
        asyncio.create_task(_person(place, seen, number / place.clients, until))
        for number in range(place.clients)
    ]
    await asyncio.sleep(before_s)
    when_counting()
    seen.counting = True
    await asyncio.sleep(counted_s)
    seen.counting = False
    await asyncio.gather(*people)


async def _person(place: Place, seen: Seen, comes_s: float, until: float) -> None:
    """Load it again and again; they come within a second, not at one stroke."""
    browser = _Browser(place)
    await asyncio.sleep(comes_s)
    while time.monotonic() < until:
        good = await browser.load() == OK
        seen.counted[seen.counting, good] += 1
        if not good:
            await asyncio.sleep(place.patience_s)
    browser.leave()


class _Browser:
    """Keeps its connection until the server ends it."""

    def __init__(self, place: Place) -> None:
        self._port, self._request = urlsplit(place.url).port or 80, place.request
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def load(self) -> int:
        """Load the page; return its status."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._open
        writer.write(self._request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))
        if b"connection: close" in head:
            self.leave()
        return int(head[9:12])

    def leave(self) -> None:
        """Give the connection up."""
        if self._open:
            self._open[1].close()
        self._open = None
