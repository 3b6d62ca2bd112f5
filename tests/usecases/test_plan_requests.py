"""Planning: each order of which something new is known, once; what could not be written is looked at again."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestState
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.plan_requests import plan_requests
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeClock, FakeMovingClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.orders import BOUGHT, DE, SELLER, a_promise, an_order, order_id

FR, US = by_country("FR"), by_country("US")
REGISTRY = FakeSellerRegistry({SELLER: Seller(SELLER, (DE, FR, US), "en", mailbox=False)})
NOW = BOUGHT + timedelta(days=6)


@dataclass
class FakeBusyRequests(FakeRequests):
    """Somebody else writes in between, once for each of these orders."""

    busy: list[str] = field(default_factory=list)

    def put(self, seller_id: str, marketplace: Any, record: Any, purchased_at: Any) -> bool:
        """False for a busy order."""
        if record.order_id in self.busy:
            self.busy.remove(record.order_id)
            return False
        return super().put(seller_id, marketplace, record, purchased_at)


def plan(store: FakeRequests, remaining: timedelta = timedelta(hours=1)) -> PlanRequestsOutput:
    """One batch for the region EU."""
    request = RegionInput(seller_id=SELLER, scheduled_at=NOW, region=Region.EU)
    deadlines = FakeDeadlineStore(FakeAlertLedger(FakeClock(NOW)))
    return plan_requests(request, REGISTRY, store, deadlines, NOW, lambda: remaining)


def test_flagged_orders_of_the_region_are_planned_once():
    """Each marketplace of the region; nothing is left to do for a second run."""
    store = FakeRequests(FakeMovingClock())
    for number, marketplace in enumerate((DE, FR, US), start=1):
        store.put_orders(SELLER, marketplace, [an_order(number)])
    assert plan(store) == PlanRequestsOutput(done=True, considered=2, changed=2)
    assert plan(store) == PlanRequestsOutput(done=True, considered=0, changed=0)
    assert {place[1] for place in store.records} == {"DE", "FR"}


def test_news_that_change_nothing_write_nothing():
    """A duplicate is considered, and its flag taken down."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    plan(store)
    store.put_orders(SELLER, DE, [an_order()])
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=0)
    assert store.records[SELLER, "DE", order_id(1)][0].revision == 1


def test_order_of_which_no_report_told_is_considered_when_one_does():
    """A notification comes before the report, and is not forgotten."""
    store = FakeRequests(FakeMovingClock())
    store.put_promises(SELLER, DE, [a_promise()])
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=0)
    assert plan(store) == PlanRequestsOutput(done=True, considered=0, changed=0)
    store.put_orders(SELLER, DE, [an_order()])
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=1)
    assert store.known(SELLER, DE, order_id(1))[1].estimated_by is EstimateSource.ORDER_CHANGE


def test_record_written_by_somebody_else_meanwhile_is_considered_again():
    """The flag stays until the news are in the record."""
    store = FakeBusyRequests(FakeMovingClock(), busy=[order_id(1)])
    store.put_orders(SELLER, DE, [an_order()])
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=0)
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=1)


def test_short_time_hands_the_rest_on():
    """Call again."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    assert plan(store, timedelta(seconds=14)) == PlanRequestsOutput(done=False, considered=0, changed=0)
    assert plan(store).done


def test_order_not_shipped_yet_is_considered_without_a_record():
    """It is flagged anew when it is shipped."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order(status=an_order().status.PENDING)])
    store.put_promises(SELLER, DE, [a_promise()])
    assert plan(store) == PlanRequestsOutput(done=True, considered=1, changed=0)
    assert store.records == {}
    store.put_orders(SELLER, DE, [an_order(last_updated_at=NOW)])
    plan(store)
    assert store.records[SELLER, "DE", order_id(1)][0].state is RequestState.PLANNED


def test_buyer_who_opted_out_before_is_never_planned():
    """The record says why."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    store.opt_out(SELLER, order_id(1), "mail", NOW)
    plan(store)
    record = store.records[SELLER, "DE", order_id(1)][0]
    assert (record.state, record.reason) == (RequestState.OPTED_OUT, Reason.BUYER_OPT_OUT)
