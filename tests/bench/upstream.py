"""A small, fast stand-in for the Partner API, so that its cost does not drown ours.

It answers from memory over one event loop: the list's page, one user, whatever the number of
users. `python -m tests.bench.upstream --port P --users N`. Controls, only for the bench:
`PUT /_upstream/delay/<ms>` (of every answer; `hang` for none) and `GET /_upstream/counts`.
"""

import argparse
import asyncio
import functools
import json
import math
import re
from uuid import UUID

LIMIT_MAX = 100
STATUSES = ("active", "active", "pending", "active", "suspended", "active", "banned")
COUNTRIES = ("CO", "MX", "AR", "BR")
_LIST = re.compile(rb"^GET /api/v1/partner/users(?:\?(\S*))? ")
_USER = re.compile(rb"^GET /api/v1/partner/users/([0-9a-f-]{36}) ")
_DELAY = re.compile(rb"^PUT /_upstream/delay/(\d+|hang) ")
_COUNTS = re.compile(rb"^GET /_upstream/counts ")


def user_id(number: int) -> str:
    """Return the id of the user of this number, 0 being the newest."""
    return str(UUID(int=0x550E8400E29B41D4A716 << 48 | number, version=4))


def user(number: int) -> dict[str, str]:
    """Return a user as an answer tells them."""
    day, second = divmod(number, 86_400)
    return {
        "id": user_id(number),
        "email": f"user.{number}@example.com",
        "status": STATUSES[number % len(STATUSES)],
        "countryCode": COUNTRIES[number % len(COUNTRIES)],
        "phone": f"+5730{number:08d}",
        "preferredLanguage": "es" if number % 3 else "en",
        "createdAt": f"2026-{day % 9 + 1:02d}-27T{second // 3600:02d}:00:00.000Z",
    }


class State:
    """The state that all connections share."""

    def __init__(self, users: int) -> None:
        self.users = users
        self.delay_s: float | None = 0.0
        self.requests = 0
        self.connections = 0
        self.open = 0
        self.page = functools.lru_cache(256)(self._page)

    def _page(self, query: bytes) -> bytes:
        asked = dict(pair.split("=", 1) for pair in query.decode().split("&") if "=" in pair)
        page, limit = int(asked.get("page", 1)), min(int(asked.get("limit", 20)), LIMIT_MAX)
        first = (page - 1) * limit
        shown = range(first, min(first + limit, self.users))
        return _answer(
            {
                "success": True,
                "data": {
                    "users": [user(number) for number in shown],
                    "total": self.users,
                    "pages": math.ceil(self.users / limit),
                    "page": page,
                    "limit": limit,
                },
            }
        )


class Connection(asyncio.Protocol):
    """Answers one request after the other; a request fits one segment on loopback."""

    def __init__(self, state: State) -> None:
        self._state = state

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._state.connections += 1
        self._state.open += 1

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._state.open -= 1

    def data_received(self, data: bytes) -> None:
        state = self._state
        if found := _DELAY.match(data):
            state.delay_s = None if found[1] == b"hang" else int(found[1]) / 1000
            self._transport.write(_answer({}))
        elif _COUNTS.match(data):
            counts = {
                "requests": state.requests,
                "connections": state.connections,
                "open": state.open,
            }
            self._transport.write(_answer(counts))
        else:
            state.requests += 1
            self._reply(self._found(data))

    def _found(self, data: bytes) -> bytes:
        if found := _LIST.match(data):
            return self._state.page(found[1] or b"")
        if found := _USER.match(data):
            return _one(found[1].decode())
        return _answer({"success": False, "error": "User not found"}, "404 Not Found")

    def _reply(self, answer: bytes) -> None:
        if self._state.delay_s is None:
            return
        if self._state.delay_s:
            asyncio.get_running_loop().call_later(
                self._state.delay_s, self._transport.write, answer
            )
        else:
            self._transport.write(answer)


@functools.lru_cache(1024)
def _one(wanted: str) -> bytes:
    number = int(UUID(wanted)) & 0xFFFF_FFFF_FFFF
    return _answer({"success": True, "data": {"user": {**user(number), "id": wanted}}})


def _answer(body: object, status: str = "200 OK") -> bytes:
    sent = json.dumps(body, separators=(",", ":")).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        f"Date: Sat, 28 Nov 2026 09:00:00 GMT\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    return head.encode() + sent


async def serve(port: int, users: int) -> None:
    """Listen on loopback for ever."""
    state = State(users)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(state), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--users", type=int, default=100_000)
    chosen = options.parse_args()
    asyncio.run(serve(chosen.port, chosen.users))
