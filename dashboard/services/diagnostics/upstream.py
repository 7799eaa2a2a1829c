"""The doctor's checks of the Partner API: only reads, at most fifteen of them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from statistics import median

from dashboard.partner.errors import Conflict, Forbidden, NotFound, PartnerError, Rejected
from dashboard.partner.list_filters import (
    FILTERS,
    LIST_PARAMS,
    WIRE_NAMES,
    ParameterCheck,
    UserQuery,
    same,
)
from dashboard.partner.responses import WHOLE_BODY, Answer, ListPaging, UserPage
from dashboard.partner.telemetry import CallRecord
from dashboard.services.diagnostics.call_failures import explain
from dashboard.services.diagnostics.clock import examine_clock
from dashboard.services.diagnostics.findings import Finding, error, ok, warning
from dashboard.services.diagnostics.list_parameters import find_checks, together
from dashboard.services.ports import UserSource
from dashboard.services.upstream.monitor import UpstreamMonitor

CALLS_MAX = 3 + 3 * len(FILTERS)  # of each filter a check and two other names
SLOW_MS = 1000
_REFUSALS = (Conflict, Forbidden, NotFound, Rejected)
_SAME_USERS = {"page", "cursor"}  # without these every page shows the same

SourceWith = Callable[[Mapping[str, str], Callable[[CallRecord], None]], UserSource]
"""Gives a client that uses these names of parameters and tells this observer of its calls."""


class UpstreamDoctor:
    """Requests the list in several ways, and reports the results."""

    def __init__(
        self,
        source_with: SourceWith,
        configured: Mapping[str, str],
        url: str,
        upstream: UpstreamMonitor | None,
    ) -> None:
        self._source_with = source_with
        self._configured = configured
        self._url = url
        self._upstream = upstream  # where a readable database remembers what is seen
        self._calls: list[CallRecord] = []

    def examine(self) -> Iterator[Finding]:
        """Yield what is found, the first list first."""
        try:
            answer = self._ask(UserQuery())
        except PartnerError as failure:
            yield explain(failure, self._url)
            yield from examine_clock(self._calls[-1])
            return
        yield ok("credentials", "The Partner API accepts the key and secret.")
        yield from examine_clock(self._calls[-1])
        yield from _shape(answer.value)
        try:
            yield from self._parameters(answer)
        except PartnerError as failure:
            yield explain(failure, self._url)
        yield self._latency()

    def _ask(self, query: UserQuery, names: Mapping[str, str] | None = None) -> Answer[UserPage]:
        return self._source_with(names or {}, self._note).list_users(query)

    def _note(self, call: CallRecord) -> None:
        self._calls.append(call)
        if self._upstream:
            self._upstream.observe(call)

    @property
    def _left(self) -> int:
        return CALLS_MAX - len(self._calls)

    def _latency(self) -> Finding:
        middle = median(call.took_ms for call in self._calls)
        found = f"A read takes {middle:.0f} ms (median of {len(self._calls)})."
        if middle > SLOW_MS:
            return warning(
                "latency",
                found,
                "Run this again at another time; then tell Qash. Pages take as long.",
            )
        return ok("latency", found)

    def _parameters(self, answer: Answer[UserPage]) -> Iterator[Finding]:
        first = answer.value
        if not first.users:
            yield warning(
                "list parameters",
                "The list has no readable user, so no parameter could be tested.",
                "Register a test user and run this again. If there should be users, the key is "
                "of another partner.",
            )
            self._remember(answer, {})
            return
        tried = self._try_all(first)
        ignored = [trial for trial, honoured in tried.items() if honoured is False]
        names = self._find_names(first, ignored) if ignored else {}
        self._remember(
            answer, {trial.name: good for trial, good in tried.items() if good is not None}
        )
        verdicts = {trial.name: good for trial, good in tried.items()}
        for name in LIST_PARAMS:
            yield self._verdict(name, first, verdicts, names)

    def _try_all(self, first: UserPage) -> dict[ParameterCheck, bool | None]:
        tried: dict[ParameterCheck, bool | None] = {}
        for checks in find_checks(first):
            verdicts = (self._try(check) for check in checks)
            tried[checks[0]] = next((each for each in verdicts if each is not False), False)
        return tried

    def _try(self, trial: ParameterCheck, names: Mapping[str, str] | None = None) -> bool | None:
        """Return whether it was honoured, None where the API refused the request."""
        try:
            return trial.is_honoured(self._ask(trial.query, names).value)
        except _REFUSALS:
            return None

    def _find_names(self, first: UserPage, ignored: list[ParameterCheck]) -> dict[str, str]:
        """Return names that work: a family in one call, then one by one if that had an effect."""
        found: dict[str, str] = {}
        for family in zip_longest(*(WIRE_NAMES[trial.name][1:] for trial in ignored)):
            asked = {
                trial: name
                for trial, name in zip(ignored, family, strict=True)
                if name and trial.name not in found
            }
            if not asked or not self._left:
                break
            found |= self._working(first, asked)
        return found

    def _working(self, first: UserPage, asked: Mapping[ParameterCheck, str]) -> dict[str, str]:
        names = {trial.name: name for trial, name in asked.items()}
        try:
            page = self._ask(together([*asked]), names).value
        except _REFUSALS:
            return {}
        if same(first, page):
            return {}
        return {
            trial.name: name
            for trial, name in asked.items()
            if self._left and self._try(trial, {trial.name: name})
        }

    def _verdict(
        self,
        name: str,
        first: UserPage,
        verdicts: Mapping[str, bool | None],
        names: Mapping[str, str],
    ) -> Finding:
        check, sent = f"list {name}", self._configured.get(name, LIST_PARAMS[name])
        if name not in verdicts:
            return ok(check, _why_not_tried(name, first))
        if verdicts[name]:
            return ok(check, f"{sent} works.")
        if verdicts[name] is None:
            found = f"The Partner API refuses {sent}."
        else:
            found = f"{sent} is ignored" + (
                ": every page shows the same users." if name in _SAME_USERS else "."
            )
        if name in names:
            return _bad(name)(check, found, f"Set {self._setting(names)}")
        # With calls left, every name that we know was tried.
        others = ", ".join(WIRE_NAMES[name][1:]) if verdicts[name] is False and self._left else ""
        tried = f" (tried without success: {others})" if others else ""
        return _bad(name)(
            check,
            found,
            f"Look up its name in Qash's API reference{tried} and set "
            f"{self._setting({**names, name: 'THEIR_NAME'})}; until then pages say where it shows.",
        )

    def _setting(self, names: Mapping[str, str]) -> str:
        """Return the whole setting, with what is configured already."""
        wanted = {**self._configured, **names}
        return "PARTNER_LIST_PARAMS=" + ",".join(f"{ours}={its}" for ours, its in wanted.items())

    def _remember(self, answer: Answer[UserPage], honoured: Mapping[str, bool]) -> None:
        if self._upstream:
            self._upstream.saw_list(answer.value.shape, honoured, answer.at)
            self._upstream.flush()


def _bad(name: str) -> Callable[[str, str, str], Finding]:
    return error if name in _SAME_USERS else warning


def _why_not_tried(name: str, first: UserPage) -> str:
    if name == "page" and first.shape.paging is ListPaging.CURSOR:
        return "Not used: the list is paged by cursor."
    if name == "cursor" and first.shape.paging is not ListPaging.CURSOR:
        return "Not used: the list is paged by number."
    return "Not tested: the list is too short."


def _shape(page: UserPage) -> Iterator[Finding]:
    shape = page.shape
    goes_on = {
        ListPaging.PAGES: "by number",
        ListPaging.CURSOR: "by a cursor",
        ListPaging.NOT_TOLD: "without counters",
    }[shape.paging]
    counters = f", counters from {shape.counters}" if shape.counters else ""
    place = "the body itself, which is a list" if shape.items == WHOLE_BODY else shape.items
    yield ok("list shape", f"Users are in {place}{counters}; it is paged {goes_on}.")
    bad = [row for row in page.rows if row.problems]
    if bad:
        problems = "; ".join(sorted({str(problem) for row in bad for problem in row.problems}))
        yield warning(
            "list rows",
            f"Rows that can't be read completely: {len(bad)} of {len(page.rows)} ({problems}).",
            "Pages mark such rows and show the others. Report this line to Qash.",
        )
