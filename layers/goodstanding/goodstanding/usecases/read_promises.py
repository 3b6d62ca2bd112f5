"""Promises of delivery: what the Orders API says of seller-fulfilled orders, as far as its tiny rate goes, and what notifications say.

Nothing waits for these: without a promise an order is planned by a worse estimate, and planned anew when a better one comes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from goodstanding.contracts.errors import (
    AmazonCallsStopped,
    SellerNotAuthorized,
    SpApiRefused,
    SpApiThrottled,
    SpApiUnavailable,
)
from goodstanding.contracts.tasks import ReadPromisesOutput, RegionInput
from goodstanding.core.marketplaces import Marketplace, Region
from goodstanding.core.orders import PromiseFact
from goodstanding.core.rate_limits import SEARCH_ORDERS
from goodstanding.ports.clock import Clock, Remaining
from goodstanding.ports.pace import PaceStore
from goodstanding.ports.promises import OrdersApi, PromiseCursor, PromiseStore
from goodstanding.ports.sellers import SellerRegistry

type Connect = Callable[[str, Region], OrdersApi]

FIRST_REACH = timedelta(days=45)
"""How far back the first reading goes: whoever was shipped to earlier can hardly be asked any more."""

_SETTLED = timedelta(minutes=3)
"""The API wants the end of a span to be at least two minutes ago."""

_OVERLAP = timedelta(minutes=5)
_TOKEN_LIFE = timedelta(hours=23)
_ENOUGH = timedelta(seconds=40)
_SOFT = (SellerNotAuthorized, SpApiRefused, SpApiThrottled, SpApiUnavailable, AmazonCallsStopped)
"""Reasons to go on without: a role that is missing, an outage, a used-up rate, the stop switch."""


def read_promises(
    request: RegionInput,
    registry: SellerRegistry,
    promises: PromiseStore,
    pace: PaceStore,
    connect: Connect,
    clock: Clock,
    remaining: Remaining,
) -> ReadPromisesOutput:
    """Read page after page until all is read, the rate is used up or time is short; the next run goes on there."""
    marketplaces = registry.get(request.seller_id).stores_in(request.region)
    cursor = _begun(promises.promise_cursor(request.seller_id, request.region), clock.now())
    read = 0
    reason = ""
    try:
        amazon = connect(request.seller_id, request.region)
        while cursor.before is not None and remaining() > _ENOUGH:
            plan = SEARCH_ORDERS
            if pace.take(request.seller_id, request.region, plan.operation, rate=plan.rate, burst=plan.burst):
                break
            page = amazon.promises(marketplaces, cursor.until - _OVERLAP, cursor.before, cursor.token)
            read += keep_promises(request.seller_id, page.promises, promises)
            cursor = _turned(cursor, page.next_token)
            promises.put_promise_cursor(request.seller_id, request.region, cursor)
    except _SOFT as trouble:
        reason = trouble.reason
    return ReadPromisesOutput(promises=read, reason=reason)


def keep_promises(seller_id: str, found: Iterable[tuple[Marketplace, PromiseFact]], promises: PromiseStore) -> int:
    """Write promises to their orders; how many."""
    by_marketplace: dict[Marketplace, list[PromiseFact]] = defaultdict(list)
    for marketplace, promise in found:
        by_marketplace[marketplace].append(promise)
    for marketplace, facts in by_marketplace.items():
        promises.put_promises(seller_id, marketplace, facts)
    return sum(map(len, by_marketplace.values()))


def _begun(cursor: PromiseCursor | None, now: datetime) -> PromiseCursor:
    """The span that is being read, or the next one; a token that has lapsed begins its span anew."""
    until = cursor.until if cursor else now - FIRST_REACH
    begun = cursor is not None and cursor.before is not None and now - cursor.before < _TOKEN_LIFE
    if cursor is not None and begun:
        return cursor
    return PromiseCursor(until, now - _SETTLED)


def _turned(cursor: PromiseCursor, next_token: str | None) -> PromiseCursor:
    if next_token is not None:
        return PromiseCursor(cursor.until, cursor.before, next_token)
    return PromiseCursor(cursor.before or cursor.until)
