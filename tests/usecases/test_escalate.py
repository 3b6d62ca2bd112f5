"""The escalation sweep: who is told of a deadline, when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.contracts.tasks import SellerInput
from goodstanding.core.alerts import Severity
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, DeadlineState
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from goodstanding.ports.deadlines import Round
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.escalate import escalate
from goodstanding.usecases.publish_alerts import publish_alerts
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.sellers import FakeSellerRegistry

SELLER, OTHER = "A2EXAMPLE00001", "A2EXAMPLE00002"
OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)
REGISTRY = FakeSellerRegistry(
    {
        SELLER: Seller(SELLER, (by_country("DE"),), "en", mailbox=True),
        OTHER: Seller(OTHER, (by_country("DE"),), "de", mailbox=True),
    }
)


def message(number=1, opened_at=OPENED):
    """An unanswered message."""
    kind = DeadlineKind.MESSAGE_REPLY
    return new_deadline(deadline_id(kind, f"T{number:05}", "M1"), kind, by_country("DE"), opened_at, load())


def order(number, country="DE"):
    """An order to be shipped."""
    kind = DeadlineKind.SHIP_BY
    name = f"302-0000000-{number:07}"
    return new_deadline(deadline_id(kind, name), kind, by_country(country), OPENED, load(), order_id=name, stated=DUE)


@pytest.fixture
def ledger(here) -> FakeAlertLedger:
    """The alert ledger, empty."""
    return here.ledger


@pytest.fixture
def store(ledger) -> FakeDeadlineStore:
    """The store, empty."""
    return FakeDeadlineStore(ledger)


def test_unanswered_message_is_told_of_step_by_step(here, store, ledger):
    """Sweep after sweep: each step once, at its time, then missed, then silence."""
    store.open(SELLER, message())
    times = []
    for minute in range(11 * 60, 26 * 60, 20):
        now = OPENED + timedelta(minutes=minute)
        swept = escalate(now, store, REGISTRY)
        for seller_id in swept.sellers:
            publish_alerts(SellerInput(seller_id=seller_id, scheduled_at=now), ledger, here.alerts, REGISTRY)
        times += [now - DUE] * swept.planned
    assert times == [-12 * HOUR, -4 * HOUR, -1 * HOUR, timedelta(0)]
    assert [alert.key.rsplit("#")[-1] for _, alert in here.alerts.published] == ["12h", "4h", "1h", "due"]
    assert [alert.severity for _, alert in here.alerts.published] == [Severity.WARNING] * 2 + [Severity.CRITICAL] * 2
    assert not any("This message is late" in alert.message for _, alert in here.alerts.published)
    (missed,) = store.all(SELLER)
    assert missed.state is DeadlineState.MISSED
    assert [DUE - step.sent_at for step in missed.steps] == [12 * HOUR, 4 * HOUR, HOUR, timedelta(0)]


def test_sweep_that_slept_says_it_once_and_late(store, ledger):
    """Three steps were missed: one message, of the most urgent, for all; the next sweep is silent."""
    store.open(SELLER, message())
    now = DUE - HOUR + timedelta(minutes=30)
    assert escalate(now, store, REGISTRY).planned == 1
    assert escalate(now, store, REGISTRY).planned == 0
    (alert,) = ledger.unsent(SELLER)
    assert alert.key == "2026-11-21#deadline#message_reply#T00001#M1#1h"
    assert "This message is late" in alert.message


def test_answered_message_is_never_escalated(store, ledger):
    """Nor is one that is answered between the finding of it and the decision."""
    answered, racing = message(1), message(2)
    for deadline in (answered, racing):
        store.open(SELLER, deadline)
    store.close(SELLER, answered.id, Closing(OPENED + HOUR, ClosedBy.REPLY))

    class Racing(FakeDeadlineStore):
        def due(self, *args):
            """The answer comes just after the look."""
            page = super().due(*args)
            self.close(SELLER, racing.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return page

    racer = Racing(store.ledger, store.known)
    assert escalate(DUE, racer, REGISTRY).planned == 0
    assert list(ledger.unsent(SELLER)) == []


@pytest.mark.parametrize("kind", ["message", "order"])
def test_answer_between_decision_and_writing_withdraws_the_message(store, ledger, kind):
    """The transaction is refused, and the second look finds nothing to tell."""
    deadline = message() if kind == "message" else order(1)
    store.open(SELLER, deadline)

    class Racing(FakeDeadlineStore):
        def take(self, *args):
            """The answer is first."""
            self.close(SELLER, deadline.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return super().take(*args)

        def take_round(self, *args):
            """The answer is first."""
            self.close(SELLER, deadline.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return super().take_round(*args)

    racer = Racing(store.ledger, store.known)
    swept = escalate(DUE, racer, REGISTRY)
    assert (swept.planned, swept.left, swept.sellers) == (0, 0, ())
    assert list(ledger.unsent(SELLER)) == []


@pytest.mark.parametrize("kind", ["message", "order"])
def test_deadline_that_others_keep_writing_is_left_for_the_next_sweep(store, ledger, kind):
    """It is counted, holds up no other, and is told of later."""
    contended = message() if kind == "message" else order(1)
    store.open(SELLER, contended)
    store.open(OTHER, message())

    class Contended(FakeDeadlineStore):
        def take(self, seller_id, *args):
            """Somebody is faster, always."""
            return seller_id != SELLER and super().take(seller_id, *args)

        def take_round(self, *args):
            """Likewise."""
            return False

    busy = Contended(store.ledger, store.known)
    swept = escalate(DUE, busy, REGISTRY)
    assert (swept.planned, swept.left, swept.sellers) == (1, 1, (OTHER,))
    assert escalate(DUE, store, REGISTRY).sellers == (SELLER,)


def test_orders_of_a_marketplace_make_one_message_each(store, ledger):
    """Germany's in one, France's in another; each order's steps are taken, and a further round has its own key."""
    for number in range(3):
        store.open(SELLER, order(number))
    store.open(SELLER, order(9, "FR"))
    assert escalate(DUE - 3 * HOUR, store, REGISTRY).planned == 2
    assert escalate(DUE - 3 * HOUR, store, REGISTRY).planned == 0
    german, french = ledger.unsent(SELLER)
    assert (german.marketplace, french.marketplace) == ("DE", "FR")
    assert all(f"302-0000000-000000{number}" in german.message for number in range(3))
    assert (german.order_id, french.order_id) == (None, "302-0000000-0000009")
    assert escalate(DUE, store, REGISTRY).planned == 2
    assert len(ledger.unsent(SELLER)) == 4
    assert store.round(SELLER, "DE") == Round("DE", 2)


def test_sellers_are_told_in_their_own_language_and_an_unknown_one_holds_up_nobody(store, ledger):
    """A seller that is no longer configured is left alone."""
    for seller_id in (SELLER, OTHER, "A2EXAMPLE00009"):
        store.open(seller_id, message())
    swept = escalate(DUE, store, REGISTRY)
    assert (swept.planned, swept.left, set(swept.sellers)) == (2, 1, {SELLER, OTHER})
    assert "due now" in ledger.unsent(SELLER)[0].subject
    assert "jetzt" in ledger.unsent(OTHER)[0].subject


def test_many_that_are_due_are_told_batch_by_batch(store, ledger):
    """Each call does its part and says where to go on; together they leave nothing out and say nothing twice."""
    for number in range(25):
        store.open(SELLER, message(number))
    cursor, batches = None, []
    while not batches or cursor is not None:
        swept = escalate(DUE, store, REGISTRY, limit=10, cursor=cursor)
        batches.append(swept.planned)
        cursor = swept.cursor
    assert sum(batches) == 25
    assert max(batches) == 10
    assert len(ledger.unsent(SELLER)) == 25
