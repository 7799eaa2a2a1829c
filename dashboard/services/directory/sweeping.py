"""One sweep: what an answer of the list adds to it, and when it has read everyone.

A pass whose pages all joined, over a list in the order of registration, can have missed no one who
was there all the time. Over any other list a second pass has to find no user that the first one
missed. A list that is newest first is read from its front once more, for the newcomers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from dashboard.partner.errors import Malformed, Rejected
from dashboard.partner.responses import Answer, BadRow, UserPage
from dashboard.services.clocks import is_ahead
from dashboard.services.directory import walk
from dashboard.services.directory.walk import End, PageAnswer, WalkStep
from dashboard.services.seen import SeenUsers, facts_of
from dashboard.store.db.database import Transaction
from dashboard.store.directory import background, sweeps
from dashboard.store.directory.sweeps import ListProblem, Phase, Position, Result, Sweep

RETRY_AFTER = timedelta(hours=1)  # of a sweep that did not read the whole list
PASSES_AT_MOST = 5
TOLD_AT_LEAST = 0.99  # of the total that the API tells; less is no complete sweep
MALFORMED_AT_MOST = 5
PAGES_AT_MOST = 100_000
SPARE = 1000  # users more than twice the total: such a list has no end
log = structlog.get_logger()


def begin(transaction: Transaction, at: datetime) -> bool:
    """Begin a sweep; return whether none was running."""
    last = sweeps.find_last(transaction)
    if last and last.is_running:
        return False
    sweeps.start(transaction, at)
    return True


def is_due(last: Sweep | None, every: timedelta, now: datetime) -> bool:
    """Return whether it is time for another sweep; without an interval it never is."""
    if last and last.is_running:
        return False
    return bool(every) and next_at(last, every, now) <= now


def next_at(last: Sweep | None, every: timedelta, now: datetime) -> datetime:
    """Return when the next sweep begins, with this interval."""
    if last is None or is_ahead(max(last.started_at, last.finished_at or last.started_at), now):
        return now
    if last.result is Result.COMPLETE or not last.finished_at:
        return last.started_at + every
    return last.finished_at + min(every, RETRY_AFTER)


def can_catch_up(last: Sweep) -> bool:
    """Return whether the list is newest first, as far as the newest sweep saw."""
    is_judged = not last.is_running or (last.pages > 0 and last.passes == 1)
    return last.position.falls and is_judged


def is_at_front(sweep: Sweep) -> bool:
    """Return whether a sweep has read the list and looks for those who registered meanwhile."""
    return sweep.is_running and sweep.phase is Phase.FRONT


class Sweeping:
    """Adds answers to a sweep, in the transaction of the caller."""

    def __init__(self, seen: SeenUsers) -> None:
        self._seen = seen

    def go_on(
        self,
        transaction: Transaction,
        sweep: Sweep,
        answer: PageAnswer,
        at: datetime,
    ) -> None:
        """Write what came, and where the sweep goes on."""
        if isinstance(answer, Rejected):
            step = walk.refused(sweep.position)
        elif isinstance(answer, Malformed):
            step = _malformed(transaction, sweep)
        else:
            sweep, step = self._read(transaction, sweep, answer)
        if step.problem:
            _note(transaction, sweep, step.problem, at)
        sweep = replace(sweep, position=step.position)
        if step.end is End.STUCK:
            sweep = replace(sweep, result=Result.STUCK, finished_at=at)
        elif step.end is End.LIST:
            sweep = _after_the_list(transaction, sweep, at)
        sweeps.put(transaction, sweep)

    def keep_front(
        self,
        transaction: Transaction,
        sweep: Sweep,
        pages: Sequence[Answer[UserPage]],
        position: Position,
        *,
        reached: bool,
    ) -> None:
        """Write the newest users. `reached`: down to someone who counts as read; then all do."""
        for each in reversed(pages):
            self._keep(transaction, each, position, sweep.number if reached else 0)
        at, total = pages[-1].at, pages[-1].value.total
        background.note_caught_up(transaction, at)
        if is_at_front(sweep):
            sweep = replace(sweep, pages=sweep.pages + len(pages), total=total)
            after = _completed(transaction, sweep, at) if reached else _once_more(sweep)
            sweeps.put(transaction, after)
            return
        sweeps.note_total(transaction, sweep.id, total)
        if not position.falls:
            sweeps.note_disorder(transaction, sweep.id)
        elif not reached:
            begin(transaction, at)

    def _keep(
        self,
        transaction: Transaction,
        answer: Answer[UserPage],
        position: Position,
        number: int,
    ) -> None:
        """Write users through: those who count as read with this number, newcomers without."""
        newcomers = walk.newcomers_of(position, answer.value)
        facts = [facts_of(user) for user in answer.value.users]
        read = [each for each in facts if each.user_id not in newcomers]
        others = [each for each in facts if each.user_id in newcomers]
        self._seen.record_read(transaction, read, answer.at, number)
        self._seen.record_read(transaction, others, answer.at, 0)

    def _read(
        self, transaction: Transaction, sweep: Sweep, answer: Answer[UserPage]
    ) -> tuple[Sweep, WalkStep]:
        page = answer.value
        numbers = sweeps.numbers_of(transaction, walk.ids_of(page))
        known = {each for each, number in numbers.items() if number == sweep.number}
        step = walk.step(sweep.position, page, known)
        self._keep(transaction, answer, step.position, sweep.number)
        if bad := [row for row in page.rows if isinstance(row, BadRow)]:
            sweeps.mark(transaction, [row.user_id for row in bad if row.user_id], sweep.number)
            _note(transaction, sweep, ListProblem.UNREADABLE_ROW, answer.at, len(bad))
        sweep = _counted(sweep, page, numbers, walk.newcomers_of(step.position, page))
        if _has_no_end(sweep):
            step = replace(step, end=End.STUCK, problem=ListProblem.MORE)
        return sweep, step


def _counted(
    sweep: Sweep, page: UserPage, numbers: Mapping[UUID, int], newcomers: Collection[UUID]
) -> Sweep:
    new = {
        user.id: user
        for user in page.users
        if numbers.get(user.id, 0) < sweep.first_number and user.id not in newcomers
    }
    late = [
        user
        for user in new.values()
        if user.created_at is None or user.created_at < sweep.started_at
    ]
    totals = [page.total] if page.total is not None else []
    return replace(
        sweep,
        pages=sweep.pages + 1,
        seen=sweep.seen + len(new),
        late=sweep.late + len(late),
        unreadable=sweep.unreadable + (sweep.passes == 1) * (len(page.rows) - len(page.users)),
        total=page.total,
        total_least=min([*totals, *_told(sweep.total_least)], default=None),
        total_most=max([*totals, *_told(sweep.total_most)], default=None),
    )


def _told(total: int | None) -> list[int]:
    return [] if total is None else [total]


def _has_no_end(sweep: Sweep) -> bool:
    most = sweep.total_most
    return sweep.pages > PAGES_AT_MOST or (most is not None and sweep.seen > 2 * most + SPARE)


def _malformed(transaction: Transaction, sweep: Sweep) -> WalkStep:
    """Ask for the page again, a few times."""
    found = sweeps.problems(transaction, [sweep.id])
    times = sum(each.times for each in found if each.kind == ListProblem.MALFORMED)
    end = End.STUCK if times >= MALFORMED_AT_MOST else None
    return WalkStep(sweep.position, end, ListProblem.MALFORMED)


def _after_the_list(transaction: Transaction, sweep: Sweep, at: datetime) -> Sweep:
    """Return what follows the end of the list: another pass, its front, or the end of the sweep."""
    position = sweep.position
    is_steady = sweep.passes > 1 and not sweep.late
    if not (walk.is_proven(position) or is_steady):
        if sweep.passes < PASSES_AT_MOST:
            return _once_more(sweep)
        _note(transaction, sweep, ListProblem.UNSTEADY, at)
    if position.falls:
        return replace(sweep, phase=Phase.FRONT)
    return _completed(transaction, sweep, at)


def _completed(transaction: Transaction, sweep: Sweep, at: datetime) -> Sweep:
    """Return the sweep at its end."""
    seen = sweeps.count_read(transaction, sweep.first_number)
    result = _judge(transaction, sweep, seen, at)
    log.info("sweep_ended", result=result.value, pages=sweep.pages, users=seen)
    return replace(sweep, result=result, finished_at=at, seen=seen)


def _judge(transaction: Transaction, sweep: Sweep, seen: int, at: datetime) -> Result:
    """Compare how many were read with the totals that the API gave meanwhile."""
    least, most = sweep.total_least, sweep.total_most
    if least is None or most is None:
        return Result.COMPLETE
    if seen > most:
        _note(transaction, sweep, ListProblem.MORE, at)
    if seen + sweep.unreadable < least:
        _note(transaction, sweep, ListProblem.FEWER, at)
    return Result.SHORT if seen < least * TOLD_AT_LEAST - sweep.unreadable else Result.COMPLETE


def _once_more(sweep: Sweep) -> Sweep:
    """Return the sweep at the start of another pass."""
    return replace(
        sweep,
        phase=Phase.WALK,
        number=sweep.number + 1,
        passes=sweep.passes + 1,
        late=0,
        position=walk.again(sweep.position),
    )


def _note(
    transaction: Transaction, sweep: Sweep, kind: ListProblem, at: datetime, times: int = 1
) -> None:
    sweeps.note_problem(transaction, sweep.id, kind, page=sweep.position.page, at=at, times=times)
