"""The figures of a soak, with their goals, in the table of the bench."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.figures import Figure
from tests.soak.agreement import Journals
from tests.soak.browser import LOST
from tests.soak.events import DEPLOY, Event
from tests.soak.journal import Act, Journal, Line

P99_MS, BACK_S, SHARE = 300, 5.0, 0.95
SHOWN = 5  # disagreements


@dataclass(frozen=True)
class Soak:
    """What was asked for, and what happened."""

    rate: float
    began: float
    ended: float
    journal: Journal
    events: Sequence[Event]
    rows: Sequence[Act]  # of the job
    journals: Journals
    versions: tuple[str | None, str | None]  # of the schema, before and after
    warnings: Counter[str]  # of servers and workers, by their names

    def failed(self, event: Event | None) -> list[Line]:
        """Return what failed because of an event, or of none."""
        return [line for line in self.journal.failed() if self._cause(line) is event]

    def _cause(self, line: Line) -> Event | None:
        """Return the event in which a request was under way, the last one of several."""
        under_way = [
            event for event in self.events if event.began <= line.ended_at and line.at < event.over
        ]
        return under_way[-1] if under_way else None


def figures(soak: Soak) -> Iterator[Figure]:
    """Yield the rows of the table."""
    yield from _load(soak)
    yield from _times(soak.journal)
    for event in soak.events:
        yield from _event(soak, event)
    yield from _agreement(soak)
    told = ", ".join(f"{count} × {name}" for name, count in soak.warnings.most_common())
    yield Figure("log", "warnings and errors of servers and workers", told or "0")


def _load(soak: Soak) -> Iterator[Figure]:
    seconds, lines = soak.ended - soak.began, soak.journal.lines
    rate = len(lines) / seconds
    yield Figure(
        "load",
        "requests a second, requests, seconds",
        f"{rate:.1f} · {len(lines)} · {seconds:.0f}",
        goal=f"≥ {SHARE * soak.rate:g} a second",
        holds=rate >= SHARE * soak.rate,
    )
    quiet = soak.failed(None)
    yield Figure(
        "load", "failed outside of kills, restarts, deploy", _told(quiet), goal="0", holds=not quiet
    )


def _times(journal: Journal) -> Iterator[Figure]:
    whole = journal.took()
    yield Figure(
        "time",
        f"every request ({whole.count}): p50 · p95 · p99",
        str(whole),
        goal=f"p99 < {P99_MS} ms",
        holds=whole.p99 < P99_MS,
    )
    for kind in journal.kinds():
        took = journal.took({kind})
        yield Figure("time", f"{kind} ({took.count})", str(took))


def _event(soak: Soak, event: Event) -> Iterator[Figure]:
    failed = soak.failed(event)
    lasted_s = 0.0
    if failed:
        lasted_s = max(line.ended_at for line in failed) - min(line.at for line in failed)
    is_deploy = event.name == DEPLOY
    yield Figure(
        "event",
        f"{event.name}: failed requests",
        _told(failed),
        goal="0" if is_deploy else "–",
        holds=not failed if is_deploy else None,
    )
    yield Figure(
        "event",
        f"{event.name}: requests failed for · everything runs after",
        f"{lasted_s:.1f} · {event.took_s:.1f} s",
        goal=f"≤ {BACK_S:.0f} s",
        holds=lasted_s <= BACK_S,
    )
    if is_deploy:
        before, after = soak.versions
        yield Figure(
            "event",
            f"{event.name}: schema",
            f"{before} → {after}",
            goal="the next",
            holds=before != after,
        )


def _agreement(soak: Soak) -> Iterator[Figure]:
    journals = soak.journals
    acts = [act for act in soak.journal.acts if act.answers]
    done = sum(act.is_done for act in acts)
    again = sum(len(act.answers) > 1 for act in acts)
    yield Figure(
        "journals", "forms sent · told done · sent again", f"{len(acts)} · {done} · {again}"
    )
    registered = sum(row.is_done for row in soak.rows)
    yield Figure("journals", "rows of a job · done", f"{len(soak.rows)} · {registered}")
    for what, found in (
        ("lost", journals.lost()),
        ("doubled", journals.doubled()),
        ("unaudited", journals.unaudited()),
        ("records that disagree with the API", journals.untrue()),
    ):
        told = "; ".join([str(len(found)), *found[:SHOWN]])
        yield Figure("journals", what, told, goal="0", holds=not found)


def _told(failed: Sequence[Line]) -> str:
    """Return how many requests failed, and how."""
    ways = Counter(_way(line) for line in failed)
    return ", ".join([str(len(failed)), *(f"{count} × {way}" for way, count in ways.items())])


def _way(line: Line) -> str:
    if line.status == LOST:
        return "no answer"
    return f"{line.status} with Retry-After" if line.retry_after else f"{line.status} ({line.kind})"
