"""Clocks that start without a mail."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.core.deadlines import ClosedBy, DeadlineKind, DeadlineState
from goodstanding.core.orders import FeedbackFact, OrderStatus
from goodstanding.usecases.watch_clocks import watch_feedback, watch_shipping
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.orders import BOUGHT, DE, SELLER, a_promise, an_order, order_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHIP_BY = BOUGHT + 2 * DAY
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def deadlines() -> FakeDeadlineStore:
    """No clock runs."""
    return FakeDeadlineStore(FakeAlertLedger(FakeClock()))


def promise(status=OrderStatus.OTHER, hour=1, ship_by=SHIP_BY, **more):
    """What a notification says."""
    return a_promise(said_at=BOUGHT + hour * HOUR, status=status, latest_ship_at=ship_by, **more)


def states(deadlines: FakeDeadlineStore) -> list[tuple]:
    """What every clock stands at."""
    return [(one.kind, one.order_id, one.state, one.closed_at) for one in deadlines.all(SELLER)]


def test_unshipped_order_runs_to_its_ship_time_and_ends_when_shipped(deadlines):
    """At the time of the parcel, if one is told."""
    watch_shipping(SELLER, DE, None, [promise()], deadlines)
    (clock,) = deadlines.all(SELLER)
    assert (clock.kind, clock.due_at, clock.state) == (DeadlineKind.SHIP_BY, SHIP_BY, DeadlineState.OPEN)
    shipped = promise(OrderStatus.SHIPPED, 9, shipped_at=BOUGHT + 8 * HOUR)
    watch_shipping(SELLER, DE, None, [promise(), shipped], deadlines)
    assert states(deadlines) == [(DeadlineKind.SHIP_BY, order_id(1), DeadlineState.MET, BOUGHT + 8 * HOUR)]


def test_report_that_says_cancelled_voids_the_clock(deadlines):
    """There is nothing left to ship."""
    order = an_order(status=OrderStatus.CANCELLED)
    watch_shipping(SELLER, DE, order, [promise()], deadlines)
    assert states(deadlines)[0][2:] == (DeadlineState.VOID, order.last_updated_at)


@pytest.mark.parametrize(
    "told",
    [[], [promise(ship_by=None)], [promise(OrderStatus.PENDING)], [promise(None)]],
    ids=["nothing", "no time", "pending", "no status"],
)
def test_order_that_need_not_be_shipped_yet_has_no_clock(deadlines, told):
    """Nobody knows until when, or whether it is paid."""
    watch_shipping(SELLER, DE, None, told, deadlines)
    assert states(deadlines) == []


def test_feedback_runs_while_it_stands(deadlines):
    """60 days from its local day; gone, it is void; too old, it has no clock."""
    young, old = FeedbackFact(order_id(1), 1, date(2026, 11, 18)), FeedbackFact(order_id(2), 2, date(2026, 9, 1))
    watch_feedback(SELLER, DE, [young, old], NOW, deadlines)
    (clock,) = deadlines.all(SELLER)
    assert (clock.order_id, clock.due_at) == (order_id(1), datetime(2027, 1, 17, 23, tzinfo=UTC))
    watch_feedback(SELLER, DE, [], NOW + DAY, deadlines)
    (clock,) = deadlines.all(SELLER)
    assert (clock.state, clock.closed_by) == (DeadlineState.VOID, ClosedBy.SYSTEM)
