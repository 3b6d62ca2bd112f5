"""Reading promises: page by page, as far as the rate and the time go; nothing is passed over, nothing fails the run."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from goodstanding.contracts.errors import (
    AmazonCallsStopped,
    SellerNotAuthorized,
    SpApiRefused,
    SpApiThrottled,
    SpApiUnavailable,
)
from goodstanding.contracts.tasks import ReadPromisesOutput, RegionInput
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.orders import PromiseSource
from goodstanding.core.rate_limits import SEARCH_ORDERS
from goodstanding.ports.promises import PromisePage
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.read_promises import FIRST_REACH, read_promises
from tests.fakes.clock import FakeMovingClock
from tests.fakes.pace import FakePaceStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.orders import DE, SELLER, a_promise, order_id

FR, US = by_country("FR"), by_country("US")
PER_PAGE = 2


@dataclass
class FakeOrdersApi:
    """Promises by when they changed, two a page; a token is where the next page begins."""

    changed: list[tuple[datetime, Any, Any]] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def promises(self, marketplaces: Any, after: datetime, before: datetime, token: str | None) -> PromisePage:
        """A page."""
        self.asked.append((list(marketplaces), after, before, token))
        if self.failures:
            raise self.failures.pop(0)
        found = [(marketplace, fact) for at, marketplace, fact in self.changed if after <= at < before]
        first = int(token or 0)
        rest = len(found) > first + PER_PAGE
        return PromisePage(found[first : first + PER_PAGE], str(first + PER_PAGE) if rest else None)


@dataclass
class Reader:
    """A seller, Amazon, and what was read."""

    clock: FakeMovingClock = field(default_factory=FakeMovingClock)

    def __post_init__(self) -> None:
        self.store = FakeRequests(self.clock)
        self.amazon = FakeOrdersApi()
        self.pace = FakePaceStore(self.clock)
        self.registry = FakeSellerRegistry({SELLER: Seller(SELLER, (DE, FR, US), "en", mailbox=False)})

    def change(self, number: int, marketplace: Any = DE) -> None:
        """An order changes now."""
        now = self.clock.now()
        fact = a_promise(number, source=PromiseSource.ORDERS_API, said_at=now)
        self.amazon.changed.append((now, marketplace, fact))

    def read(self, remaining: timedelta = timedelta(minutes=2)) -> ReadPromisesOutput:
        """One run."""
        request = RegionInput(seller_id=SELLER, scheduled_at=self.clock.now(), region=Region.EU)
        return read_promises(
            request, self.registry, self.store, self.pace, lambda *_: self.amazon, self.clock, lambda: remaining
        )

    @property
    def known(self) -> set[str]:
        """The orders of which something was read."""
        return {place[2] for place, promises in self.store.promises.items() if promises}


@pytest.fixture
def reader() -> Reader:
    """Five orders changed long enough ago."""
    reader = Reader()
    for number in range(1, 6):
        reader.change(number, FR if number == 5 else DE)
    reader.clock.wait(timedelta(minutes=10))
    return reader


def test_every_page_is_read_and_each_order_put_where_it_belongs(reader):
    """The marketplaces of the region, from the first reach on, up to a few minutes ago."""
    now = reader.clock.now()
    assert reader.read() == ReadPromisesOutput(promises=5, reason="")
    assert reader.known == {order_id(number) for number in range(1, 6)}
    assert (SELLER, "FR", order_id(5)) in reader.store.promises
    assert [token for *_, token in reader.amazon.asked] == [None, "2", "4"]
    spans = {(after, before) for _, after, before, _ in reader.amazon.asked}
    ((after, before),) = spans  # all else but the token must stay the same from page to page
    assert reader.amazon.asked[0][0] == [DE, FR]
    assert now - after >= FIRST_REACH
    assert now - before >= timedelta(minutes=2)


def test_next_run_reads_what_came_since_without_a_gap(reader):
    """Also what changed in the minutes that the first left out."""
    reader.change(6)
    reader.read()
    assert order_id(6) not in reader.known
    reader.clock.wait(timedelta(hours=1))
    assert reader.read().promises >= 1
    assert order_id(6) in reader.known
    assert len(reader.amazon.asked) == 4


@pytest.mark.parametrize("pause", [timedelta(hours=1), timedelta(hours=24)])
def test_run_that_ran_out_of_its_rate_goes_on_at_its_page(reader, pause):
    """By the token as long as it lives, then from the beginning of the span; nothing is passed over."""
    for _ in range(18):
        reader.pace.take(SELLER, "EU", "searchOrders", rate=SEARCH_ORDERS.rate, burst=SEARCH_ORDERS.burst)
    assert reader.read() == ReadPromisesOutput(promises=4, reason="")
    reader.clock.wait(pause)
    reader.read()
    assert reader.known == {order_id(number) for number in range(1, 6)}
    assert reader.amazon.asked[2][3] == ("4" if pause == timedelta(hours=1) else None)


def test_short_time_leaves_the_rest_for_the_next_run(reader):
    """A page may take its time-out."""
    assert reader.read(timedelta(seconds=40)).promises == 0
    assert reader.amazon.asked == []
    assert reader.read().promises == 5


@pytest.mark.parametrize(
    "error", [SellerNotAuthorized, SpApiRefused, SpApiThrottled, SpApiUnavailable, AmazonCallsStopped]
)
def test_trouble_is_told_and_nothing_is_passed_over(reader, error):
    """A missing role, an outage, the stop switch: requests go on without; the next run begins where this one ended."""
    reader.amazon.failures = [error("x")]
    assert reader.read() == ReadPromisesOutput(promises=0, reason=error.reason)
    assert reader.read().promises == 5
