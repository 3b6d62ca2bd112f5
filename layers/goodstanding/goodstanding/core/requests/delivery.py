"""When an order is thought to arrive. No interface of Amazon's tells when an ordinary order did: all are promises or estimates.

So an estimate only filters; whether a buyer may be asked is Amazon's to say (`getSolicitationActionsForOrder`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodstanding.core.orders import OrderFacts, PromiseFact, PromiseSource, ShipmentFact


class EstimateSource(StrEnum):
    """Where the dates come from, the best first."""

    FBA_SHIPMENTS = "fba_shipments"
    ORDERS_API = "orders_api"
    ORDER_CHANGE = "order_change"
    PACKAGES = "packages"
    FALLBACK = "fallback"


class Confidence(StrEnum):
    """promised: Amazon told the buyer so; estimated: by the parcels; guessed: by the day of purchase alone."""

    PROMISED = "promised"
    ESTIMATED = "estimated"
    GUESSED = "guessed"


CONFIDENCE = {
    EstimateSource.FBA_SHIPMENTS: Confidence.ESTIMATED,
    EstimateSource.ORDERS_API: Confidence.PROMISED,
    EstimateSource.ORDER_CHANGE: Confidence.PROMISED,
    EstimateSource.PACKAGES: Confidence.ESTIMATED,
    EstimateSource.FALLBACK: Confidence.GUESSED,
}
"""How far each source can be trusted."""

_PROMISED_BY = {
    PromiseSource.ORDERS_API: EstimateSource.ORDERS_API,
    PromiseSource.ORDER_CHANGE: EstimateSource.ORDER_CHANGE,
}

FALLBACK = timedelta(days=14)
"""From purchase to delivery where nothing is known.

Late enough for nearly every promise, and early enough for a parcel that came on the second day: a request made a week after
this is still within 30 days of that day. If it is wrong all the same, Amazon offers no action and nothing is sent.
"""


@dataclass(frozen=True, slots=True)
class DeliveryEstimate:
    """The earliest and the latest instant at which the last parcel is thought to arrive (aware, `earliest` ≤ `latest`)."""

    earliest: datetime
    latest: datetime
    source: EstimateSource

    @property
    def confidence(self) -> Confidence:
        """How far it can be trusted."""
        return CONFIDENCE[self.source]


def estimate(
    order: OrderFacts, shipments: Iterable[ShipmentFact], promises: Collection[PromiseFact]
) -> DeliveryEstimate:
    """The best estimate: Amazon's own shipments (of several, from the first to the last), the newest promise, arrival, else a guess.

    That its parcels have arrived goes behind a promise: Amazon opens its window by what it promised, however early they came.
    """
    arrivals = [one.estimated_arrival_at for one in shipments if one.estimated_arrival_at is not None]
    if arrivals:
        return DeliveryEstimate(min(arrivals), max(arrivals), EstimateSource.FBA_SHIPMENTS)
    for promise in sorted(promises, key=lambda one: (one.said_at, one.source), reverse=True):
        dates = [at for at in (promise.earliest_delivery_at, promise.latest_delivery_at) if at is not None]
        if dates:
            return DeliveryEstimate(min(dates), max(dates), _PROMISED_BY[promise.source])
    arrived = [one.delivered_at for one in promises if one.delivered_at is not None]
    if arrived:
        return DeliveryEstimate(min(arrived), min(arrived), EstimateSource.PACKAGES)
    guessed = order.purchased_at + FALLBACK
    return DeliveryEstimate(guessed, guessed, EstimateSource.FALLBACK)
