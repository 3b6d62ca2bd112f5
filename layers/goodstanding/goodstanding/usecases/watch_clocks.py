"""Clocks that start without a mail: orders to be shipped, and feedback whose removal can be asked for only so long."""

from collections.abc import Iterable
from datetime import date, datetime, time

from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, DeadlineState
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import FeedbackFact, OrderFacts, OrderStatus, PromiseFact
from goodstanding.policy.loader import load
from goodstanding.ports.deadlines import DeadlineStore

_SHIPPED_OR_GONE = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})
_WAITING = frozenset({OrderStatus.PENDING, OrderStatus.PENDING_AVAILABILITY})


def watch_shipping(
    seller_id: str,
    marketplace: Marketplace,
    order: OrderFacts | None,
    promises: Iterable[PromiseFact],
    deadlines: DeadlineStore,
) -> None:
    """Start the clock of an unshipped order of own fulfilment, and end it when the order is shipped or cancelled."""
    known = sorted(promises, key=lambda one: one.said_at)
    dated = [one for one in known if one.latest_ship_at is not None]
    if not dated:
        return
    newest = dated[-1]
    identifier = deadline_id(DeadlineKind.SHIP_BY, marketplace.country, newest.order_id)
    ends = [(one.said_at, one.status, one.shipped_at) for one in known if one.status in _SHIPPED_OR_GONE]
    if order is not None and order.status in _SHIPPED_OR_GONE:
        ends.append((order.last_updated_at, order.status, None))
    if not ends and (newest.status is None or newest.status in _WAITING):
        return
    opened_at = order.purchased_at if order is not None else known[0].said_at
    deadlines.open(
        seller_id,
        new_deadline(
            identifier,
            DeadlineKind.SHIP_BY,
            marketplace,
            opened_at,
            load(),
            order_id=newest.order_id,
            stated=newest.latest_ship_at,
        ),
    )
    for said_at, status, shipped_at in ends:
        end = Closing(shipped_at or said_at, ClosedBy.SYSTEM, void=status is OrderStatus.CANCELLED)
        deadlines.close(seller_id, identifier, end)


def watch_feedback(
    seller_id: str,
    marketplace: Marketplace,
    negative: Iterable[FeedbackFact],
    now: datetime,
    deadlines: DeadlineStore,
) -> None:
    """Start the clock of each negative feedback that stands; those that no longer stand are void."""
    standing = set()
    for fact in negative:
        identifier = deadline_id(DeadlineKind.FEEDBACK_REMOVAL, fact.order_id)
        standing.add(identifier)
        opened_at = _begin_of(fact.left_on, marketplace)
        deadline = new_deadline(
            identifier, DeadlineKind.FEEDBACK_REMOVAL, marketplace, opened_at, load(), order_id=fact.order_id
        )
        if now <= deadline.due_at:
            deadlines.open(seller_id, deadline)
    for known in deadlines.all(seller_id, deadline_id(DeadlineKind.FEEDBACK_REMOVAL, "")):
        here = known.marketplace == marketplace.country
        if here and known.state is DeadlineState.OPEN and known.id not in standing:
            deadlines.close(seller_id, known.id, Closing(now, ClosedBy.SYSTEM, void=True))


def _begin_of(day: date, marketplace: Marketplace) -> datetime:
    return datetime.combine(day, time.min, marketplace.zone)
