"""Planning: each order of which something new is known, once; what could not be written is looked at again."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.requests.consider import Wishes
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.ports.clock import Remaining
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.plan_requests import plan_requests
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeClock, FakeMovingClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.orders import BOUGHT, DE, SELLER, a_promise, an_order, order_id

FR, US = by_country("FR"), by_country("US")
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


def plan(store: FakeRequests, remaining: Remaining = lambda: timedelta(hours=1), **wishes: Any) -> PlanRequestsOutput:
    """One batch for the region EU."""
    request = RegionInput(seller_id=SELLER, scheduled_at=NOW, region=Region.EU)
    deadlines = FakeDeadlineStore(FakeAlertLedger(FakeClock(NOW)))
    seller = Seller(SELLER, (DE, FR, US), "en", mailbox=False, wishes=Wishes(**wishes))
    return plan_requests(request, FakeSellerRegistry({SELLER: seller}), store, deadlines, NOW, remaining)


def stands(store: FakeRequests, number: int = 1) -> RequestRecord:
    """The record of an order in Germany."""
    return store.records[SELLER, "DE", order_id(number)][0]


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
    assert stands(store).revision == 1


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
    assert plan(store, lambda: timedelta(seconds=14)) == PlanRequestsOutput(done=False, considered=0, changed=0)
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
    assert stands(store).state is RequestState.PLANNED


def test_buyer_who_opted_out_before_is_never_planned():
    """The record says why."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    store.opt_out(SELLER, order_id(1), "mail", NOW)
    plan(store)
    record = stands(store)
    assert (record.state, record.reason) == (RequestState.OPTED_OUT, Reason.BUYER_OPT_OUT)


def test_exclusion_that_is_taken_back_plans_what_it_left_out():
    """And one that is new leaves out what was planned, without any news of the orders."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order(1), an_order(2, skus=frozenset({"SKU-2"}))])
    plan(store, skus=frozenset({"SKU-1"}))
    assert [stands(store, number).reason for number in (1, 2)] == [Reason.EXCLUDED_SKU, None]
    assert plan(store, skus=frozenset({"SKU-2"})) == PlanRequestsOutput(done=True, considered=2, changed=2)
    assert [stands(store, number).reason for number in (1, 2)] == [None, Reason.EXCLUDED_SKU]
    assert plan(store, skus=frozenset({"SKU-2"})) == PlanRequestsOutput(done=True, considered=0, changed=0)


def test_other_delay_moves_what_is_planned():
    """Whoever asks for two more days waits two more days."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    plan(store, delay_days=7)
    before = stands(store)
    plan(store, delay_days=9)
    assert stands(store).next_at == before.next_at + timedelta(days=2)
    assert stands(store).window.closes_at == before.window.closes_at


def test_rules_that_say_nothing_of_an_order_consider_none_anew():
    """Whether requests are sent, and how many a day."""
    store = FakeRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    plan(store)
    assert plan(store, enabled=False, daily_cap=3) == PlanRequestsOutput(done=True, considered=0, changed=0)


def test_new_rules_are_heeded_to_the_end_however_little_time_each_batch_has():
    """Each goes on with the day of purchase at which the last one stopped; what was sent is left alone."""
    store = FakeRequests(FakeMovingClock())
    bought = [BOUGHT - timedelta(days=number) for number in range(6)]
    store.put_orders(SELLER, DE, [an_order(number, purchased_at=at) for number, at in enumerate(bought, start=1)])
    plan(store)
    sent = replace(stands(store, 6), state=RequestState.SENT, next_at=None)
    store.put(SELLER, DE, sent, bought[5])
    batches = 0
    done = False
    while not done:
        left = iter([timedelta(minutes=1), timedelta(minutes=1), timedelta(0)])
        done = plan(store, lambda left=left: next(left), skus=frozenset({"SKU-1"})).done
        batches += 1
    assert [stands(store, number).state for number in range(1, 7)] == [RequestState.EXCLUDED] * 5 + [RequestState.SENT]
    assert batches == 3


def test_new_rules_are_heeded_also_where_somebody_writes_in_between():
    """The request is looked at again at once."""
    store = FakeBusyRequests(FakeMovingClock())
    store.put_orders(SELLER, DE, [an_order()])
    plan(store)
    store.busy = [order_id(1)] * 2
    plan(store, skus=frozenset({"SKU-1"}))
    assert stands(store).state is RequestState.EXCLUDED


def test_order_that_the_reports_of_two_marketplaces_tell_of_is_asked_about_where_it_was_sold():
    """It gets one record; where only the wrong report tells of it, that one stands."""
    store = FakeRequests(FakeMovingClock())
    for marketplace in (DE, FR):
        store.put_orders(SELLER, marketplace, [an_order(1, sales_channel="Amazon.fr")])
    store.put_orders(SELLER, DE, [an_order(2, sales_channel="Amazon.fr"), an_order(3, sales_channel="Amazon.com")])
    plan(store)
    assert sorted(place[1:] for place in store.records) == [
        ("DE", order_id(2)),
        ("DE", order_id(3)),
        ("FR", order_id(1)),
    ]
    assert not any(store.flags.values())
