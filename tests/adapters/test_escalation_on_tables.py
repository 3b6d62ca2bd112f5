"""What the escalation sweep costs, and what a crash costs it, over the tables that are deployed."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore
from goodstanding.adapters.dynamodb.deadlines import _item as written
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.escalate import escalate
from tests.fakes.sellers import FakeSellerRegistry

SELLER, OTHER = "A2EXAMPLE00001", "A2EXAMPLE00002"
OPENED = datetime(2026, 11, 20, 6, tzinfo=UTC)
DUE = OPENED + timedelta(hours=24)
HOUR = timedelta(hours=1)


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


def registry_of(*seller_ids):
    """Sellers of one marketplace."""
    return FakeSellerRegistry({one: Seller(one, (by_country("DE"),), "de", mailbox=True) for one in seller_ids})


@pytest.fixture
def store(aws) -> DynamoDeadlineStore:
    """The store, empty."""
    return DynamoDeadlineStore(aws.client("dynamodb"), aws.names["DeadlinesTable"], aws.names["HealthTable"])


@pytest.fixture
def ledger(aws, clock) -> DynamoAlertLedger:
    """The alert ledger, empty."""
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


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
    escalate(DUE, store, registry_of(SELLER, OTHER))
    alone = dict(counted)

    for deadline in due:
        store.open(SELLER, deadline)
    store._table.put_all(written(SELLER, message(number, DUE)) for number in range(10, 2_003))
    counted.clear()
    assert escalate(DUE, store, registry_of(SELLER, OTHER)).planned == 7
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
    registry = registry_of(seller_id)
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
    keys = [alert.key.partition("#")[2] for alert in ledger.unsent(seller_id)]
    assert len(keys) == len(set(keys))
    for one in store.all(seller_id):
        spoke = {step.sent_at: step.level for step in one.steps if step.sent_at}  # the last of those taken together
        if one.kind is DeadlineKind.SHIP_BY:
            assert len(told(one)) == len(spoke)
        else:
            assert {f"deadline#{one.id}#{level}" for level in spoke.values()} <= set(keys)
        assert one.closing is not None or all(step.sent_at for step in one.steps)
        assert told(one) == ended.get(one.id, told(one))
