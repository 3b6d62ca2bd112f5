"""Deadlines in DynamoDB."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore
from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, DeadlineState, closed, escalated, opened
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.deadlines import DeadlineStore, Round
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.deadlines import FakeDeadlineStore

SELLER = "A2EXAMPLE00001"
DAY = date(2026, 11, 20)
OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)
REPLY = Closing(OPENED + HOUR, ClosedBy.REPLY)


def message(number=1, opened_at=OPENED, **fields):
    """An unanswered message."""
    kind = DeadlineKind.MESSAGE_REPLY
    return new_deadline(deadline_id(kind, f"T{number:04}", "M1"), kind, by_country("DE"), opened_at, load(), **fields)


def order(number, stated=DUE):
    """An order to be shipped."""
    kind = DeadlineKind.SHIP_BY
    name = f"302-0000000-{number:07}"
    return new_deadline(deadline_id(kind, name), kind, by_country("DE"), OPENED, load(), order_id=name, stated=stated)


def alert(key="a"):
    """A warning."""
    key = f"{DAY}#{key}"
    return Alert(key, Topic.ALERTS, Severity.WARNING, AlertKind.DEADLINE, "DE", None, "subject", "message", None)


def written(deadline, revision=1):
    """As it comes back."""
    return type(deadline)(**{name: getattr(deadline, name) for name in deadline.__slots__} | {"revision": revision})


@pytest.fixture
def ledger(is_fake, request, clock) -> AlertLedger:
    """The alert ledger, empty."""
    if is_fake:
        return FakeAlertLedger(clock)
    aws = request.getfixturevalue("aws")
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


@pytest.fixture
def store(is_fake, request, ledger) -> DeadlineStore:
    """The store, empty; its alerts go to the ledger."""
    return FakeDeadlineStore(ledger) if is_fake else deployed_store(request.getfixturevalue("aws"))


@pytest.fixture
def deployed(aws) -> DynamoDeadlineStore:
    """The store in the template's tables, empty."""
    return deployed_store(aws)


@pytest.fixture
def deployed_ledger(aws, clock) -> DynamoAlertLedger:
    """The ledger beside it."""
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


def deployed_store(aws, client=None) -> DynamoDeadlineStore:
    """The store in the template's tables, by a client of its own."""
    tables = aws.names["DeadlinesTable"], aws.names["HealthTable"]
    return DynamoDeadlineStore(client or aws.client("dynamodb"), *tables)


def test_deadline_comes_back_as_written(store):
    """With its steps, its pause, its end and its doubt."""
    deadline = message(order_id="302-1", thread_id="T1")
    assert store.open(SELLER, deadline) == written(deadline)
    paused = store.acknowledge(SELLER, deadline.id, OPENED, OPENED + HOUR, HOUR)
    ended = store.close(SELLER, deadline.id, REPLY)
    assert (paused.snoozed_until, ended.closing, ended.revision) == (OPENED + HOUR, REPLY, 3)
    assert list(store.all(SELLER)) == list(store.read(SELLER, [deadline.id, "unknown"])) == [ended]


def test_opening_again_writes_nothing_and_an_earlier_one_counts(store):
    """A notice that is delivered twice is one deadline."""
    first = store.open(SELLER, message())
    assert store.open(SELLER, message()) == first
    earlier = store.open(SELLER, message(opened_at=OPENED - HOUR))
    assert (earlier.due_at, earlier.revision) == (DUE - HOUR, 2)


def test_end_waits_for_its_opening(store):
    """It is no deadline yet, and nobody is told of one."""
    deadline = message()
    assert store.close(SELLER, deadline.id, REPLY) is None
    assert store.acknowledge(SELLER, deadline.id, OPENED, OPENED, HOUR) is None
    assert list(store.all(SELLER)) == list(store.read(SELLER, [deadline.id])) == []
    assert store.open(SELLER, deadline).state is DeadlineState.MET
    assert store.due(DUE, 10).found == ()


def test_unknown_deadline_is_not_acknowledged(store):
    """Nothing is made up."""
    assert store.acknowledge(SELLER, "unknown", OPENED, OPENED, HOUR) is None
    assert list(store.all(SELLER)) == []


def test_sellers_do_not_see_each_other(store):
    """A partition each."""
    store.open(SELLER, message())
    assert list(store.all("A2EXAMPLE00002")) == []


def test_only_what_is_due_is_found(store):
    """Neither later steps, nor taken ones, nor ended deadlines."""
    for number in range(4):
        store.open(SELLER, message(number))
    store.open("A2EXAMPLE00002", message(4, OPENED - HOUR))
    store.close(SELLER, message(0).id, REPLY)
    store.take(SELLER, DAY, alert(), escalated(store.read(SELLER, [message(1).id])[0], DUE - 12 * HOUR))
    store.acknowledge(SELLER, message(2).id, DUE - 13 * HOUR, DUE, 3 * HOUR)
    assert store.due(DUE - 14 * HOUR, 10).found == ()
    assert set(store.due(DUE - 12 * HOUR, 10).found) == {(SELLER, message(3).id), ("A2EXAMPLE00002", message(4).id)}
    assert store.next_step_at() == DUE - 13 * HOUR


def test_empty_store_has_no_next_step(store):
    """Nothing to wait for."""
    assert store.next_step_at() is None


def test_cursor_goes_on_where_a_page_ended(store):
    """Every deadline once, over all sellers, none left out."""
    wanted = set()
    for seller in ("A2EXAMPLE00001", "A2EXAMPLE00002", "A2EXAMPLE00003", "A2EXAMPLE00004"):
        for number in range(5):
            wanted.add((seller, store.open(seller, message(number)).id))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = store.due(DUE, 3, cursor)
        assert len(page.found) <= 3
        found += page.found
        cursor, pages = page.cursor, pages + 1
    assert len(found) == len(set(found)) == 20
    assert set(found) == wanted


def test_step_and_its_alert_are_written_together(store, ledger):
    """No step is taken without its alert."""
    escalation = escalated(store.open(SELLER, message()), DUE - 12 * HOUR)
    assert store.take(SELLER, DAY, alert(), escalation)
    assert list(ledger.unsent(SELLER)) == [alert()]
    assert list(store.all(SELLER)) == [written(escalation.after, 2)]


@pytest.mark.parametrize("meanwhile", ["answered", "taken"])
def test_what_changed_meanwhile_is_not_told(store, ledger, meanwhile):
    """An answer, or another sweep, between reading and writing."""
    deadline = store.open(SELLER, message())
    escalation = escalated(deadline, DUE - 12 * HOUR)
    if meanwhile == "answered":
        store.close(SELLER, deadline.id, REPLY)
        expected = []
    else:
        assert store.take(SELLER, DAY, alert("other"), escalation)
        expected = [alert("other")]
    assert not store.take(SELLER, DAY, alert(), escalation)
    assert list(ledger.unsent(SELLER)) == expected


def test_alert_that_cannot_be_planned_takes_no_step(store, ledger):
    """Nor is a step marked without its alert."""
    escalation = escalated(store.open(SELLER, message()), DUE - 12 * HOUR)
    ledger.plan(SELLER, DAY, [alert()])
    assert not store.take(SELLER, DAY, alert(), escalation)
    assert list(store.all(SELLER)) == [escalation.before]


def _orders(store, count):
    for number in range(count):
        store.open(SELLER, order(number))
    return [escalated(deadline, DUE) for deadline in store.all(SELLER)]


def test_two_rounds_at_once_are_one(store, ledger):
    """Whoever names a round that no longer is the last one has to read again."""
    due = _orders(store, 2)
    assert store.take_round(SELLER, DAY, alert("first"), due[:1], Round("DE", 0))
    assert not store.take_round(SELLER, DAY, alert("second"), due[1:], Round("DE", 0))
    assert list(ledger.unsent(SELLER)) == [alert("first")]


def test_table_holds_what_the_core_decides(store):
    """The store adds nothing of its own to the events, in whatever order they come."""
    deadline, earlier = message(), message(opened_at=OPENED - HOUR)
    late, soon = Closing(DUE, ClosedBy.RESOLVE), Closing(DUE - HOUR, ClosedBy.NOTICE, void=True)
    store.close(SELLER, deadline.id, late)
    store.open(SELLER, deadline)
    store.open(SELLER, earlier)
    store.close(SELLER, deadline.id, soon)
    assert list(store.all(SELLER)) == [written(opened(closed(closed(deadline, late), soon), earlier), 4)]


class Interrupted(Exception):
    """The process died."""


class DyingClient:
    """A client whose process dies after so many writes."""

    def __init__(self, client, survived):
        self._client = client
        self._left = survived

    def __getattr__(self, name):
        return getattr(self._client, name)

    def put_item(self, **request):
        """A write, or the end."""
        if not self._left:
            raise Interrupted
        self._left -= 1
        return self._client.put_item(**request)


@pytest.mark.usefixtures("large_tables")
def test_round_covers_more_orders_than_a_transaction_holds(deployed, deployed_ledger):
    """One alert, every order marked, and the round counts on."""
    due = _orders(deployed, 103)
    assert deployed.take_round(SELLER, DAY, alert(), due, Round("DE", 0))
    assert {one.state for one in deployed.all(SELLER)} == {DeadlineState.MISSED}
    assert all(step.sent_at == DUE for one in deployed.all(SELLER) for step in one.steps)
    assert list(deployed_ledger.unsent(SELLER)) == [alert()]
    assert deployed.round(SELLER, "DE") == Round("DE", 1)
    assert deployed.round(SELLER, "FR") == Round("FR", 0)
    assert deployed.due(DUE, 1000).found == ()


@pytest.mark.usefixtures("large_tables")
def test_round_that_died_is_finished_by_the_next(aws, deployed, deployed_ledger):
    """What its alert covers is not told again; what was shipped meanwhile stays shipped."""
    due = _orders(deployed, 103)
    dying = deployed_store(aws, DyingClient(aws.client("dynamodb"), 2))
    with pytest.raises(Interrupted):
        dying.take_round(SELLER, DAY, alert(), due, Round("DE", 0))
    assert 0 < len(deployed.due(DUE, 1000).found) < 103
    deployed.close(SELLER, due[-1].before.id, Closing(DUE - HOUR, ClosedBy.NOTICE))
    assert deployed.round(SELLER, "DE") == Round("DE", 1)
    assert deployed.due(DUE, 1000).found == ()
    assert list(deployed_ledger.unsent(SELLER)) == [alert()]
    states = [one.state for one in deployed.all(SELLER)]
    assert (states.count(DeadlineState.MISSED), states.count(DeadlineState.MET)) == (102, 1)


class RacingClient:
    """A client beside which somebody else always writes first."""

    def __init__(self, client, write):
        self._client = client
        self._write = write

    def __getattr__(self, name):
        return getattr(self._client, name)

    def put_item(self, **request):
        """Behind the other."""
        self._write()
        return self._client.put_item(**request)


def test_event_that_loses_a_race_is_applied_to_what_won(aws, deployed):
    """Both ends are known afterwards, and the earlier one counts."""
    deadline = deployed.open(SELLER, message())
    racing = [lambda: deployed.close(SELLER, deadline.id, REPLY)]
    other = deployed_store(aws, RacingClient(aws.client("dynamodb"), lambda: racing and racing.pop()()))
    late = Closing(DUE + HOUR, ClosedBy.RESOLVE)
    assert other.close(SELLER, deadline.id, late).closing == REPLY
    assert not racing


def test_endless_race_is_a_conflict(aws, deployed):
    """It is given up, for another attempt, and nothing is lost of what others wrote."""
    deadline = deployed.open(SELLER, message())
    ticks = iter(range(1, 1000))

    def write():
        now = OPENED + timedelta(minutes=next(ticks))
        deployed.acknowledge(SELLER, deadline.id, now, now + HOUR, HOUR)

    other = deployed_store(aws, RacingClient(aws.client("dynamodb"), write))
    with pytest.raises(Conflict):
        other.close(SELLER, deadline.id, REPLY)
    assert deployed.close(SELLER, deadline.id, REPLY).state is DeadlineState.MET
