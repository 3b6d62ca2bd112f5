"""The escalation sweep over the tables that are deployed."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore
from goodstanding.adapters.dynamodb.deadlines import _item as written
from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.contracts.tasks import SellerInput
from goodstanding.core.alerts import Severity
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, DeadlineState
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from goodstanding.ports import Round, Seller
from goodstanding.usecases.escalate import escalate
from goodstanding.usecases.publish import publish_alerts

SELLER, OTHER = "A2EXAMPLE00001", "A2EXAMPLE00002"
OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)


class FakeRegistry:
    """Some sellers, all but one of them German."""

    def __init__(self, known=frozenset({SELLER, OTHER})):
        self._known = known

    def get(self, seller_id):
        """A seller's settings."""
        if seller_id not in self._known:
            raise SellerNotConfigured(seller_id)
        return Seller(seller_id, (by_country("DE"),), "en" if seller_id == SELLER else "de", mailbox=True)


@dataclass
class FakeAlerts:
    """A topic that keeps what it was sent."""

    sent: list = field(default_factory=list)

    def publish(self, seller_id, alert):
        """Keep it."""
        self.sent.append((seller_id, alert))
        return f"m-{len(self.sent)}"


REGISTRY = FakeRegistry()
NUMBERS = count(1)


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
def store(aws) -> DynamoDeadlineStore:
    """The store, empty."""
    return DynamoDeadlineStore(aws.client("dynamodb"), aws.names["DeadlinesTable"], aws.names["HealthTable"])


@pytest.fixture
def ledger(aws, clock) -> DynamoAlertLedger:
    """The alert ledger, empty."""
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


def test_unanswered_message_is_told_of_step_by_step(store, ledger):
    """Sweep after sweep: each step once, at its time, then missed, then silence."""
    store.open(SELLER, message())
    alerts, times = FakeAlerts(), []
    for minute in range(11 * 60, 26 * 60, 20):
        now = OPENED + timedelta(minutes=minute)
        swept = escalate(now, store, REGISTRY)
        for seller_id in swept.sellers:
            publish_alerts(SellerInput(seller_id=seller_id, scheduled_at=now), ledger, alerts, REGISTRY)
        times += [now - DUE] * swept.planned
    assert times == [-12 * HOUR, -4 * HOUR, -1 * HOUR, timedelta(0)]
    assert [alert.key.rsplit("#")[-1] for _, alert in alerts.sent] == ["12h", "4h", "1h", "due"]
    assert [alert.severity for _, alert in alerts.sent] == [Severity.WARNING] * 2 + [Severity.CRITICAL] * 2
    assert not any("This message is late" in alert.message for _, alert in alerts.sent)
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

    class Racing(type(store)):
        def due(self, *args):
            """The answer comes just after the look."""
            page = super().due(*args)
            self.close(SELLER, racing.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return page

    racer = Racing(store._table.client, store._table.name, store._alerts_table)
    assert escalate(DUE, racer, REGISTRY).planned == 0
    assert list(ledger.unsent(SELLER)) == []


@pytest.mark.parametrize("kind", ["message", "order"])
def test_answer_between_decision_and_writing_withdraws_the_message(store, ledger, kind):
    """The transaction is refused, and the second look finds nothing to tell."""
    deadline = message() if kind == "message" else order(1)
    store.open(SELLER, deadline)

    class Racing(type(store)):
        def take(self, *args):
            """The answer is first."""
            self.close(SELLER, deadline.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return super().take(*args)

        def take_round(self, *args):
            """The answer is first."""
            self.close(SELLER, deadline.id, Closing(OPENED + HOUR, ClosedBy.REPLY))
            return super().take_round(*args)

    racer = Racing(store._table.client, store._table.name, store._alerts_table)
    swept = escalate(DUE, racer, REGISTRY)
    assert (swept.planned, swept.left, swept.sellers) == (0, 0, ())
    assert list(ledger.unsent(SELLER)) == []


@pytest.mark.parametrize("kind", ["message", "order"])
def test_deadline_that_others_keep_writing_is_left_for_the_next_sweep(store, ledger, kind):
    """It is counted, holds up no other, and is told of later."""
    contended = message() if kind == "message" else order(1)
    store.open(SELLER, contended)
    store.open(OTHER, message())

    class Contended(type(store)):
        def take(self, seller_id, *args):
            """Somebody is faster, always."""
            return seller_id != SELLER and super().take(seller_id, *args)

        def take_round(self, *args):
            """Likewise."""
            return False

    busy = Contended(store._table.client, store._table.name, store._alerts_table)
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


@pytest.fixture
def counted(store):
    """How often each operation of DynamoDB was called, and how many items it answered with."""
    seen: Counter[str] = Counter()

    def add(parsed, model, **_):
        seen[model.name] += 1
        seen["items"] += len(parsed.get("Items", ()))

    store._table.client.meta.events.register("after-call.dynamodb", add)
    return seen


@pytest.mark.usefixtures("large_tables")
def test_sweep_costs_what_is_due_not_what_is_open(store, ledger, counted):
    """2,000 open deadlines, seven of them due: not a call and not an item more than without the others."""
    due = [message(number) for number in range(7)]
    store.open(OTHER, due[0])
    counted.clear()
    escalate(DUE, store, REGISTRY)
    alone = dict(counted)

    for deadline in due:
        store.open(SELLER, deadline)
    store._table.put_all(written(SELLER, message(number, DUE)) for number in range(10, 2_003))
    counted.clear()
    assert escalate(DUE, store, REGISTRY).planned == 7
    assert counted["Query"] == alone["Query"]
    assert counted["items"] == 7
    assert counted["BatchGetItem"] == alone["BatchGetItem"]
    assert counted["TransactWriteItems"] == 7 * alone["TransactWriteItems"]


class Died(Exception):
    """The process is gone."""


class DyingClient:
    """A client whose process dies at a transaction: before it, or after it and before hearing of it."""

    def __init__(self, client):
        self._client = client
        self.dies = None

    def __getattr__(self, name):
        return getattr(self._client, name)

    def transact_write_items(self, **request):
        """All or nothing, heard of or not."""
        if self.dies == "before":
            raise Died
        answer = self._client.transact_write_items(**request)
        if self.dies == "after":
            raise Died
        return answer


HOURS = st.integers(0, 30).map(lambda hours: OPENED + hours * HOUR)
LATE_HOURS = st.integers(12, 24).map(lambda hours: OPENED + hours * HOUR)
ACTIONS = st.lists(
    st.tuples(st.just("sweep"), LATE_HOURS, st.sampled_from([None, "before", "after"]))
    | st.tuples(st.just("close"), HOURS, st.integers(0, 2))
    | st.tuples(st.just("open"), st.just(OPENED - HOUR), st.integers(0, 2)),
    min_size=1,
    max_size=8,
)


@pytest.mark.usefixtures("large_tables")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTIONS)
def test_no_crash_and_no_retry_says_a_step_twice_or_loses_one(aws, store, ledger, actions):
    """Whatever dies and whatever comes in between; a last sweep at due leaves nothing open untold."""
    client = DyingClient(store._table.client)
    mortal = DynamoDeadlineStore(client, store._table.name, store._alerts_table)
    seller_id = f"A2{next(NUMBERS):08}"
    registry = FakeRegistry(known={seller_id})
    deadlines = [message(0), message(1), order(2)]
    for deadline in deadlines:
        store.open(seller_id, deadline)

    def told(one):
        """The messages about a deadline; orders are named inside theirs."""
        return [
            alert.key for alert in ledger.unsent(seller_id) if (one.order_id or one.id) in alert.key + alert.message
        ]

    ended: dict[str, list[str]] = {}
    for action, at, what in [*actions, ("sweep", DUE, None)]:
        if action == "sweep":
            client.dies = what
            with suppress(Died):
                escalate(at, mortal, registry)
        elif action == "close":
            store.close(seller_id, deadlines[what].id, Closing(at, ClosedBy.RESOLVE))
            ended.setdefault(deadlines[what].id, told(deadlines[what]))
        elif deadlines[what].kind is DeadlineKind.MESSAGE_REPLY:
            store.open(seller_id, message(what, at))
    stood = list(store.all(seller_id))
    marked = {(one.id, step.sent_at) for one in stood for step in one.steps if step.sent_at}
    assert len(ledger.unsent(seller_id)) == len(marked)
    for one in stood:
        assert one.closing is not None or all(step.sent_at for step in one.steps)
        assert told(one) == ended.get(one.id, told(one))
