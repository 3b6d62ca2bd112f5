"""From the raw bucket into facts: streaming, resumable, and never letting one bad row cost the good ones."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from goodstanding.contracts.errors import ReportDamaged
from goodstanding.contracts.tasks import IngestReportInput, IngestReportOutput
from goodstanding.core import marketplaces
from goodstanding.core.fetches import Fetch, FetchState
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from goodstanding.core.reports.all_orders import fold_orders, parse_all_orders
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.decoding import Unreadable, lines, plain
from goodstanding.core.reports.feedback import latest_per_order, parse_feedback
from goodstanding.core.reports.performance_v1 import parse_performance_v1
from goodstanding.core.reports.performance_v2 import parse_performance_v2
from goodstanding.core.reports.returns import parse_returns
from goodstanding.core.reports.shipments import parse_shipments
from goodstanding.core.runs import run_on
from goodstanding.ports.clock import Remaining
from goodstanding.ports.health import AmazonFigures, HealthStore
from goodstanding.ports.orders import OrderStore
from goodstanding.ports.report_archive import ReportArchive

_ENOUGH = timedelta(seconds=45)
"""What must be left of a Lambda's time to begin another page."""

PAGE = 5_000
"""Rows between two looks at the time that is left."""

_SELDOM = 100_000


@dataclass
class _Reading:
    """One report being read: where it belongs, what is wrong with it, and how far it got."""

    request: IngestReportInput
    fetch: Fetch
    marketplace: Marketplace
    snapshot: str
    seen_at: datetime
    damages: list[Damage] = field(default_factory=list)
    damage_count: int = 0
    cursor: int = 0

    def sound[T](self, rows: Iterable[T | Damage]) -> Iterator[T]:
        """The rows that could be read; the others are counted and the first kept."""
        for row in rows:
            if isinstance(row, Damage):
                self.note(row)
            else:
                yield row

    def note(self, damage: Damage) -> None:
        self.damage_count += 1
        if not self.damages:
            self.damages.append(damage)

    @property
    def reason(self) -> str | None:
        """The first damage and how many more; None when the report is sound."""
        if not self.damages:
            return None
        more = f" and {self.damage_count - 1} more" if self.damage_count > 1 else ""
        return self.damages[0].reason + more


def ingest_report(
    request: IngestReportInput,
    health: HealthStore,
    orders: OrderStore,
    archive: ReportArchive,
    remaining: Remaining,
) -> IngestReportOutput:
    """Read a stored report into facts; not done when time ran out, then to be called again with the cursor.

    Everything is an upsert by key, so reading a part twice changes nothing.
    """
    marketplace = marketplaces.by_country(request.marketplace)
    day = run_on(request.scheduled_at)
    fetch = health.fetch(request.seller_id, marketplace, day, request.name)
    if fetch.state is not FetchState.STORED or fetch.stored is None:
        return IngestReportOutput(done=True, cursor=request.cursor)
    reading = _Reading(request, fetch, marketplace, day.isoformat(), fetch.fetched_at or request.scheduled_at)
    done = _read(reading, health, orders, archive, remaining)
    if done:
        state = FetchState.FAILED if reading.damages else FetchState.INGESTED
        health.put_fetch(request.seller_id, marketplace, day, replace(fetch, state=state, reason=reading.reason))
    return IngestReportOutput(done=done, cursor=reading.cursor)


def _read(
    reading: _Reading, health: HealthStore, orders: OrderStore, archive: ReportArchive, remaining: Remaining
) -> bool:
    stored = reading.fetch.stored
    try:
        with archive.open(stored) as body:  # type: ignore[arg-type]
            return _READERS[reading.fetch.report_type](reading, body, _Stores(health, orders, remaining))
    except Unreadable as error:
        reading.note(Damage(0, None, error.reason))
    except ReportDamaged:
        reading.note(Damage(0, None, "gone"))
    return True


@dataclass(frozen=True)
class _Stores:
    health: HealthStore
    orders: OrderStore
    remaining: Remaining


def _text_lines(reading: _Reading, body: BinaryIO) -> Iterator[str]:
    stored = reading.fetch.stored
    return lines(plain(body), stored.charset if stored else None, japanese=reading.marketplace.language == "ja")


def _read_orders(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    """The one report that can outgrow a Lambda: its rows are counted, and reading stops at a page when time runs short."""
    pages = _Pages(
        reading.sound(parse_all_orders(_text_lines(reading, body))), reading.request.cursor, stores.remaining
    )
    with _seldom_collected():
        stores.orders.put_orders(reading.request.seller_id, reading.marketplace, fold_orders(pages))
    reading.cursor = pages.taken
    return not pages.stopped


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Garbage in cycles is looked for after a hundred thousand new objects instead of two thousand.

    The rows of a report come and go in no cycle, and looking at those that are held took a fifth of the whole time.
    What AWS's client leaves in cycles is still found, some ten megabytes of it at a time.
    """
    young, *older = gc.get_threshold()
    gc.set_threshold(max(young, _SELDOM), *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)


class _Pages[T]:
    """Rows from the cursor on, until time is short; `taken` is the new cursor."""

    def __init__(self, rows: Iterator[T], cursor: int, remaining: Remaining) -> None:
        self._rows = rows
        self._cursor = cursor
        self._remaining = remaining
        self.taken = 0
        self.stopped = False

    def __iter__(self) -> Iterator[T]:
        taken, look_at = 0, self._cursor // PAGE * PAGE + PAGE
        try:
            for row in self._rows:
                if taken == look_at:
                    if self._remaining() < _ENOUGH:
                        self.stopped = True
                        return
                    look_at += PAGE
                taken += 1
                if taken > self._cursor:
                    yield row
        finally:
            self.taken = taken


def _read_feedback(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    found = latest_per_order(reading.sound(parse_feedback(_text_lines(reading, body), reading.marketplace)))
    stores.orders.put_feedback(reading.request.seller_id, reading.marketplace, reading.snapshot, found)
    return True


def _read_returns(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    found = reading.sound(parse_returns(_text_lines(reading, body)))
    stores.orders.put_returns(reading.request.seller_id, reading.marketplace, found, reading.seen_at)
    return True


def _read_shipments(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    found = reading.sound(parse_shipments(_text_lines(reading, body)))
    stores.orders.put_shipments(reading.request.seller_id, reading.marketplace, found, reading.seen_at)
    return True


def _read_performance_v2(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    status, metrics, damage = parse_performance_v2("\n".join(_text_lines(reading, body)), reading.marketplace)
    return _keep(reading, stores, AmazonFigures(reading.fetch.report_type, status, metrics), damage)


def _read_performance_v1(reading: _Reading, body: BinaryIO, stores: _Stores) -> bool:
    metrics, damage = parse_performance_v1("\n".join(_text_lines(reading, body)))
    return _keep(reading, stores, AmazonFigures(reading.fetch.report_type, None, metrics), damage)


def _keep(reading: _Reading, stores: _Stores, figures: AmazonFigures, damage: Damage | None) -> bool:
    """A damaged performance report replaces nothing: yesterday's figures stand, and are called stale."""
    if damage is not None:
        reading.note(damage)
    else:
        stores.health.put_amazon(reading.request.seller_id, reading.marketplace, figures)
    return True


_READERS: dict[ReportType, Callable[[_Reading, BinaryIO, _Stores], bool]] = {
    ReportType.PERFORMANCE_V2: _read_performance_v2,
    ReportType.PERFORMANCE_V1: _read_performance_v1,
    ReportType.FEEDBACK: _read_feedback,
    ReportType.ALL_ORDERS: _read_orders,
    ReportType.FBA_SHIPMENTS: _read_shipments,
    ReportType.MFN_RETURNS: _read_returns,
}
