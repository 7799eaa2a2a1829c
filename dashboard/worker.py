"""`python -m dashboard worker`: background work, in a process of its own over the same database.

Every 30 s it checks what came of calls that got no response; it never sends one again. In between,
the work that calls the API takes turns: following, the directory's upkeep, searches of the list,
and the rows of jobs.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from gettext import translation
from pathlib import Path
from time import monotonic

import structlog

from dashboard.config.areas import find_meter
from dashboard.config.settings import load_config
from dashboard.logs import configure_logs
from dashboard.partner.asker import Asker, asking_for
from dashboard.partner.errors import PartnerError
from dashboard.services.actors import WORKER
from dashboard.services.owners.hand_over_mail import HandOver
from dashboard.services.ports import Clock
from dashboard.services.registry import Services
from dashboard.services.users.erasure import BATCH_SIZE
from dashboard.store.db.database import Database, StoreError
from dashboard.wiring import build_services, now

ROUND_S = 30.0
SYNC_AGAIN_AFTER = timedelta(seconds=10)
HEAD_EVERY = timedelta(days=1)
CATALOGS = Path(__file__).parent / "translations"
Turn = Callable[[], timedelta]
log = structlog.get_logger()


def run_worker(clock: Clock = now) -> int:
    """Work until SIGTERM or SIGINT; what is under way is ended first.

    Raises:
        NotReadyError: the database is not one to work with.
        StoreError: it cannot be used.

    """
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    configure_logs()
    config = load_config()
    database = Database(config.database_url)
    services = build_services(config, database, clock, meter=find_meter(config))
    services.operations.readiness.check()
    services.operations.readiness.bind_environment(config.environment, config.partner_api_url)
    worker = MaintenanceWorker(services, clock, config.address)
    if config.metrics_port:
        from dashboard.metrics.serving import serve_worker  # noqa: PLC0415  only where they are on

        serve_worker(config.metrics_port + 1, services)
    log.info("worker_started")
    while not stopped.is_set():
        begun_s = monotonic()
        worker.run_once(stopped.is_set)
        while not stopped.is_set() and (left_s := ROUND_S - (monotonic() - begun_s)) > 0:
            stopped.wait(min(worker.sync_once().total_seconds(), left_s))
    services.directory.sync.release()
    services.upstream.monitor.flush()
    database.close()
    log.info("worker_stopped")
    return 0


class MaintenanceWorker:
    """Runs the periodic steps of maintenance."""

    def __init__(self, services: Services, clock: Clock, address: str = "") -> None:
        self._services = services
        self._letters = partial(hand_over_letter, f"{address}/kyc?owner=me" if address else "")
        self._clock = clock
        self._head_at: datetime | None = None
        self._has_more_gone = False
        self._rest_ends: dict[Turn, datetime] = {}
        self._turns: list[Turn] = [
            services.directory.look_reader.work,
            services.directory.sync.work,
            services.desk.follow.work,
            services.jobs.runner.work,
            services.lab.reports.work,
        ]
        self.delete_by_age: tuple[Callable[[], object], ...] = (  # what was kept for days
            services.auth.links.remove_old,
            services.jobs.runner.remove_old,
            services.lab.reports.remove_old,
            services.requests.remove_old,
            services.story.visits.remove_old,
            self._erase_gone,
        )

    def run_once(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Take the steps in turn. One that fails is logged, and tried again in the next round.

        Nothing is deleted by its age unless the API's clock shows that ours is right.
        """
        for step in self._steps():
            try:
                if step not in self.delete_by_age or self._services.upstream.clock.agrees():
                    step()
            except (PartnerError, StoreError) as error:
                log.warning(
                    "step_failed",
                    step=getattr(step, "__qualname__", ""),
                    kind=type(error).__name__,
                    cause=str(error),
                )
            if is_stopped():
                return

    def sync_once(self) -> timedelta:
        """Let each one that calls in the background make its next call, as far as one is due.

        Return how long to wait before the next ones.
        """
        return min(self._take(turn) for turn in tuple(self._turns))

    def _take(self, turn: Turn) -> timedelta:
        """Take a turn. One that made a call goes last, so that all share the budget.

        One that failed rests.
        """
        rests_for = self._rest_ends.get(turn, self._clock()) - self._clock()
        if timedelta() < rests_for <= SYNC_AGAIN_AFTER:
            return rests_for
        try:
            with asking_for(Asker.BUDGET):
                wait = turn()
        except (PartnerError, StoreError) as error:
            log.warning("sync_failed", kind=type(error).__name__, cause=str(error))
            self._rest_ends[turn] = self._clock() + SYNC_AGAIN_AFTER
            return SYNC_AGAIN_AFTER
        if not wait:
            self._turns.remove(turn)
            self._turns.append(turn)
        return wait

    def _steps(self) -> Iterator[Callable[[], object]]:
        services = self._services
        yield self._log_head
        yield services.operations.heartbeat.note
        yield services.attempts.log.expire_abandoned
        yield services.auth.saved_forms.sweep
        yield services.auth.sessions.remove_old
        yield services.directory.control.remove_old
        yield services.directory.looks.remove_old
        yield services.selections.remove_old
        yield from self.delete_by_age
        yield self._clear_leftovers
        yield services.audit.log.append_sums
        yield self._tell_hand_overs
        yield services.upstream.probe.try_again
        yield self._settle_registrations
        yield self._settle_kyc
        yield self._free_pages
        yield services.operations.statistics.refresh
        yield services.backups.work

    def _log_head(self) -> None:
        """Log the end of the audit log daily, so that a cut tail shows (`audit verify --head`)."""
        if self._head_at and timedelta() <= self._clock() - self._head_at < HEAD_EVERY:
            return
        head = self._services.audit.log.head()
        log.info("audit_head", seq=head.seq, mac=head.mac)
        self._head_at = self._clock()

    def _tell_hand_overs(self) -> None:
        if told := self._services.owners.hand_over_mail.send(self._letters):
            log.info("hand_overs_mailed", number=told)

    def _settle_registrations(self) -> None:
        if settled := self._services.registrations.reconciler.reconcile_lost(WORKER):
            log.info("registrations_settled", number=settled)

    def _settle_kyc(self) -> None:
        self._services.kyc.reconciler.settle_seen(WORKER)

    def _free_pages(self) -> None:
        if freed := self._services.operations.free_pages():
            log.info("pages_freed", number=freed)

    def _erase_gone(self) -> None:
        if erased := self._services.users.erasure.erase_gone():
            log.info("gone_users_erased", number=erased)
        self._has_more_gone = erased >= BATCH_SIZE

    def _clear_leftovers(self) -> None:
        has_more, self._has_more_gone = self._has_more_gone, False
        if not has_more:  # else their leftovers go together
            self._services.users.erasure.remove_leftovers()


def hand_over_letter(url: str, to: HandOver) -> tuple[str, str]:
    """Return subject and text of the email about hand-overs, in its recipient's language.

    `url` opens their users, "" where our address is not known.
    """
    catalog = translation("messages", CATALOGS, [to.language or "en"], fallback=True)
    _, ngettext = catalog.gettext, catalog.ngettext
    subject = ngettext(
        "%(num)s user was handed over to you", "%(num)s users were handed over to you", to.users
    )
    told = ngettext(
        "Colleagues have handed %(num)s user over to you, and you haven’t opened them yet.",
        "Colleagues have handed %(num)s users over to you, and you haven’t opened them yet.",
        to.users,
    )
    ending = _("You get at most one such email a day. Turn it off in your account’s preferences.")
    number = {"num": to.users}
    parts = (told % number, url, ending)
    return subject % number, "\n\n".join(filter(None, parts)) + "\n"
