"""From a stored body into facts: on from the cursor, bad rows counted, good ones kept."""

import gc
from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.contracts.errors import ReportDamaged
from goodstanding.core.fetches import FetchState
from goodstanding.core.metrics import Metric, MetricSource
from goodstanding.core.report_types import ReportType
from goodstanding.ports.health import AmazonFigures
from goodstanding.usecases import ingest_report as module
from goodstanding.usecases.ingest_report import ingest_report
from tests.local.sp_api_world import order, tsv

SELLER = "A2EXAMPLE00001"
ENOUGH, SHORT = timedelta(minutes=10), timedelta(seconds=10)
ORDERS = tsv([order(f"302-0000000-000000{number}", f"2026-11-0{number}T10:00:00+00:00") for number in range(1, 6)])
FEEDBACK = (
    "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\r\n18.11.26\t1\tc\t\t302-0000000-0000001\tx\r\n"
)
FIGURES = AmazonFigures(
    ReportType.PERFORMANCE_V2, "NORMAL", (Metric("late_shipment_rate", None, MetricSource.AMAZON, None),)
)


def ingest(here, requests, fetch, cursor=0, remaining=lambda: ENOUGH):
    """One call of the task."""
    return ingest_report(requests.ingest(fetch, cursor), here.health, here.orders, here.archive, remaining)


def order_ids(here) -> list[str]:
    """The orders that are known."""
    return sorted(order_id for orders in here.orders.orders.values() for order_id in orders)


def test_stored_report_becomes_facts(here, requests):
    """All its rows, and the ledger says that it is in."""
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS)
    assert ingest(here, requests, fetch).done
    assert len(order_ids(here)) == 5
    assert here.fetch("report-1").state is FetchState.INGESTED


def test_report_read_when_time_runs_short_goes_on_from_its_cursor(here, requests, monkeypatch):
    """Every call takes at least a page further, none counts a row twice, and until the last the report is not in."""
    monkeypatch.setattr(module, "PAGE", 2)
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS)
    known, cursor = [], 0
    for _ in range(3):
        answer = ingest(here, requests, fetch, cursor, lambda: SHORT)
        known.append(len(order_ids(here)))
        assert here.fetch("report-1").state is (FetchState.INGESTED if answer.done else FetchState.STORED)
        cursor = answer.cursor
    assert known == [2, 4, 5]
    assert answer.done


@pytest.mark.parametrize("fails", [False, True])
def test_garbage_is_collected_as_before_once_a_report_is_read(here, requests, fails):
    """Orders are read with fewer collections; what runs afterwards in the same process has its own again, also after a failure."""
    before = gc.get_threshold()
    during = []
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS)
    put_orders = here.orders.put_orders

    def put(seller_id, marketplace, orders):
        during.append(gc.get_threshold())
        if fails:
            raise ReportDamaged("while it is read")
        put_orders(seller_id, marketplace, orders)

    here.orders.put_orders = put
    ingest(here, requests, fetch)
    assert during[0] > before == gc.get_threshold()


def test_same_part_read_twice_changes_nothing(here, requests):
    """A call whose answer was lost is repeated without harm."""
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS)
    ingest(here, requests, fetch)
    facts = dict(here.orders.orders)
    here.health.put_fetch(SELLER, requests.marketplace, datetime(2026, 11, 20, tzinfo=UTC).date(), fetch)
    assert ingest(here, requests, fetch).done
    assert here.orders.orders == facts


def test_bad_row_costs_no_good_one(here, requests):
    """The good rows are facts; the report has failed, with the first damage as its reason and the number of the others."""
    bad = "302-0000000-0000009\t\tyesterday\t2026-11-05T10:00:00+00:00" + "\t" * 8 + "\r\n"
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS + bad * 3)
    assert ingest(here, requests, fetch).done
    assert len(order_ids(here)) == 5
    assert here.fetch("report-1").state is FetchState.FAILED
    assert (here.fetch("report-1").reason or "").startswith("damaged: ")
    assert (here.fetch("report-1").reason or "").endswith(" and 2 more")


@pytest.mark.parametrize("state", [FetchState.NO_DATA, FetchState.INGESTED, FetchState.FAILED, FetchState.REQUESTED])
def test_report_that_is_not_stored_is_left_alone(here, requests, state):
    """No data, read already or failed: there is nothing to read, and that is done."""
    fetch = here.planned(state=state)
    assert ingest(here, requests, fetch).done
    assert here.fetch() == fetch


def test_body_that_is_gone_fails_the_report(here, requests):
    """No retry brings it back, so the day goes on without it."""
    fetch = here.stored(ReportType.ALL_ORDERS, ORDERS)
    here.archive.bodies.clear()
    assert ingest(here, requests, fetch).done
    assert here.fetch("report-1").state is FetchState.FAILED
    assert (here.fetch("report-1").reason or "").startswith("damaged: gone")


def test_feedback_belongs_to_the_days_snapshot(here, requests):
    """What a later snapshot no longer holds was removed; so each day has its own."""
    assert ingest(here, requests, here.stored(ReportType.FEEDBACK, FEEDBACK)).done
    (fact,) = here.orders.feedback(SELLER, requests.marketplace, "2026-11-20")
    assert (fact.order_id, fact.rating) == ("302-0000000-0000001", 1)


def test_damaged_performance_report_replaces_nothing(here, requests):
    """Yesterday's figures stand."""
    here.health.put_amazon(SELLER, requests.marketplace, FIGURES)
    assert ingest(here, requests, here.stored(ReportType.PERFORMANCE_V2, '{"accountStatuses": [')).done
    assert list(here.health.amazon(SELLER, requests.marketplace)) == [FIGURES]
    assert here.fetch("report-1").state is FetchState.FAILED
