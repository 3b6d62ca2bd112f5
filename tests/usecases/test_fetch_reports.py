"""Plan, request, check, store: what each step leaves in the ledger, and what it does when an earlier attempt got further."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.contracts.errors import SpApiThrottled, SpApiUnavailable
from goodstanding.core.fetches import CheckOutcome, FetchOutcome, FetchState, StoredDocument
from goodstanding.core.rate_limits import CREATE_REPORT, GET_REPORT_DOCUMENT
from goodstanding.core.report_types import ReportType
from goodstanding.core.runs import run_on
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.usecases.fetch_reports import check_report, plan_reports, request_report, store_report

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
BODY = b"Date\tRating\r\n"


def request(here, requests, fetch):
    """Ask for a report."""
    return request_report(requests.ask(fetch), here.health, here.pace, here.connect, here.clock)


def store(here, requests, fetch, document_id="1"):
    """Download it."""
    where = (here.health, here.pace, here.connect, here.archive, here.clock)
    return store_report(requests.store(fetch, document_id), *where)


def used_up(here, plan) -> None:
    """Our own rate is used up for the moment."""
    for _ in range(plan.burst):
        here.pace.take(SELLER, "EU", plan.operation, rate=plan.rate, burst=plan.burst)


# ---- plan ---------------------------------------------------------------------------------------------------------------------


def test_plan_of_a_day_stands_whatever_is_known_later(here, requests):
    """A run that is started again asks for the same ranges, in executions of its own."""
    first = plan_reports(requests.plan(), here.health)
    source = Source(ReportType.ALL_ORDERS, SourceState.FRESH, AT)
    here.health.put_source(SELLER, requests.marketplace, SourceRecord(source, covered_until=AT))
    second = plan_reports(requests.plan("run-2"), here.health)
    assert [fetch.name for fetch in second.fetches] == [fetch.name for fetch in first.fetches]
    names = [fetch.execution_name for fetch in (*first.fetches, *second.fetches)]
    assert len(set(names)) == len(names)


def test_plan_after_a_whole_window_asks_for_what_changed(here, requests):
    """The first run reads the window in parts, the next needs one part of each report."""
    first = plan_reports(requests.plan(), here.health)
    for report_type in {fetch.report_type for fetch in first.fetches}:
        source = Source(report_type, SourceState.FRESH, AT)
        here.health.put_source(SELLER, requests.marketplace, SourceRecord(source, covered_until=AT))
    tomorrow = requests.plan().model_copy(update={"scheduled_at": AT + timedelta(days=1)})
    second = plan_reports(tomorrow, here.health)
    assert len(first.fetches) > len(second.fetches) == len({fetch.report_type for fetch in second.fetches})


def test_day_of_a_run_is_its_schedules():
    """A run that begins late, or is repeated tomorrow, is still that day's."""
    assert run_on(datetime(2026, 11, 20, 23, 59, tzinfo=UTC)) == date(2026, 11, 20)


# ---- request ------------------------------------------------------------------------------------------------------------------


def test_requested_report_is_on_record(here, requests):
    """Amazon's id is written down, so that nobody asks again."""
    fetch = here.planned()
    assert request(here, requests, fetch).report_id == "1"
    assert (here.fetch().state, here.fetch().report_id) == (FetchState.REQUESTED, "1")
    again = request(here, requests, fetch)
    assert (again.outcome, again.report_id, len(here.amazon.asked)) == (FetchOutcome.REQUESTED, "1", 1)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (FetchState.STORED, FetchOutcome.STORED),
        (FetchState.INGESTED, FetchOutcome.STORED),
        (FetchState.NO_DATA, FetchOutcome.NO_DATA),
    ],
)
def test_report_that_got_further_is_not_asked_for(here, requests, state, outcome):
    """A restarted run takes up what was reached."""
    fetch = here.planned(state=state, report_id="1")
    assert request(here, requests, fetch).outcome is outcome
    assert here.amazon.asked == []


def test_failed_report_is_asked_for_anew(here, requests):
    """Another attempt begins without the last one's reason and document."""
    document = StoredDocument("b", "k", "00", 1, None)
    fetch = here.planned(state=FetchState.FAILED, report_id="0", reason="report_fatal", stored=document)
    assert request(here, requests, fetch).outcome is FetchOutcome.REQUESTED
    assert (here.fetch().reason, here.fetch().stored, here.fetch().report_id) == (None, None, "1")


def test_request_beyond_our_rate_queues_up_once(here, requests):
    """It is given a slot, keeps it however often it is asked, and is asked for when the slot comes."""
    used_up(here, CREATE_REPORT)
    fetch = here.planned()
    first, second = request(here, requests, fetch), request(here, requests, fetch)
    assert [first.outcome, second.outcome] == [FetchOutcome.PACED] * 2
    assert first.wait_seconds == second.wait_seconds > 0
    here.clock.wait(timedelta(seconds=first.wait_seconds))
    assert request(here, requests, fetch).outcome is FetchOutcome.REQUESTED
    assert here.fetch().slot_at is None


@pytest.mark.parametrize("error", [SpApiThrottled("429"), SpApiUnavailable("503")])
def test_request_that_fails_leaves_the_report_planned(here, requests, error):
    """The retry asks as if nobody had."""
    fetch = here.planned()
    here.amazon.failures = [error]
    with pytest.raises(type(error)):
        request(here, requests, fetch)
    assert here.fetch() == fetch
    assert request(here, requests, fetch).outcome is FetchOutcome.REQUESTED


# ---- check --------------------------------------------------------------------------------------------------------------------


def test_pending_report_is_looked_at_later_and_later(here, requests):
    """Slow reports cost few calls, and the ledger stays as it is."""
    fetch = here.planned()
    request(here, requests, fetch)
    here.amazon.TAKES = timedelta(hours=2)
    pauses = []
    for _ in range(2):
        answer = check_report(requests.check(fetch, "1"), here.health, here.connect, here.clock)
        pauses.append(answer.wait_seconds)
        here.clock.wait(timedelta(minutes=10))
    assert pauses[0] < pauses[1]
    assert here.fetch().state is FetchState.REQUESTED


def test_report_without_data_is_settled(here, requests):
    """No rows is a result with a time, not a failure."""
    fetch = here.planned()
    request(here, requests, fetch)
    here.clock.wait(here.amazon.TAKES)
    answer = check_report(requests.check(fetch, "1"), here.health, here.connect, here.clock)
    assert answer.outcome is CheckOutcome.NO_DATA
    assert (here.fetch().state, here.fetch().fetched_at) == (FetchState.NO_DATA, here.clock.now())


# ---- store --------------------------------------------------------------------------------------------------------------------


def test_document_is_downloaded_once(here, requests):
    """The body is in the archive, its record in the ledger; a second attempt touches neither Amazon nor the archive."""
    here.amazon.bodies = {ReportType.FEEDBACK: BODY}
    fetch = here.planned()
    request(here, requests, fetch)
    assert store(here, requests, fetch).outcome is FetchOutcome.STORED
    stored = here.fetch().stored
    assert stored is not None
    assert here.archive.bodies == {stored.key: BODY}
    here.amazon.failures = [SpApiUnavailable("must not be asked")]
    assert store(here, requests, fetch).outcome is FetchOutcome.STORED


def test_download_that_breaks_off_can_be_repeated(here, requests):
    """Nothing is on record until the whole body is there."""
    here.amazon.bodies = {ReportType.FEEDBACK: BODY}
    fetch = here.planned()
    request(here, requests, fetch)
    here.amazon.failures = [SpApiUnavailable("cut off")]
    with pytest.raises(SpApiUnavailable):
        store(here, requests, fetch)
    assert here.fetch().state is FetchState.REQUESTED
    assert store(here, requests, fetch).outcome is FetchOutcome.STORED


def test_download_beyond_our_rate_queues_up(here, requests):
    """Documents are rationed as reports are."""
    here.amazon.bodies = {ReportType.FEEDBACK: BODY}
    fetch = here.planned()
    request(here, requests, fetch)
    used_up(here, GET_REPORT_DOCUMENT)
    answer = store(here, requests, fetch)
    assert (answer.outcome, here.archive.bodies) == (FetchOutcome.PACED, {})
    here.clock.wait(timedelta(seconds=answer.wait_seconds))
    assert store(here, requests, fetch).outcome is FetchOutcome.STORED
    assert here.fetch().slot_at is None
