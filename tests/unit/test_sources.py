"""What the day's fetches of a report come to."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.fetches import Fetch, FetchState
from goodstanding.core.rate_limits import CREATE_REPORT, GET_REPORT_DOCUMENT
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceRecord, SourceState, settle

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
YESTERDAY = AS_OF - timedelta(days=1)
STOOD = SourceRecord(Source(ReportType.ALL_ORDERS, SourceState.FRESH, YESTERDAY), YESTERDAY, "yesterday")


def fetch(state: str, reason: str | None = None, fetched_at: datetime | None = None) -> Fetch:
    """One part of the report."""
    return Fetch("part", ReportType.ALL_ORDERS, None, AS_OF, FetchState(state), fetched_at=fetched_at, reason=reason)


@pytest.mark.parametrize("before", [None, STOOD])
def test_report_whose_parts_are_all_in_is_fresh(before):
    """Fetched when the last part was; covered until the run."""
    parts = [fetch("ingested", fetched_at=AS_OF), fetch("ingested", fetched_at=YESTERDAY), fetch("no_data")]
    assert settle(parts, before, AS_OF, "today") == SourceRecord(
        Source(ReportType.ALL_ORDERS, SourceState.FRESH, AS_OF), AS_OF, "today"
    )


def test_report_without_data_is_empty():
    """Nothing of the kind happened, as of the run."""
    found = settle([fetch("no_data")], STOOD, AS_OF, "today")
    assert found == SourceRecord(Source(ReportType.ALL_ORDERS, SourceState.EMPTY, AS_OF), AS_OF, "today")


@pytest.mark.parametrize("state", ["planned", "requested", "stored", "failed"])
def test_report_with_a_part_missing_is_stale(state):
    """What stood is used, and asked for again from where it is covered."""
    found = settle([fetch("ingested"), fetch(state, "report_fatal")], STOOD, AS_OF, "today")
    stale = Source(ReportType.ALL_ORDERS, SourceState.STALE, YESTERDAY, "report_fatal")
    assert found == SourceRecord(stale, YESTERDAY, "yesterday")


@pytest.mark.parametrize(
    "before", [None, SourceRecord(Source(ReportType.ALL_ORDERS, SourceState.UNAVAILABLE, None, "throttled"))]
)
def test_report_that_never_was_is_unavailable(before):
    """There is nothing to use; a part that nobody failed was interrupted."""
    found = settle([fetch("planned")], before, AS_OF, "today")
    assert found == SourceRecord(Source(ReportType.ALL_ORDERS, SourceState.UNAVAILABLE, None, "interrupted"))


def test_daily_run_of_a_seller_fits_the_documented_burst():
    """Eight reports a marketplace are asked for and fetched at once."""
    assert min(CREATE_REPORT.burst, GET_REPORT_DOCUMENT.burst) >= 8
    assert CREATE_REPORT.rate == GET_REPORT_DOCUMENT.rate
