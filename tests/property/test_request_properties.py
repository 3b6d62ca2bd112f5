"""Windows in every marketplace, lives of requests under any events, and plans that do not depend on who told what first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.marketplaces import MARKETPLACES
from goodstanding.core.orders import OrderStatus, PromiseFact, PromiseSource, ShipmentFact
from goodstanding.core.requests.consider import AskingRules, KnownOrder, Wishes, consider
from goodstanding.core.requests.decide import Place, gated, planned
from goodstanding.core.requests.delivery import DeliveryEstimate, EstimateSource
from goodstanding.core.requests.record import RequestEvent, RequestState, after
from goodstanding.core.requests.window import Timing, next_day, next_sending, request_window
from tests.orders import BOUGHT, DE, a_promise, an_order, order_id

DAY = timedelta(days=1)
INSTANTS = st.integers(0, 15 * 365 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
HOURS = st.integers(0, 23)
SPANS = st.timedeltas(timedelta(0), timedelta(days=40))
ENDS = (
    RequestState.SENT,
    RequestState.ALREADY_ASKED,
    RequestState.OPTED_OUT,
    RequestState.NOT_ELIGIBLE,
    RequestState.FAILED,
)


@pytest.mark.parametrize("marketplace", MARKETPLACES, ids=lambda each: each.country)
@given(earliest=INSTANTS, span=SPANS, delay_days=st.integers(5, 25), send_hour=HOURS)
def test_first_moment_to_ask_is_inside_the_window_and_not_before_the_hour(
    marketplace, earliest, span, delay_days, send_hour
):
    """Whatever the clock of the marketplace does."""
    estimate = DeliveryEstimate(earliest, earliest + span, EstimateSource.ORDERS_API)
    found = request_window(estimate, Timing(5 * DAY, 30 * DAY, delay_days, send_hour), marketplace)
    local = found.eligible_from.astimezone(marketplace.zone)
    assert found.opens_at == earliest + 5 * DAY
    assert found.closes_at == earliest + span + 30 * DAY
    assert found.opens_at <= found.eligible_from < found.closes_at
    assert local.hour >= send_hour
    assert local.date() >= (earliest + span).astimezone(marketplace.zone).date() + delay_days * DAY


@given(st.sampled_from(MARKETPLACES), INSTANTS, HOURS)
def test_next_sending_is_the_first_moment_that_may_be(marketplace, at, send_hour):
    """Not earlier than asked, not before the hour, no later than the day needs; and it is its own next."""
    found = next_sending(at, send_hour, marketplace)
    assert at <= found <= at + DAY
    assert found.astimezone(marketplace.zone).hour >= send_hour
    assert next_sending(found, send_hour, marketplace) == found
    if found > at:
        assert (found - timedelta(microseconds=1)).astimezone(marketplace.zone).hour < send_hour


@given(st.sampled_from(MARKETPLACES), INSTANTS, HOURS)
def test_next_day_is_tomorrow_by_the_marketplaces_clock(marketplace, at, send_hour):
    """One day on, not before the hour."""
    found = next_day(at, send_hour, marketplace).astimezone(marketplace.zone)
    assert found.date() == at.astimezone(marketplace.zone).date() + DAY
    assert found.hour >= send_hour


@given(
    st.sampled_from([None, *RequestState]),
    st.lists(st.sampled_from([event for event in RequestEvent if event is not RequestEvent.DENY]), max_size=12),
)
def test_no_events_lead_out_of_an_end(state, events):
    """Nor to SENT without a post; only Amazon denies what was taken for sent."""
    seen = [state]
    for event in events:
        seen.append(after(seen[-1], event))
    for end in ENDS:
        assert end not in seen or set(seen[seen.index(end) :]) == {end}
    if state is not RequestState.SENDING and state is not RequestState.SENT and RequestState.SENT in seen:
        assert RequestEvent.POST in events[: seen.index(RequestState.SENT)]


TIMES = st.integers(0, 24 * 30).map(lambda hours: BOUGHT + timedelta(hours=hours))
PROMISES = st.builds(
    PromiseFact,
    order_id=st.just(order_id(1)),
    source=st.sampled_from(PromiseSource),
    said_at=TIMES,
    status=st.sampled_from([None, OrderStatus.SHIPPED, OrderStatus.CANCELLED]),
    earliest_delivery_at=st.none() | TIMES,
    latest_delivery_at=st.none() | TIMES,
    is_replacement=st.booleans(),
)
SHIPMENTS = st.builds(
    ShipmentFact,
    order_id=st.just(order_id(1)),
    shipment_id=st.sampled_from("abc"),
    shipped_at=st.none(),
    estimated_arrival_at=st.none() | TIMES,
)
RULES = AskingRules(Wishes(), 5 * DAY, 30 * DAY)


@given(
    st.lists(PROMISES, unique_by=lambda each: each.source),
    st.lists(SHIPMENTS, unique_by=lambda each: each.shipment_id),
    TIMES,
    st.booleans(),
)
def test_plan_does_not_depend_on_the_order_of_facts(promises, shipments, now, opted_out):
    """The same facts, told forwards or backwards, come to the same record."""

    def record(turned: int):
        known = KnownOrder(an_order(), tuple(shipments[::turned]), tuple(promises[::turned]), opted_out)
        judged = consider(known, RULES, DE, now)
        return planned(None, judged, order_id(1)) if judged else None

    assert record(1) == record(-1)


@given(st.lists(PROMISES, min_size=1, max_size=5), TIMES)
def test_replanned_request_ends_up_like_one_planned_at_once(promises, now):
    """Whatever was believed in between: state, window and when it is due are those of the facts of now."""
    promises = [replace(each, status=None, is_replacement=False) for each in promises]
    record = None
    for promise in promises:
        judged = consider(KnownOrder(an_order(), promises=(promise,)), RULES, DE, now)
        assert judged is not None
        record = planned(record, judged, order_id(1))
    at_once = planned(None, consider(KnownOrder(an_order(), promises=(promises[-1],)), RULES, DE, now), order_id(1))
    assert (record.state, record.window, record.next_at) == (at_once.state, at_once.window, at_once.next_at)


@given(TIMES, st.sampled_from(MARKETPLACES), HOURS)
def test_gate_opens_only_in_the_window_and_from_the_hour_on(now, marketplace, send_hour):
    """And what it puts off is due later, but no later than the window's end."""
    rules = replace(RULES, wishes=Wishes(send_hour=send_hour))
    known = KnownOrder(an_order(), promises=(a_promise(),))
    judged = consider(known, rules, marketplace, now)
    assert judged is not None
    record = planned(None, consider(known, rules, marketplace, BOUGHT), order_id(1))
    stopped = gated(record, judged, now, Place(marketplace, send_hour))
    if stopped is None:
        assert record.window.eligible_from <= now < record.window.closes_at
        assert now.astimezone(marketplace.zone).hour >= send_hour
    elif stopped.state is RequestState.PLANNED:
        assert now < stopped.next_at <= record.window.closes_at
    else:
        assert (stopped.state, stopped.next_at) == (RequestState.WINDOW_CLOSED, None)
        assert now >= record.window.closes_at
