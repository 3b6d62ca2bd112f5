"""The day's digest: planned once, with what is known of the feedback requests."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.contracts.tasks import WriteDigestInput
from goodstanding.core.alerts import Topic
from goodstanding.core.deadline_rules import new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Thread
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import FeedbackFact, ReturnFact
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.consider import Wishes
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.policy.loader import load
from goodstanding.ports.conversations import StoredThread
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.write_digest import Known, write_digest
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.sellers import FakeSellerRegistry

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


@dataclass
class FakeMails:
    """What is kept of a mailbox, as far as the digest asks for it."""

    kept: list[Thread] = field(default_factory=list)
    asked: list[MailRecord] = field(default_factory=list)
    bad: list[MailRecord] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def threads(self, _seller_id):
        """Every conversation."""
        return (StoredThread(thread, {}) for thread in self.kept)

    def return_requests(self, _seller_id, since):
        """Since then."""
        return [record for record in self.asked if record.arrived_at >= since]

    def unbelieved(self, _seller_id, since):
        """Since then."""
        return [record for record in self.bad if record.arrived_at >= since]

    def arrivals(self, _seller_id):
        """The last ones."""
        return self.times


@pytest.fixture
def considered():
    """Nobody yet."""
    return FakeConsidered()


def written(here, considered, *, observe=False, stopped=False):
    """The text of the digest as it is planned."""
    known = Known(here.health, here.orders, considered, FakeDeadlineStore(here.ledger), FakeMails())
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


def mail(number, kind, fate, at=AT - timedelta(hours=2)):
    """The record of a mail."""
    return MailRecord(f"m{number}", at, fate, kind, Trust.VERIFIED, "mail/x", None, "DE", f"302-0000000-{number:07}")


def with_mailbox(here, mails, deadlines):
    """The digest of a seller whose mailbox is connected, and what else was planned."""
    here.registry = FakeSellerRegistry({SELLER: Seller(SELLER, (DE,), "en", mailbox=True)})
    known = Known(here.health, here.orders, FakeConsidered(), deadlines, mails)
    write_digest(REQUEST, known, here.registry, here.ledger, observe=False, stopped=False)
    planned = {alert.topic: alert for alert in here.ledger.planned_on(SELLER, AT.date())}
    return planned[Topic.DIGEST].message, planned.get(Topic.ALERTS)


def clock(kind, number):
    """A deadline that runs."""
    order_id = f"302-0000000-{number:07}"
    opened_at = AT - timedelta(hours=1)
    return new_deadline(f"{kind}#{number}", kind, DE, opened_at, load(), order_id=order_id)


def test_digest_tells_of_clocks_looming_claims_and_the_mailbox(here):
    """An order whose claim is there is no longer looming; mails of the day before yesterday are not told again."""
    deadlines = FakeDeadlineStore(here.ledger)
    deadlines.open(SELLER, clock(DeadlineKind.A_TO_Z_RESPONSE, 1))
    deadlines.open(SELLER, clock(DeadlineKind.MESSAGE_REPLY, 2))
    deadlines.close(SELLER, "message_reply#2", Closing(AT, ClosedBy.REPLY))
    mails = FakeMails(
        asked=[mail(number, MailKind.RETURN_REQUEST, Fate.TAKEN) for number in (1, 3)],
        bad=[
            mail(4, MailKind.OTHER, Fate.UNREADABLE),
            mail(5, MailKind.OTHER, Fate.UNREADABLE, AT - timedelta(hours=25)),
        ],
    )
    text, alert = with_mailbox(here, mails, deadlines)
    assert "response to A-to-z claim  302-0000000-0000001" in text
    assert "302-0000000-0000002" not in text
    assert "302-0000000-0000003  return requested" in text
    assert "302-0000000-0000001  return requested" not in text
    assert "unreadable mails (since yesterday, no deadline started): 1" in text
    assert alert is None


def test_silent_mailbox_is_told_in_the_digest_and_as_an_alert(here):
    """The digest repeats it daily, the alert comes once."""
    mails = FakeMails(times=[AT - timedelta(hours=30 + hour) for hour in range(6)])
    text, alert = with_mailbox(here, mails, FakeDeadlineStore(here.ledger))
    assert "no mail since 19 Nov 2026, 01:00 CET" in text
    assert (alert.kind, alert.severity) == ("mail", "critical")


def test_mailbox_that_is_not_connected_is_not_asked(here, considered):
    """Old conversations of a mailbox that was taken away loom no longer."""
    assert "MAILBOX" not in written(here, considered)
