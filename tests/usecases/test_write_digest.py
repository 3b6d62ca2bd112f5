"""The day's digest: planned once, with what is known of the feedback requests."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.contracts.tasks import WriteDigestInput
from goodstanding.core.alerts import Topic
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import FeedbackFact, ReturnFact
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.consider import Wishes
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.usecases.publish import Known, write_digest

SELLER, DE = "A2EXAMPLE00001", by_country("DE")
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
REQUEST = WriteDigestInput(seller_id=SELLER, scheduled_at=AT, marketplaces=("DE",))


@dataclass
class FakeConsidered:
    """Requests by the day their orders were bought."""

    records: list[tuple[date, RequestRecord]] = field(default_factory=list)

    def requests(self, _seller_id, _marketplace, window):
        """Those of a window."""
        return (record for bought_on, record in self.records if window.from_ <= bought_on <= window.to)


def record(number, state=RequestState.SENT, reason=None):
    """A request whose window is over."""
    closed = AT - timedelta(days=1)
    window = RequestWindow(closed - timedelta(days=25), closed - timedelta(days=20), closed)
    return RequestRecord(f"302-0000000-{number:07}", window, EstimateSource.FALLBACK, state=state, reason=reason)


@pytest.fixture
def considered():
    """Nobody yet."""
    return FakeConsidered()


def written(here, considered, *, observe=False, stopped=False):
    """The text of the digest as it is planned."""
    known = Known(here.health, here.orders, considered)
    output = write_digest(REQUEST, known, here.registry, here.ledger, observe=observe, stopped=stopped)
    (planned,) = here.ledger.planned_on(SELLER, AT.date())
    assert (planned.key, planned.topic) == (output.key, Topic.DIGEST)
    return planned.message


def test_digest_of_a_day_is_planned_once(here, considered):
    """Whatever is known later, the day's digest stands as it was first written."""
    first = written(here, considered)
    considered.records.append((AT.date(), record(1)))
    assert written(here, considered) == first


def test_only_orders_of_the_last_sixty_local_days_are_told_of(here, considered):
    """Reading is bounded: the 60th day counts, the one before it does not."""
    considered.records += [(date(2026, 9, 22), record(1)), (date(2026, 9, 21), record(2))]
    assert "  DE  1 gestellt" in written(here, considered)


def test_what_became_known_later_is_compared(here, considered):
    """Feedback in force, returns and late shipments, of those asked and of those not."""
    considered.records += [(AT.date(), record(number)) for number in (1, 2)]
    considered.records.append((AT.date(), record(3, RequestState.EXCLUDED, Reason.EXCLUDED_SKU)))
    for report_type in (ReportType.FEEDBACK, ReportType.MFN_RETURNS):
        source = Source(report_type, SourceState.FRESH, AT)
        here.health.put_source(SELLER, DE, SourceRecord(source, AT, "2026-11-20"))
    here.orders.put_feedback(SELLER, DE, "2026-11-19", [FeedbackFact(record(2).order_id, 1, AT.date())])
    here.orders.put_feedback(SELLER, DE, "2026-11-20", [FeedbackFact(record(1).order_id, 2, AT.date())])
    here.orders.put_returns(SELLER, DE, [ReturnFact(record(3).order_id, "R", AT.date(), a_to_z_claim=False)], AT)
    here.orders.late[SELLER, "DE"] = {record(1).order_id, record(2).order_id}
    asked, others = (line for line in written(here, considered).splitlines() if "Neutralität" in line)
    assert "50 % (9-91 %) mit 1-2 Sternen, 0 % (0-66 %) mit 3 Sternen, 0 % (0-66 %) mit Rücksendung" in asked
    assert asked.endswith("100 % (34-100 %) verspätet versandt")
    assert "100 % (21-100 %) mit Rücksendung" in others
    assert others.endswith("zu wenige, um etwas zu sagen")


@pytest.mark.parametrize("state", [None, SourceState.UNAVAILABLE])
def test_missing_report_is_no_proof(here, considered, state):
    """Without feedback and returns nothing is said of them; an unread report is not an empty one."""
    considered.records.append((AT.date(), record(1)))
    if state is not None:
        for report_type in (ReportType.FEEDBACK, ReportType.MFN_RETURNS):
            here.health.put_source(SELLER, DE, SourceRecord(Source(report_type, state, None, "throttled")))
    text = written(here, considered)
    assert "Sternen" not in text
    assert "Rücksendung," not in text


def test_feedback_without_a_snapshot_is_empty(here, considered):
    """Amazon had no feedback: nobody gave a low rating."""
    considered.records.append((AT.date(), record(1)))
    here.health.put_source(SELLER, DE, SourceRecord(Source(ReportType.FEEDBACK, SourceState.EMPTY, AT)))
    assert "0 % (0-79 %) mit 1-2 Sternen" in written(here, considered)


@pytest.mark.parametrize(
    ("enabled", "observe", "stopped", "words"),
    [
        (False, True, True, "zurückgehalten: 1 Anfragen sind ausgeschaltet"),
        (True, True, True, "zurückgehalten: 1 das Programm beobachtet nur"),
        (True, False, True, "zurückgehalten: 1 der Stoppschalter ist gesetzt"),
    ],
)
def test_what_of_ours_holds_requests_back_is_said(here, considered, enabled, observe, stopped, words):
    """The seller's wish before the mode, the mode before the stop switch."""
    here.registry.sellers[SELLER] = replace(here.registry.sellers[SELLER], wishes=Wishes(enabled=enabled))
    considered.records.append((AT.date(), record(1, RequestState.PLANNED)))
    assert words in written(here, considered, observe=observe, stopped=stopped)


def test_nothing_is_held_when_all_may_go(here, considered):
    """A request that waits for its turn is no matter of ours."""
    considered.records.append((AT.date(), record(1, RequestState.PLANNED)))
    assert "zurückgehalten" not in written(here, considered)
