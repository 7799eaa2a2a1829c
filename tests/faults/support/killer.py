"""A dashboard whose worker dies by SIGKILL at a point that is named: one fork per request.

`python -m tests.faults.support.killer` builds the application once, with nothing open, and then
takes an order per line (JSON) and gives an answer per line. Each order is a request, in a child of
its own, as one worker after the other would serve it. The points are put in from here; the product
has no hook for them. An order with `restart` builds the application again first, as a new worker
does.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.mail import SmtpMailer
from dashboard.partner.http import connection
from dashboard.partner.http.messages import Request
from dashboard.partner.http.transport import Transport
from dashboard.services.attempts.attempts import Attempts
from dashboard.store.attempts import intents
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import NewEntry, Outcome


@dataclass(frozen=True)
class Order:
    """One request; `later_s` is how much later it comes, by the clock."""

    method: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    point: str | None = None
    restart: bool = False
    later_s: float = 0


@dataclass(frozen=True)
class Served:
    """The result of an order; `killed` means that there is no answer."""

    killed: bool = False
    status: int = 0
    text: str = ""


Cookies = dict[str, str]
Step = Callable[..., Any]
_later_s = 0.0


def main() -> None:
    app, cookies = build(), Cookies()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)  # compiled once for all children
    for line in sys.stdin:
        served, cookies = in_a_child(app, Order(**json.loads(line)), cookies)
        print(json.dumps(asdict(served)), flush=True)  # noqa: T201  the answer


def build() -> Flask:
    app = create_app(load_config(None), lambda: datetime.now(UTC) + timedelta(seconds=_later_s))
    # No connection of SQLite may cross a fork.
    app.extensions["services"].attempts.log._database.close()  # noqa: SLF001  nothing else closes it
    return app


def in_a_child(app: Flask, order: Order, cookies: Cookies) -> tuple[Served, Cookies]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        be_a_worker(app, order, cookies, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Served(killed=True), cookies
    served, kept = json.loads(said)
    return Served(**served), kept


def be_a_worker(app: Flask, order: Order, cookies: Cookies, writing: int) -> NoReturn:
    global _later_s  # noqa: PLW0603  the clock of this child only
    _later_s = order.later_s
    try:
        if order.restart:
            app = build()
        if order.point:
            (POINTS | MAIL_POINTS)[order.point]()
        served, kept = serve(app, order, cookies)
        with os.fdopen(writing, "w") as pipe:
            json.dump([asdict(served), kept], pipe)
    finally:
        os._exit(0)


def serve(app: Flask, order: Order, cookies: Cookies) -> tuple[Served, Cookies]:
    browser = app.test_client(use_cookies=False)
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    answer = browser.open(order.path, method=order.method, data=order.fields, headers=sent)
    kept = dict(cookies)
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        kept[name] = rest.partition(";")[0]
    return Served(status=answer.status_code, text=answer.text), kept


def die(*_args: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: object, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    step: Step = getattr(owner, name)

    def dying(*args: Any, **named: Any) -> Any:  # noqa: ANN401  the step's
        if when(*args):
            die()
        return step(*args, **named)

    setattr(owner, name, dying)


def after(owner: object, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    step: Step = getattr(owner, name)

    def dying(*args: Any, **named: Any) -> Any:  # noqa: ANN401  the step's
        result = step(*args, **named)
        if when(*args):
            die()
        return result

    setattr(owner, name, dying)


def is_a_write(_transport: object, outgoing: Request, *_rest: object) -> bool:
    return outgoing.is_write


def is_a_body(_connection: object, data: bytes) -> bool:
    """Return whether a write has left whole: its body is one line of JSON, sent last."""
    return data.startswith(b"{")


def is_an_outcome(_connection: object, _chain: object, entry: NewEntry) -> bool:
    return entry.outcome is not Outcome.ATTEMPTED


POINTS: dict[str, Callable[[], None]] = {
    "before the intent": lambda: before(intents, "add"),
    "after the attempted row": lambda: before(Transport, "exchange", is_a_write),
    "during the call": lambda: after(connection._Watched, "send", is_a_body),  # noqa: SLF001  where the bytes leave
    "after the answer": lambda: after(Transport, "exchange", is_a_write),
    "before the outcome row": lambda: before(audit, "append", is_an_outcome),
    "before the outcome is committed": lambda: after(audit, "append", is_an_outcome),
    "before the reply": lambda: after(Attempts, "finish"),
}
MAIL_POINTS: dict[str, Callable[[], None]] = {  # of an email to a user
    "before the mail": lambda: before(SmtpMailer, "send"),
    "after the mail": lambda: after(SmtpMailer, "send"),
}


if __name__ == "__main__":
    main()
