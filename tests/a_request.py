"""One request in Berlin: planned and due, or claimed, and the times around its window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from goodstanding.core.requests.consider import AskingRules, KnownOrder, Wishes, consider
from goodstanding.core.requests.decide import A_DAY, SETTLING, Answer, Place, after_look, claimed, planned
from goodstanding.core.requests.record import RequestRecord, RequestState
from tests.orders import BOUGHT, DE, a_promise, an_order, order_id

S = RequestState
RULES = AskingRules(Wishes(), 5 * A_DAY, 30 * A_DAY)
PLACE = Place(DE, 10)
KNOWN = KnownOrder(an_order(), promises=(a_promise(),))
LATER = replace(KNOWN, promises=(a_promise(latest_delivery_at=BOUGHT + 9 * A_DAY),))
ELIGIBLE_FROM = datetime(2026, 11, 13, 9, tzinfo=UTC)  # ten in Berlin, a week after the 6th
CLOSES_AT = BOUGHT + 35 * A_DAY
MORNING = ELIGIBLE_FROM + timedelta(hours=1)


def judged(known: KnownOrder = KNOWN, now: datetime = MORNING, **wishes):
    """What an order comes to under wishes."""
    found = consider(known, replace(RULES, wishes=Wishes(**wishes)), DE, now)
    assert found is not None
    return found


def a_plan(**more) -> RequestRecord:
    """A planned request, due."""
    record = planned(None, judged(), order_id(1))
    assert record is not None
    return replace(record, revision=1, **more)


def a_claim(now: datetime = MORNING, **more) -> RequestRecord:
    """A request of which nobody knows yet whether it was sent."""
    return claimed(a_plan(**more), now)


def taken_for_sent(now=MORNING + SETTLING):
    """The list of actions was empty after a lost answer."""
    return after_look(a_claim(), Answer.NOT_OFFERED, now, PLACE, drought=False)
