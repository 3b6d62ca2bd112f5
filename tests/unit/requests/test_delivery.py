"""When an order is thought to arrive: the best source wins, and dates in the wrong order do no harm."""

from datetime import timedelta

from goodstanding.core.orders import PromiseSource, ShipmentFact
from goodstanding.core.requests.delivery import FALLBACK, Confidence, EstimateSource, estimate
from tests.orders import BOUGHT, a_promise, an_order, order_id

DAY = timedelta(days=1)


def shipment(name: str, days: int | None) -> ShipmentFact:
    """A parcel from Amazon that arrives so many days after the purchase."""
    return ShipmentFact(order_id(1), name, BOUGHT, None if days is None else BOUGHT + days * DAY)


def test_shipments_of_amazon_win_over_every_promise():
    """The carrier's dates, from the first parcel to the last."""
    found = estimate(an_order(), [shipment("a", 4), shipment("b", 9), shipment("c", None)], [a_promise()])
    assert (found.earliest, found.latest) == (BOUGHT + 4 * DAY, BOUGHT + 9 * DAY)
    assert (found.source, found.confidence) == (EstimateSource.FBA_SHIPMENTS, Confidence.ESTIMATED)


def test_shipments_without_dates_say_nothing():
    """Then the promise stands."""
    found = estimate(an_order(), [shipment("a", None)], [a_promise()])
    assert (found.earliest, found.latest) == (BOUGHT + 3 * DAY, BOUGHT + 5 * DAY)
    assert (found.source, found.confidence) == (EstimateSource.ORDER_CHANGE, Confidence.PROMISED)


def test_newest_promise_with_dates_wins():
    """One that was said later, but names no dates, does not take them away."""
    newer = a_promise(
        source=PromiseSource.ORDERS_API,
        said_at=BOUGHT + DAY,
        earliest_delivery_at=None,
        latest_delivery_at=BOUGHT + 8 * DAY,
    )
    silent = a_promise(said_at=BOUGHT + 2 * DAY, earliest_delivery_at=None, latest_delivery_at=None)
    found = estimate(an_order(), [], [silent, newer])
    assert (found.earliest, found.latest) == (BOUGHT + 8 * DAY, BOUGHT + 8 * DAY)
    assert found.source is EstimateSource.ORDERS_API


def test_promises_of_one_instant_are_told_apart():
    """The Orders API wins, whatever order they come in."""
    both = [a_promise(), a_promise(source=PromiseSource.ORDERS_API)]
    assert {estimate(an_order(), [], each).source for each in (both, both[::-1])} == {EstimateSource.ORDERS_API}


def test_dates_in_the_wrong_order_are_put_right():
    """The earliest is never after the latest."""
    found = estimate(
        an_order(), [], [a_promise(earliest_delivery_at=BOUGHT + 9 * DAY, latest_delivery_at=BOUGHT + 4 * DAY)]
    )
    assert (found.earliest, found.latest) == (BOUGHT + 4 * DAY, BOUGHT + 9 * DAY)


def test_parcels_that_have_arrived_are_better_than_a_guess():
    """By when they were first seen to have; a promise, by which Amazon opens its window, is better."""
    seen = [
        a_promise(
            source=PromiseSource.ORDERS_API,
            said_at=BOUGHT + days * DAY,
            earliest_delivery_at=None,
            latest_delivery_at=None,
            delivered_at=BOUGHT + days * DAY,
        )
        for days in (6, 4, 8)
    ]
    found = estimate(an_order(), [], seen)
    assert (found.earliest, found.latest) == (BOUGHT + 4 * DAY, BOUGHT + 4 * DAY)
    assert (found.source, found.confidence) == (EstimateSource.PACKAGES, Confidence.ESTIMATED)
    assert estimate(an_order(), [], [*seen, a_promise()]).source is EstimateSource.ORDER_CHANGE


def test_nothing_known_is_guessed_from_the_purchase():
    """A fortnight, and it says that it is a guess."""
    found = estimate(an_order(), [], [])
    assert found.earliest == found.latest == BOUGHT + FALLBACK
    assert (found.source, found.confidence) == (EstimateSource.FALLBACK, Confidence.GUESSED)


def test_guess_and_a_week_still_reach_a_parcel_of_the_second_day():
    """Asked a week after the guess, such a parcel is within Amazon's thirty days."""
    asked_at = estimate(an_order(), [], []).latest + 7 * DAY
    assert asked_at <= BOUGHT + 2 * DAY + 30 * DAY
