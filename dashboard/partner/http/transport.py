"""One exchange with the Partner API: within a deadline, within 1 MB, with retries for reads.

Nothing here raises for what an upstream does: an exchange ends in a Response or a NoResponse, so
that no exception with a request in it (its headers are secrets) or a body is chained to another.
"""

import http.client
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import requests
import urllib3.exceptions

from dashboard.partner.assumptions import REQUEST_ID_HEADER
from dashboard.partner.errors import UnavailableKind
from dashboard.partner.http import retry
from dashboard.partner.http.connection import CONNECT_S, WatchedAdapter
from dashboard.partner.http.deadline import Deadline, time_limit
from dashboard.partner.http.messages import NoResponse, Request, Response, date_of
from dashboard.partner.json_shape import ProblemKind, ShapeProblem, may_be_told

BODY_MAX = 1_000_000  # decoded bytes
# How often this process may ask again: a retry costs one, an answer gives one back. Asking again
# helps against a hiccup; in an outage it would only triple the calls.
RETRIES = 3
_SUCCESSES = range(200, 300)
# Both end up in logs.
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,64}")
# What requests, urllib3 and http.client let through on an answer that is cut off or no HTTP.
_NETWORK_FAULTS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)

# Its warnings hold whole URLs, so what staff searched for.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _PerThread(threading.local):
    """The state of one thread."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.adapter = WatchedAdapter()


class Transport:
    """Sends requests below one base URL, with one kept-alive connection per thread.

    Paths are below `prefix`; those of requests as a user are whole.

    Each goes through an adapter, without a session: that would keep cookies, take proxies from the
    environment, and read the whole body of a 3xx, past any cap, to prepare a next request that
    carries the secret.
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime], prefix: str = "") -> None:
        host = base_url and str(requests.Request("GET", base_url).prepare().url)
        self._base_url = host.rstrip("/") if prefix else host
        self.prefix = prefix
        self._clock = clock
        self._thread = _PerThread()
        self._retries = threading.BoundedSemaphore(RETRIES)

    def exchange(
        self,
        outgoing: Request,
        headers: Mapping[str, str],
        deadline_s: float,
        attempts: int,
        is_shut: Callable[[], bool],
    ) -> Response | NoResponse:
        """Send a request, again if `attempts` and the deadline allow and the failure may pass.

        `is_shut` is asked before each that is sent again.
        """
        request = self._prepare(outgoing, headers)
        tries = 1
        with time_limit(deadline_s) as deadline:
            outcome = self._attempt(request, deadline)
            for attempt in range(attempts - 1):
                pause_s = retry.pause_s(outcome, attempt)
                if pause_s is None or pause_s >= deadline.left_s:
                    break
                if not self._retries.acquire(blocking=False):
                    break
                time.sleep(pause_s)
                if is_shut():
                    break
                outcome, tries = self._attempt(request, deadline), tries + 1
        if isinstance(outcome, Response) and outcome.status not in retry.RETRIED_STATUSES:
            with suppress(ValueError):  # none was taken
                self._retries.release()
        return replace(outcome, tries=tries)

    def _prepare(self, outgoing: Request, headers: Mapping[str, str]) -> requests.PreparedRequest:
        """Prepare a request by its parts: `requests` would take the base URL apart every time."""
        request = requests.PreparedRequest()
        request.prepare_method(outgoing.verb)
        # No URL can hold a lone surrogate.
        query = urlencode(outgoing.params, errors="replace")
        path = ("" if outgoing.as_user else self.prefix) + (outgoing.path or outgoing.template)
        url = f"{self._base_url}{path}{'?' * bool(query)}{query}"
        if self._base_url:
            request.url = url
        else:  # a complete answer from another server
            request.prepare_url(url, None)
        request.prepare_headers(
            {"Accept": "application/json", "Accept-Encoding": "gzip", **headers}
        )
        request.prepare_body(outgoing.form, None, outgoing.json)
        return request

    def _attempt(
        self, request: requests.PreparedRequest, deadline: Deadline
    ) -> Response | NoResponse:
        deadline.sent, deadline.fault = False, None
        left_s = deadline.left_s
        if left_s <= 0:
            return NoResponse(UnavailableKind.DEADLINE, sent=False)
        outcome: Response | NoResponse
        try:
            if self._thread.pid != os.getpid():  # forked meanwhile: the socket is the parent's
                self._thread = _PerThread()
            response = self._thread.adapter.send(
                request, stream=True, timeout=(min(CONNECT_S, left_s), left_s)
            )
            with response:
                outcome = self._read(response, deadline)
        except _NETWORK_FAULTS:
            outcome = NoResponse(deadline.fault or UnavailableKind.NETWORK, deadline.sent)
        if deadline.left_s <= 0:
            return NoResponse(UnavailableKind.DEADLINE, deadline.sent)
        return outcome

    def _read(self, response: requests.Response, deadline: Deadline) -> Response:
        """Read the head, and at most BODY_MAX unpacked bytes."""
        body, flaw = b"", None
        try:
            # urllib3 unpacks no more than it is asked for.
            body = response.raw.read(BODY_MAX + 1, decode_content=True)
        except urllib3.exceptions.DecodeError:
            flaw = ShapeProblem(ProblemKind.PACKED)
        except _NETWORK_FAULTS:
            if response.status_code in _SUCCESSES:
                raise
            flaw = ShapeProblem(ProblemKind.CUT_OFF)  # the status is known, and decides
        if len(body) > BODY_MAX:
            body, flaw = b"", ShapeProblem(ProblemKind.TOO_LONG, str(BODY_MAX))
        now, head = self._clock(), response.headers
        media_type = _MEDIA_TYPE.match(head.get("Content-Type", ""))
        request_id = _REQUEST_ID.fullmatch(head.get(REQUEST_ID_HEADER, ""))
        return Response(
            status=response.status_code,
            content_type=_told(media_type) or "no content type",
            request_id=_told(request_id),
            retry_after_s=retry.retry_after_s(head.get("Retry-After"), now),
            body=body,
            flaw=flaw,
            at=now,
            took_ms=round((time.monotonic() - deadline.started) * 1000),
            server_at=date_of(head.get("Date")),
        )


def _told(found: re.Match[str] | None) -> str | None:
    """Return a word of a header that may be in a log."""
    return found[0] if found and may_be_told(found[0]) else None
