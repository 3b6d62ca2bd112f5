"""Whether an order is asked about: neutral rules only, the first that applies decides."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from goodstanding.core.orders import Fulfillment, OrderStatus, PromiseSource
from goodstanding.core.requests.consider import AskingRules, KnownOrder, Wishes, consider
from goodstanding.core.requests.record import Reason, RequestEvent
from tests.orders import BOUGHT, DE, a_promise, an_order, order_id

DAY = timedelta(days=1)
RULES = AskingRules(Wishes(), 5 * DAY, 30 * DAY)
CLOSES_AT = BOUGHT + 35 * DAY


def judged(known: KnownOrder, *, now=BOUGHT + 6 * DAY, **wishes):
    """What happens to an order under wishes."""
    return consider(known, replace(RULES, wishes=Wishes(**wishes)), DE, now)


def test_shipped_order_is_planned_in_its_window():
    """No reason, and the window of its best estimate."""
    found = judged(KnownOrder(an_order(), promises=(a_promise(),)))
    assert (found.event, found.reason) == (RequestEvent.PLAN, None)
    assert (found.window.opens_at, found.window.closes_at) == (BOUGHT + 8 * DAY, CLOSES_AT)


@pytest.mark.parametrize(
    ("known", "wishes", "event", "reason"),
    [
        (KnownOrder(an_order()), {"opt_outs": frozenset({order_id(1)})}, RequestEvent.OPT_OUT, Reason.SELLER_LIST),
        (KnownOrder(an_order(), opted_out=True), {}, RequestEvent.OPT_OUT, Reason.BUYER_OPT_OUT),
        (KnownOrder(an_order(sales_channel="Non-Amazon DE")), {}, RequestEvent.EXCLUDE, Reason.NON_AMAZON),
        (KnownOrder(an_order(status=OrderStatus.CANCELLED)), {}, RequestEvent.EXCLUDE, Reason.CANCELLED),
        (KnownOrder(an_order(), promises=(a_promise(is_replacement=True),)), {}, RequestEvent.EXCLUDE, Reason.REPLACEMENT),
        (KnownOrder(an_order(is_replacement=True)), {}, RequestEvent.EXCLUDE, Reason.REPLACEMENT),
        (KnownOrder(an_order()), {"skus": frozenset({"SKU-1"})}, RequestEvent.EXCLUDE, Reason.EXCLUDED_SKU),
        (KnownOrder(an_order()), {"asins": frozenset({"B000000001"})}, RequestEvent.EXCLUDE, Reason.EXCLUDED_ASIN),
        (KnownOrder(an_order(ship_country="de")), {"countries": frozenset({"DE"})}, RequestEvent.EXCLUDE, Reason.EXCLUDED_COUNTRY),
        (KnownOrder(an_order()), {"channels": frozenset({Fulfillment.MFN})}, RequestEvent.EXCLUDE, Reason.EXCLUDED_CHANNEL),
    ],
)  # fmt: skip
def test_each_rule_has_its_event_and_reason(known, wishes, event, reason):
    """Also after the window: why it is not asked is told, not that it is late."""
    for now in (BOUGHT + 6 * DAY, CLOSES_AT + 100 * DAY):
        found = judged(known, now=now, **wishes)
        assert (found.event, found.reason) == (event, reason)


@pytest.mark.parametrize(
    "wishes",
    [
        {"skus": frozenset({"SKU-2"})},
        {"asins": frozenset({"B000000002"})},
        {"countries": frozenset({"FR"})},
        {"channels": frozenset({Fulfillment.AFN})},
        {"opt_outs": frozenset({order_id(2)})},
    ],
)
def test_rules_for_others_leave_the_order_alone(wishes):
    """An exclusion excludes what it names."""
    assert judged(KnownOrder(an_order()), **wishes).event is RequestEvent.PLAN


def test_opt_out_goes_before_every_other_reason():
    """Of an order that is out for several reasons, the buyer's word is shown."""
    known = KnownOrder(an_order(status=OrderStatus.CANCELLED), opted_out=True)
    assert judged(known, skus=frozenset({"SKU-1"})).reason is Reason.BUYER_OPT_OUT


def test_window_is_over_at_its_end_to_the_second():
    """The last instant is the one before."""
    known = KnownOrder(an_order(), promises=(a_promise(),))
    assert judged(known, now=CLOSES_AT - timedelta(seconds=1)).event is RequestEvent.PLAN
    late = judged(known, now=CLOSES_AT)
    assert (late.event, late.reason) == (RequestEvent.CLOSE, Reason.TOO_LATE)


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.PENDING_AVAILABILITY, OrderStatus.OTHER])
def test_order_not_shipped_needs_no_request(status):
    """Nothing is written for it."""
    assert judged(KnownOrder(an_order(status=status))) is None


@pytest.mark.parametrize("source", PromiseSource)
def test_status_is_the_word_said_last(source):
    """A newer notification beats the report, an older one does not."""
    cancelled = a_promise(source=source, status=OrderStatus.CANCELLED, said_at=BOUGHT + 2 * DAY)
    assert judged(KnownOrder(an_order(), promises=(cancelled,))).reason is Reason.CANCELLED
    older = replace(cancelled, said_at=BOUGHT)
    assert judged(KnownOrder(an_order(), promises=(older,))).event is RequestEvent.PLAN
    silent = replace(cancelled, status=None)
    assert judged(KnownOrder(an_order(), promises=(silent,))).event is RequestEvent.PLAN


@pytest.mark.parametrize("source", PromiseSource)
def test_what_the_report_calls_shipped_stays_so_whatever_but_a_cancellation_comes_after(source):
    """A notification that still says "Unshipped" loses no order: a parcel does not come back from there."""
    late = a_promise(source=source, status=OrderStatus.OTHER, said_at=BOUGHT + 2 * DAY)
    assert judged(KnownOrder(an_order(), promises=(late,))).event is RequestEvent.PLAN
    cancelled = replace(late, status=OrderStatus.CANCELLED)
    assert judged(KnownOrder(an_order(), promises=(cancelled,))).reason is Reason.CANCELLED


def test_nothing_by_which_a_buyers_mood_could_be_told_is_an_input():
    """Feedback, returns, claims and refunds cannot choose whom to ask: the rules are not given them."""
    assert {each.name for each in fields(KnownOrder)} == {"order", "shipments", "promises", "opted_out"}


@pytest.mark.parametrize(
    "other",
    [
        {"delay_days": 8},
        {"send_hour": 11},
        {"skus": frozenset({"SKU-1"})},
        {"asins": frozenset({"SKU-1"})},
        {"countries": frozenset({"FR"})},
        {"channels": frozenset({Fulfillment.AFN})},
        {"opt_outs": frozenset({order_id(1)})},
    ],
)
def test_other_rules_about_an_order_have_another_mark(other):
    """The same ones the same, in whatever order they are read; whether and how many are sent is no rule about an order."""
    opens, closes = 5 * DAY, 30 * DAY
    plain = AskingRules(Wishes(), opens, closes).mark
    assert AskingRules(Wishes(**other), opens, closes).mark != plain
    assert AskingRules(Wishes(enabled=False, daily_cap=1), opens, closes).mark == plain
    assert AskingRules(Wishes(), opens + DAY, closes).mark != plain
    assert AskingRules(Wishes(), opens, closes + DAY).mark != plain
